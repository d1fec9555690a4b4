/**
 * The reporters' own door. It answers before the router sees a request, and what is behind it is handed a path and a text alone:
 * no address, no cookie, no header, no request id. Nothing here is logged, counted or kept, except the report.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { Refused } from '#platform/errors.ts';
import type { Front } from '#platform/http/app.ts';
import { cleaned } from '#platform/http/clean-text.ts';
import { filled, text } from '#platform/http/fields.ts';
import { createLimiter } from '#platform/http/limiter.ts';
import { problemOf } from '#platform/http/problem.ts';
import { createLog } from '#platform/log.ts';
import type { Mailer } from '../mails.ts';
import type { House } from '../room.ts';
import { findByReceipt, putAddition, putReport, type Seen } from './box.ts';
import { answerDue, dayIn, nextRound } from './days.ts';
import { type Known, redacted } from './redact.ts';
import type { ZoneOf } from './round.ts';
import { learnersOn, readNearMissSettings } from './settings.ts';

export const DOOR = '/near-miss/door/';
const BODY_BYTES_MAX = 32 * 1024;
/** Read and thrown away up to here, so that whoever sent it can read why it was refused. */
const DISCARDED_BYTES_MAX = 8 * 1024 * 1024;
export const HAPPENED_CHARACTERS_MAX = 4000;
export const STOPPED_CHARACTERS_MAX = 2000;
const CODE_CHARACTERS_MAX = 60;
const TEXTS_MAX = 2;
// Everybody together, since nobody is told apart.
const PER_HOUR = { reports: 30, looks: 600 };
const HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

const preview = z.object({ texts: z.array(text(HAPPENED_CHARACTERS_MAX)).min(1).max(TEXTS_MAX) });
const report = z.object({
  happened: filled(HAPPENED_CHARACTERS_MAX),
  stopped: text(STOPPED_CHARACTERS_MAX).default(''),
  again: z.boolean().default(false),
});
const receipt = z.object({ code: filled(CODE_CHARACTERS_MAX) });
const addition = receipt.extend({ text: filled(HAPPENED_CHARACTERS_MAX) });

/** All that is known of who asks. */
type Asked = { method: string; path: string; json: boolean; body: string };
type Answered = { status: number; body: object };
type Step = { method: 'GET' | 'POST'; does(body: unknown): Promise<Answered> };

export type Door = {
  handle: Front;
  /** @returns how many requests failed by our own fault since it was last asked */
  failures(): number;
};

export function createDoor(house: House, means: { mailer: Mailer; zoneOf: ZoneOf }): Door {
  const steps = stepsOf(house, means);
  let failed = 0;
  const answer = async ({ method, path, json, body }: Asked): Promise<Answered> => {
    try {
      const step = Object.hasOwn(steps, path) ? steps[path] : undefined;
      if (!step || step.method !== method) throw new Refused('not_found', 'Nothing is at this address.');
      if (method === 'GET') return await step.does(undefined);
      if (!json)
        throw new Refused('unsupported', 'This address reads JSON.', {
          mend: 'Send content-type: application/json.',
        });
      return await step.does(cleaned(parsed(body)));
    } catch (error) {
      if (!(error instanceof Refused)) failed += 1;
      return problem(error);
    }
  };
  return {
    handle(request, response) {
      const path = (request.url ?? '').split('?')[0] ?? '';
      if (!path.startsWith(DOOR)) return false;
      void take(request, response, path.slice(DOOR.length), answer);
      return true;
    },
    failures() {
      const count = failed;
      failed = 0;
      return count;
    },
  };
}

async function take(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  answer: (asked: Asked) => Promise<Answered>,
): Promise<void> {
  try {
    const body = await bodyOf(request);
    const json = /^application\/json\b/i.test(request.headers['content-type'] ?? '');
    const { status, body: said } =
      body === undefined
        ? problem(
            new Refused('too_large', `A report has at most ${BODY_BYTES_MAX / 1024} KB.`, {
              mend: 'Shorten it. Nothing was kept.',
            }),
          )
        : await answer({ method: request.method ?? '', path, json, body });
    const bytes = Buffer.from(JSON.stringify(said));
    response.writeHead(status, { ...HEADERS, 'content-length': bytes.length }).end(bytes);
  } catch {
    // The other side has hung up.
    response.destroy();
  }
}

