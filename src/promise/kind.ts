/** A promise that is owed to several clients at once has one row for each: its kind says after a colon to whom. Pure. */

/** @returns for example `client_next_update:cli_1` */
export function owedTo(rule: string, clientId: string): string {
  return `${rule}:${clientId}`;
}

/** @returns the kind under which the policy knows it */
export function ruleKindOf(kind: string): string {
  return kind.split(':', 1)[0] ?? kind;
}

/** @returns the client to whom it is owed alone; undefined for what is owed to everybody */
export function clientOf(kind: string): string | undefined {
  const colon = kind.indexOf(':');
  return colon < 0 ? undefined : kind.slice(colon + 1);
}
