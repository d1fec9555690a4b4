/** How a version is written for people. Pure; the web shows the same. */

/** Seven characters of a commit, as git itself shows it, and any other version as it is. */
export function shortVersion(version: string): string {
  return /^[0-9a-f]{40}$|^[0-9a-f]{64}$/i.test(version) ? version.slice(0, 7) : version;
}
