/** A message in the shape of Slack's incoming webhooks: for tools that can tell of a deployment only there. */
import { cut } from '../../incoming.ts';
import { instantOf } from '../../time.ts';
import { kindIn, linksIn, soundsLikeMending, type Told, told } from '../../told.ts';
import { isObject, type Json, textIn } from '../fields.ts';
import { instantOfAny } from '../flags/parse.ts';

const PARTS_MAX = 100;
const FIELDS_MAX = 50;

export function parse(body: unknown): Told {
  if (!isObject(body)) return told({ problems: ['The body is not a JSON object.'] });
  const attachments = objects(body['attachments']);
  const blocks = objects(body['blocks']);
  const texts = [
    textIn(body['text']),
    ...attachments.flatMap((each) =>
      [each['pretext'], each['title'], each['text'], each['fallback']].map(textIn),
    ),
    ...[...blocks, ...attachments.flatMap((each) => objects(each['blocks']))].flatMap(textsOfBlock),
  ].filter((text) => text !== undefined);
  const [first] = texts;
  if (first === undefined) return told({ problems: ['There is no text in the message.'] });
  const words = plain(first);
  const fields = fieldsIn(attachments);
  const said = (...names: string[]): string | undefined =>
    names.map((name) => fields[name]).find((value) => value !== undefined);
  return told({
    changes: [
      {
        externalId: undefined,
        kind: kindIn(texts.join(' ').slice(0, 4000)) ?? 'other',
        summary: cut(words.split('\n')[0]?.trim() || words, 1024),
        source: cut(textIn(body['username']) ?? 'Slack-compatible webhook', 100),
        at:
          instantOfAny(attachments.map((each) => each['ts']).find((ts) => ts !== undefined)) ??
          instantOf(said('time', 'date')),
        environment: said('environment', 'env', 'stage'),
        version: said('version', 'tag', 'commit', 'revision', 'release'),
        names: [said('service', 'app', 'application', 'project', 'repository') ?? ''],
        labels: {
          ...fields,
          ...(textIn(body['channel']) ? { channel: cut(body['channel'] as string, 100) } : {}),
        },
        links: linksIn([
          ...attachments.map((each) => [each['title_link'], textIn(each['title']) ?? 'More'] as const),
          ...texts.flatMap(linksInText),
        ]).slice(0, 20),
        details: { text: cut(texts.map(plain).join('\n'), 2000) },
        mends: soundsLikeMending(words),
      },
    ],
  });
}

function textsOfBlock(block: Json): string[] {
  const own = textOf(block['text']);
  const fields = objects(block['fields']).flatMap(textOf);
  const elements = objects(block['elements']).flatMap(textOf);
  return [...own, ...fields, ...elements];
}

function textOf(value: unknown): string[] {
  const text = isObject(value) ? textIn(value['text']) : textIn(value);
  return text ? [text] : [];
}

function fieldsIn(attachments: Json[]): Record<string, string> {
  const fields = attachments
    .flatMap((each) => objects(each['fields']))
    .slice(0, FIELDS_MAX)
    .flatMap((each): [string, string][] => {
      const [title, value] = [textIn(each['title']), each['value']];
      const text = typeof value === 'number' ? String(value) : textIn(value);
      return title && text && title !== '__proto__'
        ? [[cut(title.trim().toLowerCase(), 100), cut(plain(text), 500)]]
        : [];
    });
  return Object.fromEntries(fields);
}

/** `<https://example.com|words>` becomes its words, `*bold*` loses its stars. */
function plain(text: string): string {
  return text
    .replaceAll(/<(https?:[^|>\s]{1,2000})\|([^>]{1,300})>/g, '$2')
    .replaceAll(/<(https?:[^>\s]{1,2000})>/g, '$1')
    .replaceAll(/<[!@#][^>]{1,200}>/g, '')
    .replaceAll(/(^|\s)[*_~`]+|[*_~`]+(?=[\s.,:;!?)]|$)/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim();
}

function linksInText(text: string): (readonly [string, string])[] {
  return [...text.slice(0, 10_000).matchAll(/<(https?:[^|>\s]{1,2000})(?:\|([^>]{1,300}))?>/g)].map(
    ([, href = '', words]) => [href, words ?? href] as const,
  );
}

function objects(value: unknown): Json[] {
  return Array.isArray(value) ? value.slice(0, PARTS_MAX).filter(isObject) : [];
}
