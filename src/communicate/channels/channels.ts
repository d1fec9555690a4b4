/** The channels by which people are told, all of one shape: a pure `render` that cuts the words, and a `send` that returns evidence. */
import type { ChannelSecret } from '#directory/channels.ts';
import type { ToldBy } from '#directory/told-by.ts';
import type { Clock } from '#platform/clock.ts';
import type { Config } from '#platform/config.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import type { Mailer } from '#platform/mail.ts';
import { discordChannel } from './discord/send.ts';
import type { OwnLinks } from './email/render.ts';
import { emailChannel } from './email/send.ts';
import { mattermostChannel } from './mattermost/send.ts';
import { slackChannel } from './slack/send.ts';
import { smsChannel } from './sms/send.ts';
import { teamsChannel } from './teams/send.ts';
import { voiceChannel } from './voice/send.ts';
import { type PushKeys, webPushChannel } from './web_push/send.ts';
import { webhookChannel } from './webhook/send.ts';
import type { Wording } from './wording.ts';

/** One message on its way to one address. */
export type Telling = {
  deliveryId: string;
  wording: Wording;
  /** What messages of one incident share, so that they stand together; none for a test. */
  reference: string | undefined;
  to: { name: string; address: string; secret: ChannelSecret };
  urgent: boolean;
  /** What an earlier message of this incident to this address said about its thread. */
  thread: string | undefined;
  /** Where the reader can ask for no more mail. */
  unsubscribe: string | undefined;
  /** The reader's own form; undefined where there is none. */
  ask?: string | undefined;
  /** Where the reader turns messages on in a browser; undefined where that cannot be. */
  device?: OwnLinks['device'];
};

export type Evidence = {
  /** What the other side said, in words for the table of deliveries. */
  response: string;
  /** True: the other side says that the reader has it; false: that it was taken on the way. */
  delivered: boolean;
  /** Its name at the provider, by which later news of it is recognised. */
  id?: string | undefined;
  /** What the next message of the same incident needs to stand below this one. */
  thread?: string | undefined;
};

export type Teller = {
  /** Why this channel cannot be used in this installation, in words for the operator. */
  notConfigured?: string | undefined;
  /** Whether messages of one incident can stand below each other. */
  threads?: boolean;
  /** @throws Failed; `permanent` when trying again cannot help, Gone when the address itself has ended */
  send(telling: Telling): Promise<Evidence>;
};

export type Channels = Record<ToldBy, Teller>;

export type ChannelMeans = {
  mailer: Mailer;
  outbound: Outbound;
  clock: Clock;
  config: Pick<Config, 'url' | 'twilio' | 'slack' | 'mailFrom'>;
  pushKeys: () => Promise<PushKeys>;
};

export function createChannels(means: ChannelMeans): Channels {
  return {
    email: emailChannel(means),
    sms: smsChannel(means),
    voice: voiceChannel(means),
    slack: slackChannel(means),
    teams: teamsChannel(means),
    discord: discordChannel(means),
    mattermost: mattermostChannel(means),
    web_push: webPushChannel(means),
    webhook: webhookChannel(means),
  };
}
