/** A nudge in the words of each of its channels: the draft, and the shortest way to say "nothing new". */
import type { House } from '#incident/room.ts';
import type { Incident } from '#incident/types.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import type { Mailer } from '#platform/mail.ts';
import { cut } from './channels/cut.ts';
import { askSlack } from './channels/slack/bot.ts';
import { safe } from './channels/slack/render.ts';
import { shortSms } from './channels/sms/render.ts';
import { askTwilio, senderOf } from './channels/twilio.ts';
import { plainText } from './message.ts';
import { codeOf, tokenOf } from './nudge-link.ts';
import { prepare } from './prepare.ts';
import { timeForReader } from './words.ts';

export const NUDGE_WORD = 'SAME';
export const NUDGE_ACTION = 'nothing_new';
const SECTION_CHARACTERS_MAX = 2800;
const TITLE_CHARACTERS_MAX = 80;

export type NudgeMeans = { mailer: Mailer; outbound: Outbound };

export type NudgeRow = {
  incident_id: string;
  cycle: number;
  person_id: string;
  channel: 'email' | 'sms' | 'slack';
  address: string;
  due_at: Temporal.Instant;
  attempts: number;
  posted: unknown;
  reply: string | null;
};

/** What every channel says of it. */
type Nudge = {
  row: NudgeRow;
  incident: Incident;
  person: { name: string; email: string; zone: string };
  due: string;
  about: string;
  draft: string;
  /** Of the page with one button, and of the incident; undefined without a public address. */
  link: string | undefined;
  room: string | undefined;
};

export type NudgeSent = { evidence: string; posted?: { channel: string; ts: string } };

/** @throws Failed when the world did not take it */
export async function sendNudge(
  house: House,
  means: NudgeMeans,
  about: { row: NudgeRow; incident: Incident; person: Nudge['person'] },
  now: Temporal.Instant,
): Promise<NudgeSent> {
  const nudge = await wordsOf(house, about, now);
  switch (about.row.channel) {
    case 'email':
      return byMail(means, nudge);
    case 'sms':
      return bySms(house, means, nudge);
    case 'slack':
      return bySlack(house, means, nudge);
  }
}

async function wordsOf(
  house: House,
  { row, incident, person }: Pick<Nudge, 'row' | 'incident' | 'person'>,
  now: Temporal.Instant,
): Promise<Nudge> {
  const { config, secret } = house.platform;
  const time = (at: string | number) => timeForReader(at, person.zone, now.epochMilliseconds);
  const draft = await prepare(house, incident, { kind: 'next' }, now);
  const token = tokenOf(secret, linkOf(row));
  return {
    row,
    incident,
    person,
    due: time(row.due_at.epochMilliseconds),
    about: nameOf(incident),
    draft: plainText(draft, time),
    link: config.url && `${config.url}/u/${token}`,
    room: config.url && `${config.url}/incidents/${incident.id}`,
  };
}

/** For its own people, who know its number; the title of a restricted incident stays inside. */
export function nameOf({ severity, number, restricted, title }: Incident): string {
  return `${severity} INC-${number}${restricted ? '' : ` ${cut(title, TITLE_CHARACTERS_MAX)}`}`;
}

export function linkOf({
  incident_id,
  cycle,
  person_id,
}: Pick<NudgeRow, 'incident_id' | 'cycle' | 'person_id'>) {
  return { incidentId: incident_id, cycle, personId: person_id };
}

async function byMail({ mailer }: NudgeMeans, nudge: Nudge): Promise<NudgeSent> {
  const { row, incident, person, due, draft, link, room } = nudge;
  const text = [
    `The update promised for ${due} is not sent yet. This is prepared:`,
    '',
    draft,
    '',
    link
      ? `Nothing new? One button sends that to everyone who was told: ${link}`
      : 'Open Humdrum to send it. This mail has no link, because the public address (HUMDRUM_URL) is not set.',
    ...(room ? [`Something new? Write it here: ${room}`] : []),
    '',
  ].join('\n');
  const { response } = await mailer.sendMail({
    to: { name: person.name, address: person.email },
    subject: `Update due ${due}: ${incident.severity} INC-${incident.number}${incident.restricted ? '' : ` ${incident.title}`}`,
    text,
    messageId: `nudge.${incident.id}.${row.cycle}@${mailer.domain}`,
    references: [`${incident.reference}@${mailer.domain}`],
    urgent: true,
  });
  return { evidence: response };
}

async function bySms({ platform }: House, { outbound }: NudgeMeans, nudge: Nudge): Promise<NudgeSent> {
  const { twilio } = platform.config;
  if (!twilio) throw new Error('No nudge by SMS is queued without an account.');
  const { row, due, about, link } = nudge;
  const { sender, hears } = senderOf(twilio);
  // A sender with a name instead of a number cannot be answered, and without our address Twilio cannot tell us.
  const how =
    hears && platform.config.url
      ? `Nothing new? Reply ${NUDGE_WORD} ${codeOf(platform.secret, linkOf(row))}, and everyone who was told hears so.`
      : (link ?? 'Open Humdrum to send it.');
  const { sid, status } = await askTwilio({ twilio, outbound, clock: platform.clock }, 'Messages', {
    To: row.address,
    ...sender,
    Body: shortSms(`Update due ${due}: ${about}.`, how),
  });
  return { evidence: `Twilio took it as ${sid} (${status})` };
}

async function bySlack({ platform }: House, { outbound }: NudgeMeans, nudge: Nudge): Promise<NudgeSent> {
  const { config, clock, secret } = platform;
  const { row, due, about, draft, link, room } = nudge;
  const title = `The update promised for ${due} is not sent yet: ${about}`;
  const button = (text: string, more: object) => ({
    type: 'button',
    text: { type: 'plain_text', text, emoji: false },
    ...more,
  });
  const nothingNew = config.slackSigningSecret
    ? [
        button('Send “nothing new”', {
          style: 'primary',
          action_id: NUDGE_ACTION,
          value: tokenOf(secret, linkOf(row)),
        }),
      ]
    : link
      ? [button('Nothing new…', { action_id: 'open_button', url: link })]
      : [];
  const buttons = [
    ...nothingNew,
    ...(room ? [button('Write what is new', { action_id: 'open_incident', url: room })] : []),
  ];
  const { ts, channel } = await askSlack({ outbound, clock, config }, 'chat.postMessage', {
    channel: row.address,
    text: safe(title),
    blocks: [
      section(title),
      section(`This is prepared:\n${cut(draft, SECTION_CHARACTERS_MAX)}`),
      ...(buttons.length ? [{ type: 'actions', elements: buttons }] : []),
    ],
    unfurl_links: false,
    unfurl_media: false,
  });
  return { evidence: `Slack has posted it (${ts})`, posted: { channel, ts } };
}

/** What was pressed is confirmed where it was pressed: the words take the place of the button. */
export async function showReply({ platform }: House, { outbound }: NudgeMeans, row: NudgeRow): Promise<void> {
  const { channel, ts } = row.posted as { channel: string; ts: string };
  const { config, clock } = platform;
  const text = row.reply ?? '';
  await askSlack({ outbound, clock, config }, 'chat.update', {
    channel,
    ts,
    text: safe(text),
    blocks: [section(text)],
  });
}

function section(text: string): object {
  return { type: 'section', text: { type: 'plain_text', text, emoji: false } };
}
