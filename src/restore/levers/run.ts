/** One pull of a lever: asked once, awaited until it answers or its time is over. Whatever the other side does, nobody waits for it but this row. */
import { sql } from 'kysely';
import type { Incidents } from '#incident/execute.ts';
import type { LeverState } from '#incident/types.ts';
import { json } from '#platform/db/database.ts';
import { earliest } from '#platform/db/due-times.ts';
import { Failed } from '#platform/errors.ts';
import type { Answered, Outbound } from '#platform/http/outbound.ts';
import type { JobHandler } from '#platform/jobs/jobs.ts';
import type { Due, Platform } from '#platform/platform.ts';
import { knownOf, nameOfParty, orderOf, serviceCalled } from './order.ts';
import { type Lever, leverCalled } from './store.ts';
import { cutWords, type Follow, type Heard, type Order, saidBy } from './targets/target.ts';
import { heardOf, lookAt, lostOf, requestOf, seenIn } from './targets/targets.ts';
import type { Value } from './words.ts';

export const PULL_QUEUE = 'restore.pull';
// Longer than the guard waits for an answer; a killed process's runs are free again after this.
const LEASE_SECONDS = 30;
const ATTEMPTS_MAX = 4;
const RETRY_SECONDS = 5;
const RETRY_SECONDS_MAX = 60;
const LOOK_SECONDS = 10;
const LOOK_AGAIN_SECONDS_MAX = 60;
const AT_ONCE_MAX = 16;
const PER_SWEEP_MAX = 50;

export type LeverMeans = { platform: Platform; incidents: Incidents; outbound: Outbound };

type Run = {
  id: string;
  lever_id: string;
  incident_id: string;
  service_id: string | null;
  effect: string;
  inputs: unknown;
  asked_by: string;
  state: LeverState;
  attempts: number;
  polls: number;
  was_sending: boolean;
  follow: unknown;
  words: string;
  link: string | null;
  asked_at: Temporal.Instant;
  gives_up_at: Temporal.Instant;
};

export function pullHandler(means: LeverMeans): JobHandler {
  return {
    concurrency: AT_ONCE_MAX,
    async run(batch) {
      for (const { data } of batch) await advance(means, (data as { runId: string }).runId);
    },
  };
}

/** Asks, looks and gives up at the right time. The sweep does not wait: a target that hangs holds up nobody else. */
export function leversDue(means: LeverMeans): Due {
  const { db, jobs, log } = means.platform;
  const underWay = new Set<string>();
  return {
    name: 'restore.levers',
    next: () => earliest('lever_run', 'next_at'),
    async run(now) {
      const rows = await db
        .selectFrom('lever_run')
        .select('id')
        .where('next_at', '<=', now)
        .orderBy('next_at')
        .limit(PER_SWEEP_MAX)
        .execute();
      const fresh = rows.filter(({ id }) => !underWay.has(id)).slice(0, AT_ONCE_MAX - underWay.size);
      for (const { id } of fresh) {
        const done = jobs.expect();
        underWay.add(id);
        void advance(means, id)
          .catch((error: unknown) => log.error({ err: error, run: id }, 'a lever has a bug'))
          .finally(() => {
            underWay.delete(id);
            done();
          });
      }
      return fresh.length;
    },
  };
}

/** Does what is due for one run; a stale call does nothing. */
export async function advance(means: LeverMeans, runId: string): Promise<unknown> {
  const now = means.platform.clock.now();
  const run = await claim(means, runId, now);
  if (!run) return;
  const lever = await leverCalled(means.platform.db, means.platform.secret, run.lever_id, true);
  const order = await orderFor(means, run, lever, now);
  if (isOver(run, lever)) return finish(means, run, run.state);
  if (Temporal.Instant.compare(now, run.gives_up_at) >= 0) return giveUp(means, run, lever);
  if (run.state !== 'asked') return look(means, run, lever, order);
  if (run.was_sending && !isRepeatable(lever))
    return lost(means, run, lever, order, 'Humdrum stopped while it was asking');
  return ask(means, run, lever, order);
}

async function claim(
  { platform }: LeverMeans,
  runId: string,
  now: Temporal.Instant,
): Promise<Run | undefined> {
  const { rows } = await sql<Run>`
    with before as (
      select id, sending from lever_run
      where id = ${runId} and ended_at is null and next_at <= ${now}::timestamptz for update skip locked
    )
    update lever_run r set next_at = ${now.add({ seconds: LEASE_SECONDS })}::timestamptz,
      sending = (r.state = 'asked'),
      attempts = r.attempts + (case when r.state = 'asked' then 1 else 0 end),
      polls = r.polls + (case when r.state = 'asked' then 0 else 1 end)
    from before where r.id = before.id returning r.*, before.sending as was_sending`.execute(platform.db);
  return rows[0];
}

