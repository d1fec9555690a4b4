/** How a provider is, and in which words. Pure; the web shows the same words. */

/** From the worst to the best. What is not known is worse than what is known to be well: it never reads as green. */
export const PROVIDER_STATES = [
  'major',
  'partial',
  'degraded',
  'maintenance',
  'unknown',
  'operational',
] as const;
export type ProviderState = (typeof PROVIDER_STATES)[number];

export const PROVIDER_STATE_WORDS: Record<ProviderState, string> = {
  operational: 'green',
  degraded: 'degraded',
  partial: 'partly down',
  major: 'down',
  maintenance: 'in maintenance',
  unknown: 'not known',
};

/** @returns the worst of them; `operational` of none */
export function worst(states: readonly ProviderState[]): ProviderState {
  return PROVIDER_STATES.find((state) => states.includes(state)) ?? 'operational';
}

export function isTrouble(state: ProviderState): boolean {
  return state === 'major' || state === 'partial' || state === 'degraded';
}

export type Told = {
  name: string;
  state: ProviderState;
  /** When it was last known; an instant as text. */
  asOf: string | null;
  stale: boolean;
  /** What it was when it was last known. */
  last: ProviderState | null;
  /** Why it is not known, or what is wrong, as a sentence. */
  note: string | null;
  /** The titles of what is open. */
  incidents: readonly string[];
};

/**
 * One sentence about a provider, for people and for the record. Absence is evidence only while somebody is listening, so what is stale says so.
 * @param now an instant as text; a time of another day is said with its day
 */
export function providerSentence(told: Told, now: string): string {
  const feed = `${told.name}'s feed`;
  if (told.asOf === null) return neverKnown(told);
  const asOf = clock(told.asOf, now);
  const open = told.incidents[0] ? `: “${told.incidents[0]}”` : '';
  const more = told.incidents.length > 1 ? ` and ${told.incidents.length - 1} more` : '';
  if (told.stale) {
    const last =
      told.last && told.last !== 'unknown' ? `; it was ${PROVIDER_STATE_WORDS[told.last]} then` : '';
    return `${feed} is stale, last heard as of ${asOf}${last}${open}${more}.${told.note ? ` ${told.note}` : ''}`;
  }
  switch (told.state) {
    case 'unknown':
      return `How ${told.name} is cannot be told as of ${asOf}. ${told.note ?? ''}`.trim();
    case 'operational':
      return `${feed} is green as of ${asOf}.`;
    case 'degraded':
    case 'partial':
    case 'major':
    case 'maintenance':
      return `${told.name} is ${PROVIDER_STATE_WORDS[told.state]} as of ${asOf}${open}${more}.${told.note ? ` ${told.note}` : ''}`;
  }
}

/** A reason that does not name the provider would stand there as if it were about somebody else. */
function neverKnown({ name, note }: Told): string {
  if (note?.includes(name)) return note;
  return `Nobody knows how ${name} is: ${note ? `it has never answered. ${closed(note)}` : 'nothing is set up to ask.'}`;
}

function closed(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** "14:02 UTC", with the day when it is not today's. */
export function clock(at: string, now: string): string {
  const time = `${at.slice(11, 16)} UTC`;
  return at.slice(0, 10) === now.slice(0, 10) ? time : `${at.slice(0, 10)} ${time}`;
}
