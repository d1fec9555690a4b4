/** How large the picture of a page may be, and what is said of a larger one. Pure; the web imports it. */
export const LOGO_BYTES_MAX = 100 * 1024;

export function tooLarge(bytes: number): string {
  return `The file has ${Math.ceil(bytes / 1024)} KB; at most ${LOGO_BYTES_MAX / 1024} KB can be shown. Make it smaller.`;
}
