/** Fills an empty Humdrum with a believable month at a small agency, by the same doors that are used in earnest. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { changed } from './acts.ts';
import { chance } from './chance.ts';
import { subscribes } from './clients.ts';
import { defineLevers } from './levers.ts';
import { nearMissScenes } from './near-misses.ts';
import { writePlaybooks } from './playbooks.ts';
import { prepared } from './prepared.ts';
import { followProviders } from './providers.ts';
import { clientScenes } from './scenes-clients.ts';
import { earlierScenes } from './scenes-earlier.ts';
import { latelyScenes } from './scenes-lately.ts';
import { scenesNow } from './scenes-now.ts';
import { connectSenders, deployed, flagged, sayWhatIsAbsent, told } from './senders.ts';
import type { Actor, Stage } from './stage.ts';
import {
  type Act,
  type Beat,
  calendar,
  PEOPLE,
  type PersonName,
  play,
  type Scene,
  type World,
} from './world.ts';

export const DAYS = 30;
const SEED = 1;
const DAILY_CHANGES_MAX = 3;
/** People at the clients who want to hear of everything on the public page. */
const READERS = ['shopkeeper@tailspin.example', 'it@fabrikam.example', 'front-desk@contoso.example'];
const INSTALLER: Actor = { personId: 'installer', name: 'Installer' };

/**
 * Plays the month; afterwards one P1 is in progress and the stage stands at the present.
 * @param present asked twice: the second answer is the end, so that the P1 is as young as it should be however long the month took
 * @param progress told how many of the days are over
 * @throws Error when anything is refused
 */
export async function fill(
  stage: Stage,
  present: () => Temporal.Instant,
  progress: (days: number) => void,
): Promise<World> {
  const start = stage.now();
  const told = (at: Temporal.Instant): void => progress(Math.floor(at.since(start).total('hours') / 24));
  const world = await settleIn(stage);
  const today = present();
  const when = calendar(today);
  await play(
    world,
    [
      ...earlierScenes(when),
      ...latelyScenes(when, today),
      ...clientScenes(when),
      ...nearMissScenes(when),
      ...ordinaryDays(when),
      ...besides(when),
    ],
    told,
  );
  const end = present();
  await play(world, scenesNow(end), told);
  await followProviders(stage, INSTALLER, end);
  await stage.until(end);
  progress(DAYS);
  return world;
}

/** The agency moves in: its name, its directory, its monitoring; everybody tries out whether they can be reached. */
async function settleIn(stage: Stage): Promise<World> {
  await stage.ask(INSTALLER, 'PUT', '/settings/organisation', {
    name: 'Harbour & Pine',
    zone: 'Europe/Berlin',
    phone: '+49 30 5550100',
  });
  await stage.ask(INSTALLER, 'POST', '/directory/import', {
    yaml: readFileSync(join(import.meta.dirname, 'agency.yaml'), 'utf8'),
  });
  const people = await stage.ask(INSTALLER, 'GET', '/people?limit=200');
  const services = await stage.ask(INSTALLER, 'GET', '/services?limit=200');
  const cast = Object.fromEntries(PEOPLE.map((name) => [name, actorOf(people.items, name)])) as Record<
    PersonName,
    Actor
  >;
  const { key } = await stage.ask(INSTALLER, 'POST', '/integrations', {
    name: 'Monitoring',
    kind: 'pagerduty',
  });
  for (const name of PEOPLE) await tryOut(stage, cast[name]);
  const bySlug = new Map<string, string>(
    services.items.map((each: { slug: string; id: string }) => [each.slug, each.id]),
  );
  await defineLevers(stage, bySlug);
  const world: World = {
    stage,
    people: cast,
    services: bySlug,
    incidents: new Map(),
    changes: new Map(),
    maintenances: new Map(),
    monitoringKey: key,
    senders: await connectSenders(stage, INSTALLER, BY_GITHUB),
    told: 0,
  };
  await sayWhatIsAbsent(world, INSTALLER);
  await prepared(world, INSTALLER);
  for (const address of READERS) await subscribes(world, address);
  await writePlaybooks(world, INSTALLER);
  return world;
}

function actorOf(people: { id: string; name: string; email: string }[], name: PersonName): Actor {
  const person = people.find((each) => each.email.startsWith(`${name}@`));
  if (!person) throw new Error(`There is nobody called "${name}" in the directory.`);
  return { personId: person.id, name: person.name };
}

