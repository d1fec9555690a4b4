/** The channels that can ring at a person, all of one shape. */
import type { Channel } from '#directory/fields.ts';
import type { ChannelKind } from '../cover.ts';
import type { Page, Reason } from '../page.ts';

/** What rings: the page as it stands, the reasons that still hold, and the link with its buttons if there is a public address. */
export type Ringing = {
  page: Page;
  email: string;
  deliveryId: string;
  reasons: Reason[];
  link: string | undefined;
};

export type ChannelRinger = {
  /**
   * @returns what proves that it rang, in words for the table of deliveries
   * @throws Failed when the world did not take it, permanent when trying again is useless
   */
  send(ringing: Ringing, channel: Channel): Promise<string>;
};

export type Channels = Record<ChannelKind, ChannelRinger>;

export function channelOf(channels: Channels, kind: ChannelKind): ChannelRinger {
  return channels[kind];
}
