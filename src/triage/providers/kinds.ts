/** Every kind of status feed: how its address is completed, and how its answer is read. Add one line here for a new one. */
import type { FeedKind } from '#directory/feed-kinds.ts';
import * as aws from './aws/read.ts';
import * as azure from './azure/read.ts';
import * as betterStack from './better_stack/read.ts';
import * as feed from './feed/read.ts';
import * as googleCloud from './google_cloud/read.ts';
import * as instatus from './instatus/read.ts';
import type { Page, Reading } from './reading.ts';
import * as slack from './slack/read.ts';
import * as statuspage from './statuspage/read.ts';

export type Kind = {
  /** The address of the feed, for the address of its page. */
  address(url: string): string;
  /** A second address that some need. */
  alsoAt?(url: string): string;
  /** Pure. @throws Failed for an answer that is none of this kind */
  read(page: Page, now: Temporal.Instant, also?: Page): Reading;
  accept: string;
};

const JSON_FIRST = 'application/json, */*;q=0.1';
const FEED_FIRST = 'application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.1';

export const KINDS: Record<FeedKind, Kind> = {
  statuspage: { ...statuspage, accept: JSON_FIRST },
  google_cloud: { ...googleCloud, accept: JSON_FIRST },
  aws: { ...aws, accept: JSON_FIRST },
  azure: { ...azure, accept: FEED_FIRST },
  slack: { ...slack, accept: JSON_FIRST },
  instatus: { ...instatus, accept: JSON_FIRST },
  better_stack: { ...betterStack, accept: JSON_FIRST },
  feed: { ...feed, accept: FEED_FIRST },
};
