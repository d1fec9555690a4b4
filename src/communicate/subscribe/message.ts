/** What a subscriber gets: one message for every way at once, in the language of the page, with nothing that the page does not show. Pure. */

import { escaped } from '#platform/escaped.ts';
import { cut } from '../channels/cut.ts';
import { wordsFor } from '../late-words.ts';
import type { MaintenanceState, ShownUpdate } from '../page/facts-shown.ts';
import type { Speech } from '../page/language.ts';
import { textOf } from '../page/machine.ts';
import { statusIn, titleOf } from '../page/model.ts';
import type { Outgoing } from './senders.ts';
import { OUTSIDE_WORDS } from './words.ts';

/** The page that speaks, and where it is; `url` undefined: no links. */
export type From = { heading: string; id: string; base: string; url: string | undefined; speech: Speech };

export type Spoken = Pick<Outgoing, 'subject' | 'text' | 'html' | 'brief' | 'payload' | 'thread'>;

export type UpdateTold = {
  reference: string;
  updateId: string;
  names: string[];
  update: ShownUpdate;
};

export function tellUpdate(from: From, { reference, updateId, names, update: said }: UpdateTold): Spoken {
  const { speech } = from;
  const { words } = speech;
  const { about, ...own } = wordsFor(said, { speech, names, writtenAt: said.at.epochMilliseconds });
  const update = { ...said, ...own };
  const title = titleOf(about, names, speech);
  const status = update.automatic ? words.automatic : statusIn(speech, update);
  const link = linkTo(from, `incidents/${reference}`);
  const body = textOf(update, speech);
  return {
    subject: `${title} · ${status} (${reference})`,
    thread: reference,
    ...letter([`${status}.`, body, words.affected(names.join(', '))], link),
    brief: briefly(`${from.heading}: ${body}`, link),
    payload: {
      type: 'incident.updated',
      page: pageOf(from),
      incident: { id: reference, name: title, shortlink: link ?? null, affected: names },
      update: {
        id: updateId,
        status: update.status,
        status_words: status,
        impact: update.impact,
        action: update.action,
        body,
        next_update_at: update.nextAt?.toString() ?? null,
        automatic: update.automatic,
        created_at: update.at.toString(),
      },
    },
  };
}

export type NoticeTold = {
  kind: keyof (typeof OUTSIDE_WORDS)['en']['notice'];
  reference: string;
  title: string;
  impact: string;
  text: string;
  state: MaintenanceState;
  startsAt: Temporal.Instant;
  endsAt: Temporal.Instant;
  names: string[];
  at: Temporal.Instant;
};

export function tellNotice(from: From, it: NoticeTold): Spoken {
  const { speech } = from;
  const { words } = speech;
  const what = OUTSIDE_WORDS[speech.language].notice[it.kind];
  const start = it.startsAt.epochMilliseconds;
  const when = `${words.span(speech.reader(start), speech.reader(it.endsAt.epochMilliseconds, start))} ${words.onDate(speech.longDate(start))}.`;
  const link = linkTo(from, `maintenance/${it.reference}`);
  return {
    subject: `${what}: ${it.title} (${it.reference})`,
    thread: it.reference,
    ...letter(
      [
        `${what}: ${it.title}.`,
        when,
        ...(it.text ? [it.text] : []),
        `${words.impact} ${it.impact}`,
        words.affected(it.names.join(', ')),
      ],
      link,
    ),
    brief: briefly(`${from.heading}: ${what}: ${it.title}. ${when} ${it.text}`, link),
    payload: {
      type: `maintenance.${it.kind}`,
      page: pageOf(from),
      maintenance: {
        id: it.reference,
        name: it.title,
        status: it.state,
        impact: it.impact,
        message: it.text || null,
        scheduled_for: it.startsAt.toString(),
        scheduled_until: it.endsAt.toString(),
        affected: it.names,
        shortlink: link ?? null,
        created_at: it.at.toString(),
      },
    },
  };
}

/** The first mail to an address, which asks whether it wants any. */
export function tellConfirm(
  from: From,
  ask: { already: boolean; link: string; until: Temporal.Instant; now: Temporal.Instant },
): Spoken {
  const words = OUTSIDE_WORDS[from.speech.language];
  const until = from.speech.reader(ask.until.epochMilliseconds, ask.now.epochMilliseconds);
  const lines = ask.already
    ? [words.alreadyText(from.heading), words.change]
    : [words.confirmText(from.heading), words.validUntil(until), words.ignore];
  return {
    subject: ask.already ? words.alreadySubject(from.heading) : words.confirmSubject(from.heading),
    thread: undefined,
    ...letter(lines, ask.link),
    brief: briefly(lines[0] ?? '', ask.link),
    payload: {},
  };
}

/** What a program must repeat before it is told anything. */
export function tellChallenge(from: From, challenge: string): Spoken {
  return {
    subject: '',
    text: '',
    html: '',
    brief: '',
    thread: undefined,
    payload: { type: 'subscription.challenge', page: pageOf(from), challenge },
  };
}

// Three parts of an SMS, of which the link takes its own.
const BRIEF_CHARACTERS_MAX = 300;

function briefly(words: string, link: string | undefined): string {
  return [cut(words, BRIEF_CHARACTERS_MAX), link ?? ''].join(' ').trim();
}

/** A mail with a link and a few sentences that no incident is in. */
export function letter(lines: string[], link: string | undefined): Pick<Spoken, 'text' | 'html'> {
  const paragraphs = lines.filter(Boolean);
  return {
    text: [...paragraphs, ...(link ? [link] : [])].join('\n\n'),
    html: `${paragraphs.map((line) => `<p style="margin:0 0 14px">${escaped(line).replaceAll('\n', '<br>')}</p>`).join('')}${link ? `<p style="margin:0 0 14px"><a href="${escaped(link)}" style="color:#1f4b99">${escaped(link)}</a></p>` : ''}`,
  };
}

/** Puts the frame and the way out around what is said. */
export function sealed(
  from: Pick<From, 'speech' | 'heading'>,
  spoken: Spoken,
  manage: string | undefined,
): Pick<Outgoing, 'text' | 'html'> {
  const words = OUTSIDE_WORDS[from.speech.language];
  const foot = manage ? [words.because(from.heading), words.change, manage] : [from.heading];
  const htmlFoot = foot
    .map((line) =>
      line === manage
        ? `<a href="${escaped(line)}" style="color:#1f4b99">${escaped(line)}</a>`
        : escaped(line),
    )
    .join('<br>');
  return {
    text: `${spoken.text}\n\n-- \n${foot.join('\n')}\n`,
    html: `<!doctype html><html lang="${from.speech.language}"><head><meta charset="utf-8"><title>${escaped(spoken.subject)}</title></head><body style="margin:0;padding:24px;background:#f6f5f1;color:#1d1f24;overflow-wrap:anywhere;word-break:break-word;font:16px/1.5 Inter,Segoe UI,Helvetica,Arial,sans-serif"><div style="max-width:600px">${spoken.html}<p style="margin:24px 0 0;padding-top:12px;border-top:1px solid #d9d6cd;color:#5c5f66;font-size:14px">${htmlFoot}</p></div></body></html>`,
  };
}

function linkTo({ url, base }: From, path: string): string | undefined {
  return url && `${url}${base}${path}`;
}

function pageOf({ id, heading, url, base }: From): object {
  return { id, name: heading, url: `${url ?? ''}${base}` };
}