async function tryOut(stage: Stage, who: Actor): Promise<void> {
  const { id } = await stage.ask(who, 'POST', '/pages/test', {});
  await stage.until(stage.now());
  await stage.ask(who, 'POST', `/pages/${id}/acknowledgement`, { answer: 'have_it' });
}

const ORDINARY: [service: string, author: PersonName, what: string[]][] = [
  [
    'shop-api',
    'elena',
    ['smaller basket page', 'new delivery times', 'fewer questions at checkout', 'faster start page'],
  ],
  ['payments', 'jonas', ['newer certificates', 'clearer log lines', 'one more currency']],
  ['bookings', 'jonas', ['reminders a day ahead', 'calendar in weeks', 'notes for guests']],
  ['search', 'tom', ['synonyms for colours', 'newer ranking', 'shorter timeouts']],
  ['accounts', 'mara', ['longer passwords', 'newer libraries']],
  ['media', 'tom', ['smaller previews', 'new image formats']],
  ['mailer', 'jonas', ['templates in two languages', 'newer libraries']],
  ['newsletter', 'tom', ['preview on phones', 'lists by month']],
];

/** The others have a pipeline of their own, which says how to roll back. */
const BY_GITHUB = ['bookings', 'search', 'accounts', 'media', 'mailer', 'newsletter'];

/** Days before the end, at a time, by whom: what is not a release. */
const BESIDES: [days: number, time: string, who: PersonName, act: Act][] = [
  [27, '10:05', 'jonas', told('terraform', 'orders-db', 'infra', 'orders-db: 200 GB more disk')],
  [24, '09:40', 'elena', flagged('gift cards', 'shop-api', '10%')],
  [23, '06:15', 'jonas', told('cert-manager', 'shop-api', 'secret', 'shop-api: certificate renewed')],
  [20, '14:20', 'elena', flagged('gift cards', 'shop-api', true)],
  [19, '11:10', 'jonas', told('terraform', 'media', 'infra', 'media: two more workers')],
  [17, '15:00', 'tom', flagged('semantic ranking', 'search', '5%')],
  [
    16,
    '13:30',
    'jonas',
    told('pipeline', 'orders-db', 'migration', 'orders-db: an index on orders by client'),
  ],
  [13, '10:30', 'tom', flagged('semantic ranking', 'search', false)],
  [12, '09:15', 'jonas', told('terraform', 'payments', 'infra', 'payments: a second zone')],
  [9, '06:15', 'jonas', told('cert-manager', 'payments', 'secret', 'payments: certificate renewed')],
  [6, '11:45', 'elena', flagged('new basket', 'shop-api', '10%')],
  [5, '10:20', 'jonas', told('terraform', 'orders-db', 'infra', 'orders-db: a newer minor version')],
  [3, '16:10', 'tom', flagged('semantic ranking', 'search', '10%')],
];

function besides(when: ReturnType<typeof calendar>): Scene[] {
  return BESIDES.map(([days, time, who, act]) => ({
    name: `besides, ${days} days before`,
    start: when(days, time),
    beats: [[0, who, act]],
  }));
}

/** What is released when nothing happens: one to three changes on every working day. */
function ordinaryDays(when: ReturnType<typeof calendar>): Scene[] {
  const dice = chance(SEED);
  return Array.from({ length: DAYS - 1 }, (_, index) => DAYS - 1 - index).flatMap((days) => {
    const start = when(days, '08:30');
    if (start.toZonedDateTimeISO('Europe/Berlin').dayOfWeek > 5) return [];
    const beats: Beat[] = Array.from({ length: dice.whole(1, DAILY_CHANGES_MAX) }, (__, turn) => {
      const [service, author, what] = dice.one(ORDINARY);
      const summary = `${service} ${dice.whole(2, 8)}.${dice.whole(0, 19)}.${dice.whole(0, 9)}: ${dice.one(what)}`;
      const rollback = dice.one(['safe', 'safe', 'unknown'] as const);
      return [
        dice.whole(0, 8 * 60),
        author,
        BY_GITHUB.includes(service)
          ? deployed(service, summary)
          : changed(`ordinary ${days} ${turn}`, service, summary, { rollback }),
      ];
    });
    return [{ name: `ordinary day ${days}`, start, beats }];
  });
}