async function orderFor(
  { platform }: LeverMeans,
  run: Run,
  lever: Lever,
  now: Temporal.Instant,
): Promise<Order> {
  const { db } = platform;
  const service = await serviceCalled(db, run.service_id);
  const incident = await db
    .selectFrom('incident')
    .select(['id', 'number'])
    .where('id', '=', run.incident_id)
    .executeTakeFirst();
  const inputs = run.inputs as { name: string; value: Value }[];
  const values = Object.fromEntries(inputs.map(({ name, value }) => [name, value]));
  return orderOf(platform, {
    runId: run.id,
    lever,
    effect: run.effect,
    values,
    known: knownOf(values, {
      service: service?.name,
      thirdParty: await nameOfParty(db, lever.thirdPartyId),
      incident: incident?.number,
    }),
    incident,
    service,
    askedBy: run.asked_by,
    askedAt: run.asked_at,
    dryRun: false,
    now,
  });
}

const isRepeatable = ({ target }: Lever): boolean => target.kind === 'webhook' && target.repeatable;
const reportsBack = ({ target }: Lever): boolean =>
  target.kind === 'webhook' && target.answer.by === 'callback';

/** Nothing more can be heard of it. */
function isOver({ state, follow }: Run, lever: Lever): boolean {
  if (state === 'unknown') return !follow && !reportsBack(lever);
  return state === 'done' || state === 'failed' || state === 'timed_out';
}

async function ask(means: LeverMeans, run: Run, lever: Lever, order: Order): Promise<unknown> {
  let answer: Answered;
  try {
    answer = await means.outbound.request(requestOf(order));
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    const words = cutWords(error.message);
    const again = !error.permanent && (!error.mayHaveArrived || isRepeatable(lever));
    if (again && run.attempts < ATTEMPTS_MAX) return askLater(means, run, words, error.retryAfterSeconds);
    if (error.mayHaveArrived) return lost(means, run, lever, order, words);
    return note(means, run, lever, { state: 'failed', words });
  }
  const { status } = answer;
  if (status >= 200 && status < 300) return note(means, run, lever, heardOf(answer, order));
  const said = saidBy(answer);
  const words = cutWords(`it answered ${status}${said ? `: ${said}` : ''}`);
  if (status >= 300 && status < 400)
    return note(means, run, lever, {
      state: 'failed',
      words: `it answered ${status}, a redirect; the request is not sent to another address`,
    });
  if ((status === 429 || (status >= 500 && isRepeatable(lever))) && run.attempts < ATTEMPTS_MAX)
    return askLater(means, run, words, retryAfter(answer));
  if (status >= 500) return lost(means, run, lever, order, words);
  return note(means, run, lever, { state: 'failed', words });
}

function retryAfter({ headers }: Answered): number | undefined {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}

/** Only where the request never arrived, was turned away, or is done once however often it comes. */
async function askLater(
  { platform }: LeverMeans,
  run: Run,
  words: string,
  after: number | undefined,
): Promise<void> {
  const seconds = Math.min(after ?? RETRY_SECONDS * 2 ** (run.attempts - 1), RETRY_SECONDS_MAX);
  await platform.db
    .updateTable('lever_run')
    .set({ sending: false, words, next_at: soonest(platform.clock.now().add({ seconds }), run) })
    .where('id', '=', run.id)
    .where('state', '=', 'asked')
    .where('ended_at', 'is', null)
    .execute();
}

function soonest(at: Temporal.Instant, { gives_up_at }: Run): Temporal.Instant {
  return Temporal.Instant.compare(at, gives_up_at) < 0 ? at : gives_up_at;
}

/** It may have arrived: it is never asked a second time, but looked for where that is possible. */
async function lost(means: LeverMeans, run: Run, lever: Lever, order: Order, why: string): Promise<void> {
  const follow = lostOf(order);
  const then =
    follow || reportsBack(lever) ? 'its answer is still waited for' : 'look there whether it happened';
  await note(means, run, lever, {
    state: 'unknown',
    words: cutWords(`${why.replace(/\.$/, '')}; ${then}`),
    follow,
  });
}

