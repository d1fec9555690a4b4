/** The kinds of channels by which people are told, in the words of the app. Pure; the web imports it. */
export const TOLD_BY = [
  'email',
  'sms',
  'voice',
  'slack',
  'teams',
  'discord',
  'mattermost',
  'web_push',
  'webhook',
] as const;
export type ToldBy = (typeof TOLD_BY)[number];

export const TOLD_BY_WORDS: Record<ToldBy, string> = {
  email: 'Email',
  sms: 'SMS',
  voice: 'Telephone call',
  slack: 'Slack',
  teams: 'Microsoft Teams',
  discord: 'Discord',
  mattermost: 'Mattermost',
  web_push: 'Browser notification',
  webhook: 'Webhook',
};
