/** The kinds of status feeds, by name. Pure; the web offers the same list. */

/** Each is a folder of `src/triage/providers/`; `feed` is any Atom or RSS. */
export const FEED_KINDS = [
  'statuspage',
  'google_cloud',
  'aws',
  'azure',
  'slack',
  'instatus',
  'better_stack',
  'feed',
] as const;
export type FeedKind = (typeof FEED_KINDS)[number];

export const FEED_KIND_WORDS: Record<FeedKind, string> = {
  statuspage: 'Statuspage',
  google_cloud: 'Google Cloud',
  aws: 'AWS Health',
  azure: 'Azure Status',
  slack: 'Slack Status',
  instatus: 'Instatus',
  better_stack: 'Better Stack',
  feed: 'Atom or RSS',
};