/** @returns undefined when it is too long */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size <= BODY_BYTES_MAX) parts.push(part);
    if (size > DISCARDED_BYTES_MAX) return undefined;
  }
  return size > BODY_BYTES_MAX ? undefined : Buffer.concat(parts).toString('utf8');
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Refused('invalid', 'The request body is not valid JSON.', { mend: 'Nothing was kept.' });
  }
}

const SILENT = createLog('silent');

function problem(error: unknown): Answered {
  const { request: _, ...said } =
    error instanceof Refused
      ? problemOf(error, '', SILENT)
      : {
          type: 'urn:humdrum:failed',
          title: 'This could not be kept just now.',
          status: 503,
          detail: 'What you wrote is still here. Try again in a minute.',
          request: '',
        };
  return { status: said.status, body: said };
}

function read<Shape extends z.ZodType>(shape: Shape, body: unknown): z.output<Shape> {
  const result = shape.safeParse(body);
  if (result.success) return result.data;
  throw new Refused('invalid', 'Some fields cannot be accepted; nothing was kept.', {
    mend: 'Mend the fields named here and send again.',
    fields: result.error.issues.map((each) => ({ path: each.path.join('.'), message: each.message })),
  });
}

function stepsOf(
  { platform, policies }: House,
  { mailer, zoneOf }: { mailer: Mailer; zoneOf: ZoneOf },
): Record<string, Step> {
  const { db, clock } = platform;
  const limits = (what: string, max: number) =>
    createLimiter({ eachMax: max, allMax: max, minutes: 60, what });
  const reports = limits('reports', PER_HOUR.reports);
  const looks = limits('questions about near misses', PER_HOUR.looks);
  const admit = (limiter: typeof reports) => limiter.admit('anybody', clock.now());
  const mustBeOpen = async (): Promise<void> => {
    if (!(await readNearMissSettings(db)).open)
      throw new Refused('forbidden', 'Near misses are not taken here at the moment.', {
        mend: 'An administrator can open this page under Settings.',
      });
  };
  const today = async () => {
    const now = clock.now();
    const zone = await zoneOf(db);
    return { now, zone, day: dayIn(zone, now) };
  };
  return {
    state: {
      method: 'GET',
      async does() {
        const { open } = await readNearMissSettings(db);
        const warns = mailer.configured && (await learnersOn(db, 'owner')).length > 0;
        return { status: 200, body: { open, warns } };
      },
    },
    preview: {
      method: 'POST',
      async does(body) {
        const { texts } = read(preview, body);
        await mustBeOpen();
        admit(looks);
        const known = await knownPeople(platform.db);
        return { status: 200, body: { texts: texts.map((each) => redacted(each, known)) } };
      },
    },
    report: {
      method: 'POST',
      async does(body) {
        const sent = read(report, body);
        await mustBeOpen();
        admit(reports);
        const known = await knownPeople(platform.db);
        const kept = {
          happened: redacted(sent.happened, known),
          stopped: redacted(sent.stopped, known),
          again: sent.again,
        };
        const { day, now, zone } = await today();
        const receipt = await putReport(db, kept, { day, now });
        const { nearMisses } = await policies.current(db);
        return {
          status: 201,
          body: {
            receipt,
            ...kept,
            foundAt: nextRound(now, zone, nearMisses.foundAt).toString(),
            dueAt: answerDue({ reportedOn: day, again: kept.again }, nearMisses, zone).toString(),
          },
        };
      },
    },
    receipt: {
      method: 'POST',
      async does(body) {
        const { code } = read(receipt, body);
        admit(looks);
        return { status: 200, body: shown(await findByReceipt(db, code)) };
      },
    },
    addition: {
      method: 'POST',
      async does(body) {
        const sent = read(addition, body);
        admit(reports);
        const kept = redacted(sent.text, await knownPeople(platform.db));
        const { day, now } = await today();
        await putAddition(db, { code: sent.code, text: kept }, { day, now });
        return { status: 201, body: shown(await findByReceipt(db, sent.code)) };
      },
    },
  };
}

/** Without its id: the receipt and the list of near misses have nothing in common. */
function shown({ id: _, dueAt, answeredAt, ...seen }: Seen): object {
  return { ...seen, dueAt: dueAt?.toString() ?? null, answeredAt: answeredAt?.toString() ?? null };
}

async function knownPeople(db: House['platform']['db']): Promise<Known[]> {
  const people = await db.selectFrom('person').select(['name', 'email']).execute();
  const contacts = await db.selectFrom('contact').select(['name', 'email']).execute();
  return [...people, ...contacts];
}