async function giveUp(means: LeverMeans, run: Run, lever: Lever): Promise<void> {
  const minutes = lever.timeOutMinutes;
  await note(means, run, lever, {
    state: 'timed_out',
    words: `no end of it within ${minutes} min; look there whether it happened`,
  });
}

async function look(means: LeverMeans, run: Run, lever: Lever, order: Order): Promise<void> {
  const follow = run.follow as Follow | null;
  if (!follow) return wait(means, run, undefined);
  try {
    const answer = await means.outbound.request(lookAt(follow, order));
    if (answer.status < 200 || answer.status >= 300)
      return wait(means, run, retryAfter(answer) ?? LOOK_SECONDS * Math.min(run.polls, 6));
    const seen = seenIn(answer, follow, order);
    await note(means, run, lever, { follow, link: run.link ?? undefined, ...seen });
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    await wait(means, run, LOOK_SECONDS * Math.min(run.polls, 6));
  }
}

/** @param seconds undefined: nothing is to be done before its time is over */
async function wait({ platform }: LeverMeans, run: Run, seconds: number | undefined): Promise<void> {
  const at =
    seconds === undefined
      ? run.gives_up_at
      : soonest(platform.clock.now().add({ seconds: Math.min(seconds, LOOK_AGAIN_SECONDS_MAX) }), run);
  await platform.db
    .updateTable('lever_run')
    .set({ next_at: at })
    .where('id', '=', run.id)
    .where('ended_at', 'is', null)
    .execute();
}

/** Keeps what was heard, first with the run, then on the timeline; the first end that is heard stays. */
export async function note(
  means: LeverMeans,
  run: Pick<Run, 'id' | 'incident_id' | 'gives_up_at'>,
  lever: Lever,
  heard: Heard,
): Promise<boolean> {
  const { platform } = means;
  const now = platform.clock.now();
  const { state, words, link, follow } = heard;
  const over = isOver({ state, follow: follow ?? null } as Run, lever);
  const later = follow ? soonest(now.add({ seconds: LOOK_SECONDS }), run as Run) : run.gives_up_at;
  const kept = await platform.db
    .updateTable('lever_run')
    .set({
      state,
      words,
      sending: false,
      next_at: over ? now : later,
      ...(link ? { link } : {}),
      ...(follow ? { follow: json(follow) } : {}),
    })
    .where('id', '=', run.id)
    .where('ended_at', 'is', null)
    .where('state', 'in', ['asked', 'running', 'unknown'])
    .returning(['id', 'incident_id'])
    .executeTakeFirst();
  if (!kept) return false;
  await tell(means, { ...run, words, link: link ?? null }, lever, state);
  if (over) await end(means, run.id);
  return true;
}

/** Its end is heard although nobody could say more of it. @returns false when a person has ended it, or another answer came first */
export async function noteAfterAll(
  means: LeverMeans,
  run: Pick<Run, 'id' | 'incident_id'>,
  lever: Lever,
  { state, words, link }: Heard,
): Promise<boolean> {
  const kept = await means.platform.db
    .updateTable('lever_run')
    .set({ state, words, ...(link ? { link } : {}) })
    .where('id', '=', run.id)
    .where('state', '=', 'unknown')
    .where('ended_at', 'is not', null)
    .returning('id')
    .executeTakeFirst();
  if (!kept) return false;
  await tell(means, { ...run, words, link: link ?? null }, lever, state);
  return true;
}

/** What is over but was not told, because a process died in between. */
async function finish(means: LeverMeans, run: Run, state: LeverState): Promise<void> {
  const lever = await leverCalled(means.platform.db, means.platform.secret, run.lever_id, true);
  await tell(means, run, lever, state);
  await end(means, run.id);
}

async function tell(
  { incidents }: LeverMeans,
  run: { id: string; incident_id: string; words?: string; link?: string | null },
  lever: Lever,
  state: LeverState,
): Promise<void> {
  if (state === 'asked') return;
  await incidents.execute(
    run.incident_id,
    { type: 'note_lever', runId: run.id, state, words: run.words ?? '', link: run.link ?? undefined },
    { actor: { kind: 'system', name: lever.name }, source: 'lever' },
  );
}

async function end({ platform }: LeverMeans, runId: string): Promise<void> {
  await platform.db
    .updateTable('lever_run')
    .set({ ended_at: platform.clock.now(), next_at: null })
    .where('id', '=', runId)
    .where('ended_at', 'is', null)
    .execute();
}
