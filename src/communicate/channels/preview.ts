/** What a reader of each channel will see or hear, taken out of the very message that its rendering makes. Pure. */
import type { ToldBy } from '#directory/told-by.ts';
import { renderDiscord } from './discord/render.ts';
import { mailOf } from './email/render.ts';
import { renderMattermost } from './mattermost/render.ts';
import { renderSlack } from './slack/render.ts';
import { lengthOf, renderSms } from './sms/render.ts';
import { renderTeams } from './teams/render.ts';
import { saidIn } from './voice/render.ts';
import { renderPush } from './web_push/render.ts';
import { renderWebhook } from './webhook/render.ts';
import type { Wording } from './wording.ts';

// A calm voice on the telephone.
const CHARACTERS_PER_SECOND = 14;

/** `note`: what the writer should know of its length. */
export type Shown = { head: string; text: string; html: string | null; note: string | null };

export function shownBy(kind: ToldBy, wording: Wording): Shown {
  const plain = (text: string, note: string | null = null, head = ''): Shown => ({
    head,
    text,
    html: null,
    note,
  });
  switch (kind) {
    case 'email': {
      const { subject, text, html } = mailOf(wording, {});
      return { head: subject, text, html, note: null };
    }
    case 'sms': {
      const text = renderSms(wording);
      return plain(text, smsNote(text));
    }
    case 'voice': {
      const said = saidIn(wording);
      const seconds = Math.ceil(said.length / CHARACTERS_PER_SECOND);
      return plain(
        said,
        `read out twice, about ${seconds} seconds each time; then a key says that it was heard`,
      );
    }
    case 'slack':
      return chat(textOfSlack(renderSlack(wording)));
    case 'teams':
      return chat(textOfTeams(renderTeams(wording)));
    case 'discord':
      return chat(unmarked(renderDiscord(wording).content));
    case 'mattermost':
      return chat(unmarked(renderMattermost(wording).text));
    case 'web_push': {
      const { title, body } = renderPush(wording, undefined);
      return plain(body, 'the system may cut it further', title);
    }
    case 'webhook': {
      const { type, data } = JSON.parse(renderWebhook(wording)) as { type: string; data: { text: string } };
      return plain(data.text, 'a program reads it, with every fact in a field of its own', type);
    }
  }
}

function smsNote(text: string): string {
  const { parts, characters, unicode } = lengthOf(text);
  const count = parts === 1 ? '1 message' : `${parts} messages`;
  return `${count}, ${characters} characters${unicode ? '; a sign outside the plain alphabet shortens each' : ''}`;
}

/** The first line is the head of the message. */
function chat(lines: string): Shown {
  const [head = '', ...rest] = lines.split('\n');
  return { head, text: rest.join('\n').trim(), html: null, note: null };
}

type SlackText = { text: string; type: string };

function textOfSlack({ blocks }: ReturnType<typeof renderSlack>): string {
  const texts = (blocks as { text?: SlackText; elements?: SlackText[] }[]).map(({ text, elements }) =>
    (text ? [text] : (elements ?? [])).map(readSlack).join('\n'),
  );
  return texts.join('\n\n').replace('\n\n', '\n');
}

function readSlack({ text, type }: SlackText): string {
  if (type !== 'mrkdwn') return text;
  return text
    .replace(/^\*([^*\n]+)\*\n/, '$1\n')
    .replace(/<(https?:[^>|]+)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function textOfTeams(message: object): string {
  const { attachments } = message as {
    attachments: { content: { body: { text: string }[]; actions?: { title: string; url: string }[] } }[];
  };
  const { body, actions = [] } = attachments[0]!.content;
  const [head, ...fields] = body.map((block) => unmarked(block.text));
  return [`${head}\n${fields.join('\n\n')}`, ...actions.map(({ title, url }) => `${title}: ${url}`)].join(
    '\n\n',
  );
}

/** Markdown as it is read: our own marks gone, what people typed back as they typed it. */
function unmarked(text: string): string {
  return text
    .replace(/^#### /, '')
    .replace(/^-# /gm, '')
    .replace(/(?<!\\)\*\*/g, '')
    .replace(/<(https?:[^>]+)>/g, '$1')
    .replace(/\\([\\`*_[\]~|<>#+.-])/g, '$1')
    .replaceAll('\u200b', '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
