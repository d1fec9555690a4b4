/** What a status page said, and when: read from Statuspage's public JSON, or from lines of incidents. Pure. */
import { z } from 'zod';
import { nextTimeIn } from '../../communicate/check-next-time.ts';

/** Times are milliseconds since 1970. */
export type Beat = { at: number; named: boolean };
export type MirroredIncident = {
  id: string;
  title: string;
  impact: string;
  /** In the order of time, up to the message that ended it. */
  beats: Beat[];
  ended: boolean;
};
export type MirroredRecord = {
  name: string;
  incidents: MirroredIncident[];
  /** Not looked at: maintenance, and what had no impact. */
  leftOut: number;
  /** Not readable, with the reason of the first. */
  unreadable: number;
  why: string | undefined;
};

export const INCIDENTS_MAX = 5000;
const UPDATES_MAX = 2000;
const TITLE_CHARACTERS_MAX = 300;
/** The last message of an incident; what comes after it (a post-mortem days later) is no beat of it. */
const ENDS = /^(?:resolved|completed|postmortem)$/i;
const LEFT_OUT = new Set(['none', 'maintenance']);

const moment = z.iso.datetime({ offset: true, local: true }).transform((value) => Date.parse(value));
const text = z.string().nullish();
const incident = z.object({
  id: z.union([z.string(), z.number()]),
  name: text,
  title: text,
  impact: text,
  incident_updates: z
    .array(z.object({ status: z.string(), body: text, display_at: moment.nullish(), created_at: moment }))
    .max(UPDATES_MAX)
    .nullish(),
  updates: z
    .array(z.object({ status: z.string(), message: text, at: moment }))
    .max(UPDATES_MAX)
    .nullish(),
});
const page = z.object({
  page: z.object({ name: z.string().max(TITLE_CHARACTERS_MAX) }).nullish(),
  incidents: z.array(z.unknown()),
});

/** @returns the record of Statuspage's JSON, of a list of incidents, or of lines of them; undefined when it is none of these */
export function recordOf(body: string, name: string): MirroredRecord | undefined {
  const whole = parsed(body);
  if (Array.isArray(whole)) return gathered(whole, name);
  const known = page.safeParse(whole);
  if (known.success) return gathered(known.data.incidents, printable(known.data.page?.name ?? name));
  const lines = body.split('\n').filter((line) => line.trim());
  const rows = lines.map(parsed);
  return rows.some((row) => incident.safeParse(row).success) ? gathered(rows, name) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function gathered(rows: readonly unknown[], name: string): MirroredRecord {
  const record: MirroredRecord = { name, incidents: [], leftOut: 0, unreadable: 0, why: undefined };
  for (const [index, row] of rows.entries()) {
    const read = index < INCIDENTS_MAX ? mirrored(row) : `there are more than ${INCIDENTS_MAX}`;
    if (typeof read === 'string') {
      record.unreadable += 1;
      record.why ??= read;
    } else if (LEFT_OUT.has(read.impact)) record.leftOut += 1;
    else record.incidents.push(read);
  }
  record.incidents.sort((one, other) => one.beats[0]!.at - other.beats[0]!.at);
  return record;
}

/** @returns one incident, or why it is none */
function mirrored(row: unknown): MirroredIncident | string {
  const read = incident.safeParse(row);
  if (!read.success) {
    const [issue] = read.error.issues;
    return issue?.path.length ? `"${issue.path.join('.')}": ${issue.message}` : 'it is not an object';
  }
  const given = read.data;
  const said = [
    ...(given.incident_updates ?? []).map((each) => ({
      at: each.display_at ?? each.created_at,
      status: each.status,
      text: each.body ?? '',
    })),
    ...(given.updates ?? []).map((each) => ({ at: each.at, status: each.status, text: each.message ?? '' })),
  ].toSorted((one, other) => one.at - other.at);
  if (said.length === 0) return 'it has no updates';
  const end = said.findIndex((each) => ENDS.test(each.status));
  const told = end === -1 ? said : said.slice(0, end + 1);
  return {
    id: printable(String(given.id)),
    title: printable(given.name ?? given.title ?? String(given.id)),
    impact: printable(given.impact ?? 'unknown'),
    beats: told.map(({ at, text: words, status }) => ({
      at,
      named: !ENDS.test(status) && namesNext(words),
    })),
    ended: end !== -1,
  };
}

/** A clock time, a day or a stated wait; "soon" names nothing. */
function namesNext(words: string): boolean {
  return ['clock', 'clock_without_zone', 'day', 'wait'].includes(nextTimeIn(words).says);
}

/** Texts of strangers reach a terminal and a picture: no control characters, no reversed direction. */
export function printable(words: string): string {
  return words
    .slice(0, TITLE_CHARACTERS_MAX)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029\ufffe\uffff]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
