/** Days of incidents at a small agency, seeded: alerts and people start them, scripted responders live through them, time is moved. */
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { violations } from './invariants.ts';
import { type Chance, chance } from './random.ts';
import { type Habit, look } from './responders.ts';

export type Simulated = { seed: number; days: number; incidents: number; violations: string[] };

const PEOPLE = [
  { id: 'ana', name: 'Ana Lima' },
  { id: 'bo', name: 'Bo Falk' },
  { id: 'cleo', name: 'Cleo Marsh' },
  { id: 'dan', name: 'Dan Okoro' },
];
const HABITS: Habit[] = [
  { lookEveryMinutes: 2, diligence: 0.95 },
  { lookEveryMinutes: 5, diligence: 0.8 },
  { lookEveryMinutes: 12, diligence: 0.6 },
  { lookEveryMinutes: 30, diligence: 0.5 },
];
// Whoever is called when all that was missed goes about it like this.
const TAKES_OVER: Habit = { lookEveryMinutes: 3, diligence: 0.95 };
const TAKEN_OVER_AFTER = 12;
const MORE_SERVICES = ['search', 'mailer', 'media', 'bookings', 'accounts', 'reports'];
const SERVICES = ['checkout', 'orders', 'blog', ...MORE_SERVICES];
const LOOKS_MAX = 80;
// What is left then belongs to working hours, not to this simulation.
const SILENT_HOURS = 6;
const DONE = ['nothing', 'write_postmortem'];

type Event = { at: number; run: (house: Harness) => Promise<void> };

export async function simulate({
  seed,
  days,
  perDay = 12,
  say = () => {},
}: {
  seed: number;
  days: number;
  perDay?: number;
  say?: ((line: string) => void) | undefined;
}): Promise<Simulated> {
  const dice = chance(seed);
  const house = await openHarness({ start: '2026-11-02T06:00:00Z' });
  try {
    await seedAgency(house);
    await addServices(house);
    house.as({ personId: 'ana', name: 'Ana Lima' });
    const integration = await house.ask('POST', '/integrations', { name: 'Monitoring', kind: 'pagerduty' });
    const queue: Event[] = [];
    const add = (minutes: number, run: Event['run']): void =>
      void queue.push({ at: Math.round(house.clock.now().epochMilliseconds + minutes * 60_000), run });
    for (let index = 0; index < days * perDay; index += 1)
      add(dice.between(1, days * 24 * 60), beginning(integration.key, index, dice, add));
    const watched = new Set<string>();
    while (queue.length) {
      queue.sort((one, other) => one.at - other.at);
      const event = queue.shift();
      if (!event) break;
      await house.until(
        Temporal.Instant.fromEpochMilliseconds(Math.max(event.at, house.clock.now().epochMilliseconds)),
      );
      await event.run(house);
      await house.settle();
      await noticeNew(house, watched, dice, add, say);
    }
    await house.pass({ hours: SILENT_HOURS });
    const found = await violations(house.db, house.clock.now());
    return { seed, days, incidents: watched.size, violations: found };
  } finally {
    await house.close();
  }
}

/** More of what the agency runs, covered by the same people. */
async function addServices({ db, clock }: Harness): Promise<void> {
  const at = { created_at: clock.now(), updated_at: clock.now() };
  const cover = {
    owner_team_id: 'team_pay',
    primary_id: 'ana',
    backup_id: 'bo',
    manager_id: 'cleo',
    zone: 'UTC',
  };
  await db
    .insertInto('service')
    .values(MORE_SERVICES.map((slug) => ({ id: `svc_${slug}`, name: slug, slug, ...cover, ...at })))
    .execute();
}

/** An alert that may recover and come back, or a person who declares. */
function beginning(
  key: string,
  index: number,
  dice: Chance,
  add: (minutes: number, run: Event['run']) => void,
): Event['run'] {
  const service = dice.one(SERVICES);
  if (dice.is(0.25))
    return async (house) => {
      house.as({ personId: dice.one(PEOPLE).id, name: 'Somebody' });
      await house.ask('POST', '/incidents', {
        title: `Something is wrong ${index}`,
        serviceIds: dice.is(0.8) ? [`svc_${service}`] : [],
        noticed: { by: 'person', who: 'a client', how: 'telephone' },
      });
    };
  const event =
    (action: 'trigger' | 'resolve', severity: string) =>
    async (house: Harness): Promise<void> => {
      const answer = await house.call('POST', '/v2/enqueue', {
        routing_key: key,
        event_action: action,
        dedup_key: `alert-${index}`,
        payload: { summary: `${service} errors ${index}`, source: service, component: service, severity },
      });
      if (answer.status !== 202) throw new Error(`an alert was answered ${answer.status}: ${answer.text}`);
    };
  const severity = dice.one(['critical', 'critical', 'error', 'warning']);
  return async (house) => {
    await event('trigger', severity)(house);
    if (dice.is(0.6)) add(dice.between(1, 90), event('resolve', severity));
    if (dice.is(0.25)) add(dice.between(15, 150), event('trigger', severity));
  };
}

async function read(house: Harness, id: string): Promise<{ state: string; lead: string | undefined }> {
  const row = await house.db
    .selectFrom('incident')
    .select(['state', 'document'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const { lead } = row.document as { lead?: { personId: string } };
  return { state: row.state, lead: lead?.personId };
}

/** Every new incident gets its people, with habits of their own. */
async function noticeNew(
  house: Harness,
  watched: Set<string>,
  dice: Chance,
  add: (minutes: number, run: Event['run']) => void,
  say: (line: string) => void,
): Promise<void> {
  const rows = await house.db.selectFrom('incident').select(['id', 'number']).execute();
  for (const row of rows) {
    if (watched.has(row.id)) continue;
    watched.add(row.id);
    const habit = dice.one(HABITS);
    const who = dice.one(PEOPLE.slice(0, 2));
    const again =
      (left: number): Event['run'] =>
      async (each) => {
        const { state, lead } = await read(each, row.id);
        // Whoever was given the incident goes on with it; now and then the one before has not heard of that.
        const looker = PEOPLE.find(({ id }) => id === lead && dice.is(0.9)) ?? who;
        const now = LOOKS_MAX - left < TAKEN_OVER_AFTER ? habit : TAKES_OVER;
        const did = await look(each, row.id, looker, now, dice);
        say(`${each.clock.now()} INC-${row.number} ${looker.id}: ${did}`);
        if (left > 0 && !['closed', 'merged'].includes(state) && !DONE.includes(did))
          add(dice.between(0.5, now.lookEveryMinutes * 2), again(left - 1));
      };
    add(dice.between(0.5, habit.lookEveryMinutes * 2), again(LOOKS_MAX));
  }
}
