/** Lives through real incidents again, on a moved clock, with the real rooms: every message at its real time, every page answered two minutes later. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Command } from '#incident/commands.ts';
import { json } from '#platform/db/database.ts';
import { createOutbound } from '#platform/http/outbound.ts';
import { createMailer } from '#platform/mail.ts';
import { promiseDue } from '#promise/wake.ts';
import { type Story, tellStory } from '#src/story.ts';
import { sweep } from '#src/sweep.ts';
import { defaultNextAt } from '../../src/communicate/compose.ts';
import { openSmallHouse } from '../small-house.ts';
import { type RealIncident, type Said, saidIn } from './record.ts';

/** A phone rang: when, whose, for which incidents (their numbers), with which words. As the push server saw it. */
export type Ring = { at: number; personId: string; numbers: number[]; words: string };
/** What the house itself wrote down about its promises to tell people. */
export type Adherence = { promised: number; kept: number };
export type Replayed = {
  rings: Ring[];
  /** The number of each incident in this house, by its id in the record. */
  numbers: Map<string, number>;
  adherence: Adherence;
  /** Messages that said by themselves that ours is late. */
  automatic: number;
};

type Event = { at: number; run: () => Promise<void> };

const MINUTE = 60_000;
const SECOND_PERSON_AFTER_MINUTES = 5;
const REVIEWED_AFTER_MINUTES = 15;
const ANSWERED_AFTER_MINUTES = 2;
const SYSTEM = { actor: { kind: 'system' as const, name: 'Monitoring' }, source: 'replay' };
const ANSWERS = { dataAtRisk: 'no', redundancyGone: 'no' } as const;
const CLASSIFIED = {
  P1: { ...ANSWERS, mainTaskImpossible: 'yes', mainTaskMuchWorse: 'yes' },
  P2: { ...ANSWERS, mainTaskImpossible: 'no', mainTaskMuchWorse: 'yes', workaround: 'yes' },
} as const;

export async function replay(
  incidents: readonly RealIncident[],
  { databaseUrl, say = () => {} }: { databaseUrl?: string; say?: (declared: number) => void } = {},
): Promise<Replayed> {
  const house = await openReplayHouse(incidents[0]?.saidAt[0] ?? 0, databaseUrl);
  try {
    const numbers = new Map<string, number>();
    const queue = new Queue();
    house.onRing = (ring, answer) => queue.add(ring.at + ANSWERED_AFTER_MINUTES * MINUTE, answer);
    for (const real of incidents)
      for (const event of house.script(real, (number) => {
        numbers.set(real.id, number);
        say(numbers.size);
      }))
        queue.add(event.at, event.run);
    const over = Math.max(...incidents.map((real) => saidIn(real).at(-1)!.at)) + MINUTE;
    queue.add(over, async () => {});
    // What people do at an instant comes before what is due at it: a message at the promised time is in time.
    for (let next = queue.next(), due: number | undefined; next; next = queue.next()) {
      if (due !== undefined && due < next.at) house.moveTo(due);
      else house.moveTo(next.at);
      for (; queue.next() && queue.next()!.at <= house.now(); await house.work()) await queue.take()!.run();
      due = await house.settle();
    }
    return {
      rings: house.rings,
      numbers,
      adherence: await house.adherence(),
      automatic: await house.automatic(),
    };
  } finally {
    await house.close();
  }
}

/** Events in the order of time; those of one instant in the order in which they were added. */
class Queue {
  readonly #events: Event[] = [];
  add(at: number, run: Event['run']): void {
    const index = this.#events.findLastIndex((each) => each.at <= at);
    this.#events.splice(index + 1, 0, { at, run });
  }
  next(): Event | undefined {
    return this.#events[0];
  }
  take(): Event | undefined {
    return this.#events.shift();
  }
}

