/** Lives through real incidents again, on a moved clock, with the real rooms: every message at its real time, every page answered two minutes later. */
import { sql } from 'kysely';
import { json } from '#platform/db/database.ts';
import { timesOf } from '#platform/db/due-times.ts';
import { createOutbound } from '#platform/http/outbound.ts';
import { createMailer } from '#platform/mail.ts';
import { promiseDue } from '#promise/wake.ts';
import { type Story, tellStory } from '#src/story.ts';
import { sweep } from '#src/sweep.ts';
import { openSmallHouse } from '../small-house.ts';
import { openPhones, type Ring } from './phones.ts';
import { type RealIncident, saidIn } from './record.ts';
import { type Event, script } from './script.ts';

/** What the house itself wrote down about its promises to tell people. */
export type Adherence = { promised: number; kept: number };
export type Replayed = {
  rings: Ring[];
  /** The number of each incident in this house, by its id in the record. */
  numbers: Map<string, number>;
  adherence: Adherence;
  /** Messages that said by themselves that ours is late; those that followed at the times they named are not counted. */
  automatic: number;
};

const MINUTE = 60_000;
const ANSWERED_AFTER_MINUTES = 2;

/**
 * @param options.say hears of every incident that was declared
 */
export async function replay(
  incidents: readonly RealIncident[],
  { say = () => {} }: { say?: () => void } = {},
): Promise<Replayed> {
  const house = await openReplayHouse(incidents[0]?.saidAt[0] ?? 0);
  try {
    const numbers = new Map<string, number>();
    const queue = new Queue();
    house.phones.onRing = (ring, answerPath) =>
      queue.add({ at: ring.at + ANSWERED_AFTER_MINUTES * MINUTE, run: () => house.answer(answerPath) });
    const declared = (real: RealIncident, number: number): void => {
      numbers.set(real.id, number);
      say();
    };
    for (const real of incidents)
      for (const event of script(real, { ...house.stage, declared })) queue.add(event);
    const over = Math.max(...incidents.map((real) => saidIn(real).at(-1)!.at)) + MINUTE;
    queue.add({ at: over, run: async () => {} });
    await livedThrough(house, queue);
    return { rings: house.phones.rings, numbers, ...(await house.counts()) };
  } finally {
    await house.close();
  }
}

/** What people do at an instant comes before what is due at it: a message at the promised time is in time. */
async function livedThrough(house: ReplayHouse, queue: Queue): Promise<void> {
  let due: number | undefined;
  for (let next = queue.next(); next; next = queue.next()) {
    house.moveTo(due !== undefined && due < next.at ? due : next.at);
    for (let now = queue.next(); now && now.at <= house.now(); now = queue.next()) {
      queue.take();
      await now.run();
      await house.work();
    }
    due = await house.settle();
  }
}

/** Events in the order of time; those of one instant in the order in which they were added. */
class Queue {
  readonly #events: Event[] = [];
  add(event: Event): void {
    const index = this.#events.findLastIndex(({ at }) => at <= event.at);
    this.#events.splice(index + 1, 0, event);
  }
  next(): Event | undefined {
    return this.#events[0];
  }
  take(): void {
    this.#events.shift();
  }
}

type ReplayHouse = Awaited<ReturnType<typeof openReplayHouse>>;

async function openReplayHouse(start: number) {
  let now = (): number => start;
  const phones = await openPhones(() => now());
  let story: Story | undefined;
  const small = await openSmallHouse(
    Temporal.Instant.fromEpochMilliseconds(start).toString(),
    ({ platform }) => {
      Object.assign(platform.config, {
        pushUrl: phones.url,
        allowPrivate: [],
        mailFrom: 'Humdrum <h@example.com>',
      });
      story = tellStory(platform, {
        mailer: createMailer(platform.config, platform.clock),
        outbound: createOutbound({ allowPrivate: [] }),
      });
      return story.rooms;
    },
  );
  const { clock, platform, db } = small;
  const { incidents, policies, rooms } = story!;
  now = () => clock.now().epochMilliseconds;
  await seed(small);
  const wakers = Object.assign({}, ...rooms.map((room) => room.wakers ?? {}));
  const dues = [promiseDue(db, wakers, platform.log), ...rooms.flatMap((room) => room.due ?? [])];

  /** Does the jobs and what is due now, until nothing is left. @returns when something is due next */
  const settle = async (): Promise<number | undefined> => {
    for (;;) {
      await small.work();
      if ((await sweep(dues, platform)) > 0) continue;
      const times = (await timesOf(db, dues)).map((at) => at?.epochMilliseconds ?? Infinity);
      const later = Math.min(...times.filter((at) => at > now()));
      return Number.isFinite(later) ? later : undefined;
    }
  };
  return {
    phones,
    settle,
    now,
    work: () => small.work(),
    stage: { incidents, policy: await policies.current(db), now: () => clock.now(), settle },
    moveTo(at: number): void {
      if (at > now()) clock.set(Temporal.Instant.fromEpochMilliseconds(at));
    },
    async answer(path: string): Promise<void> {
      const { status, text } = await small.visit('POST', path, JSON.stringify({ answer: 'have_it' }), {
        'content-type': 'application/json',
      });
      // Gone: somebody else was faster, or it was no longer needed.
      if (status !== 200 && status !== 410)
        throw new Error(`a page could not be answered: ${status} ${text}`);
    },
    /** Counted in the rows of the promises and messages, as the app would show it. */
    async counts(): Promise<{ adherence: Adherence; automatic: number }> {
      const promises = await db
        .selectFrom('promise')
        .select('missed_at')
        .where('kind', '=', 'next_update')
        .where('state', '=', 'kept')
        .execute();
      const late = await db
        .selectFrom('incident_update')
        .select('id')
        .where('kind', '=', 'late')
        .where(sql<boolean>`lateness ->> 'saidBefore' = '0'`)
        .execute();
      const kept = promises.filter(({ missed_at }) => missed_at === null).length;
      return { adherence: { promised: promises.length, kept }, automatic: late.length };
    },
    async close(): Promise<void> {
      phones.stop();
      await small.close();
    },
  };
}

/** One service; Ana is primary and tells people, Bo backup, Cleo manager, Dan and Eve the second team. All are reached by push. */
async function seed(small: Awaited<ReturnType<typeof openSmallHouse>>): Promise<void> {
  const { db, clock } = small;
  const at = { created_at: clock.now(), updated_at: clock.now() };
  for (const id of ['ana', 'bo', 'cleo', 'dan', 'eve']) {
    await small.person(id, id);
    await db
      .updateTable('person')
      .set({ channels: json([{ kind: 'push', address: id, testedAt: null }]) })
      .where('id', '=', id)
      .execute();
  }
  await db
    .insertInto('team')
    .values({ id: 'core', name: 'Core', ...at })
    .execute();
  await db
    .insertInto('team_member')
    .values(['dan', 'eve'].map((person_id) => ({ team_id: 'core', person_id })))
    .execute();
  await small.service('site', 'Site', { manager_id: 'cleo' });
  await db
    .updateTable('service')
    .set({ primary_id: 'ana', backup_id: 'bo', second_team_id: 'core' })
    .execute();
}