async function openReplayHouse(start: number, databaseUrl: string | undefined) {
  const phones = await openPhones();
  let story: Story | undefined;
  const small = await openSmallHouse(
    Temporal.Instant.fromEpochMilliseconds(start).toString(),
    (house) => {
      Object.assign(house.platform.config, {
        pushUrl: phones.url,
        allowPrivate: [],
        mailFrom: 'Humdrum <h@example.com>',
      });
      const outside = {
        mailer: createMailer(house.platform.config),
        outbound: createOutbound({ allowPrivate: [] }),
      };
      story = tellStory(house.platform, outside);
      return story.rooms;
    },
    databaseUrl,
  );
  const { incidents, policies, rooms } = story!;
  const { clock, platform, db } = small;
  const wakers = Object.assign({}, ...rooms.map((room) => room.wakers ?? {}));
  const dues = [promiseDue(db, wakers, platform.log), ...rooms.flatMap((room) => room.due ?? [])];
  await seed(small);
  const policy = await policies.current(db);

  const house = {
    rings: [] as Ring[],
    onRing: (_ring: Ring, _answer: () => Promise<void>): void => {},
    /** Does the jobs and what is due now, until nothing is left. @returns when something is due next */
    async settle(): Promise<number | undefined> {
      for (;;) {
        await small.work();
        const now = clock.now();
        const next = await Promise.all(dues.map(async (due) => ({ due, at: await due.next() })));
        const ripe = next.filter(({ at }) => at && Temporal.Instant.compare(at, now) <= 0);
        const taken = ripe.length
          ? await sweep(
              ripe.map(({ due }) => due),
              clock,
              platform.log,
            )
          : 0;
        if (taken === 0) return soonest(next.filter((each) => !ripe.includes(each)).map(({ at }) => at));
      }
    },
    work: () => small.work(),
    now: () => clock.now().epochMilliseconds,
    moveTo(at: number): void {
      if (at > clock.now().epochMilliseconds) clock.set(Temporal.Instant.fromEpochMilliseconds(at));
    },
    /** One incident: declared at its start by monitoring, confirmed, told about as in the record, watched, over. */
    script(real: RealIncident, declared: (number: number) => void): Event[] {
      let id = '';
      const start = real.saidAt[0]!;
      const end = real.saidAt.at(-1)!;
      const does = (personId: string, command: Command) => async (): Promise<void> => {
        const actor = { kind: 'person' as const, personId, name: personId };
        await incidents.execute(id, command, { actor, source: 'replay' });
      };
      const begin = async (): Promise<void> => {
        const incident = await incidents.declare(
          {
            title: real.id,
            noticed: { by: 'monitoring' },
            proposedSeverity: real.severity,
            serviceIds: ['site'],
          },
          SYSTEM,
        );
        id = incident.id;
        declared(incident.number);
        await house.settle();
        await does('ana', { type: 'confirm', evidence: 'seen' })();
        await does('ana', { type: 'classify', answers: CLASSIFIED[real.severity] })();
      };
      const duties: Event[] = [
        {
          at: start + SECOND_PERSON_AFTER_MINUTES * MINUTE,
          run: does('bo', {
            type: 'take_role',
            role: 'hands',
            who: { personId: 'bo', name: 'bo' },
            how: 'second_person',
          }),
        },
        {
          at: start + REVIEWED_AFTER_MINUTES * MINUTE,
          run: does('ana', { type: 'review_what_changed', note: 'nothing' }),
        },
      ];
      const restore: Event = {
        at: end,
        run: () =>
          does('ana', {
            type: 'restore',
            proof: { check: 'a look', shows: 'it works', since: clock.now() },
            watch: { finalImpact: 'It works again.', finalAction: 'We watched it.' },
          })(),
      };
      const told = saidIn(real)
        .filter(({ kind }) => kind !== 'final')
        .map((said, index): Event => ({ at: said.at, run: () => tell(said, index) }));
      const tell = async ({ kind }: Said, index: number): Promise<void> => {
        const incident = await incidents.load(id);
        const sent = kind === 'watching' ? 'next' : kind;
        await does('ana', {
          type: 'send_update',
          update: {
            updateId: `upd_${real.id}_${index}`,
            kind: sent,
            status: kind === 'works_again' || kind === 'watching' ? 'works_again' : 'looking',
            impact: 'Some of it fails.',
            action: 'We are repairing it.',
            nextAt: defaultNextAt(incident!, sent, policy, clock.now()),
            nothingNew: kind === 'watching',
            automatic: false,
            clientIds: [],
            internal: true,
            publicPage: false,
          },
        })();
      };
      const before = told.filter(
        (_, index) => index < told.findIndex((each) => each.at >= end && each !== told[0]),
      );
      return [
        { at: start, run: begin },
        ...before,
        ...duties.filter(({ at }) => at < end),
        restore,
        ...told.slice(before.length),
      ];
    },
    /** Counted in the rows of the promises, as the app would show it. */
    async adherence(): Promise<Adherence> {
      const rows = await db
        .selectFrom('promise')
        .select(['missed_at', 'ended_at', 'due_at'])
        .where('kind', '=', 'next_update')
        .where('state', '=', 'kept')
        .execute();
      return { promised: rows.length, kept: rows.filter((row) => row.missed_at === null).length };
    },
    async automatic(): Promise<number> {
      const rows = await db
        .selectFrom('incident_update')
        .select('id')
        .where('automatic', '=', true)
        .where('kind', '=', 'late')
        .execute();
      return rows.length;
    },
    async close(): Promise<void> {
      phones.stop();
      await small.close();
    },
  };
  phones.onPush = ({ topic, title, message, actions }) => {
    const numbers = [...`${title}\n${message}`.matchAll(/\bINC-(\d+):/g)].map(([, number]) => Number(number));
    const ring = {
      at: clock.now().epochMilliseconds,
      personId: topic,
      numbers: [...new Set(numbers)],
      words: `${title}\n${message}`,
    };
    house.rings.push(ring);
    const link = new URL(actions[0]!.url).pathname;
    house.onRing(ring, async () => {
      const { status, text } = await small.visit('POST', link, JSON.stringify({ answer: 'have_it' }), {
        'content-type': 'application/json',
      });
      // Gone: somebody else was faster, or it was no longer needed.
      if (status !== 200 && status !== 410)
        throw new Error(`a page could not be answered: ${status} ${text}`);
    });
  };
  return house;
}

function soonest(times: (Temporal.Instant | undefined)[]): number | undefined {
  const known = times.flatMap((at) => at?.epochMilliseconds ?? []);
  return known.length ? Math.min(...known) : undefined;
}

type Push = { topic: string; title: string; message: string; actions: { url: string }[] };

/** A push server that takes everything and tells of it. */
async function openPhones() {
  const phones = { url: '', onPush: (_push: Push): void => {}, stop: () => server.close() };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    phones.onPush(JSON.parse(body) as Push);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"taken"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  phones.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return phones;
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
