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
import type { Actor, Stage } from './stage.ts';
import { type Beat, calendar, PEOPLE, type PersonName, play, type Scene, type World } from './world.ts';

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
  };
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

/** What is released when nothing happens: one to three changes on every working day. */
function ordinaryDays(when: ReturnType<typeof calendar>): Scene[] {
  const dice = chance(SEED);
  return Array.from({ length: DAYS - 1 }, (_, index) => DAYS - 1 - index).flatMap((days) => {
    const start = when(days, '08:30');
    if (start.toZonedDateTimeISO('Europe/Berlin').dayOfWeek > 5) return [];
    const beats: Beat[] = Array.from({ length: dice.whole(1, DAILY_CHANGES_MAX) }, (__, turn) => {
      const [service, author, what] = dice.one(ORDINARY);
      const summary = `${service} ${dice.whole(2, 8)}.${dice.whole(0, 19)}.${dice.whole(0, 9)}: ${dice.one(what)}`;
      return [
        dice.whole(0, 8 * 60),
        author,
        changed(`ordinary ${days} ${turn}`, service, summary, {
          rollback: dice.one(['safe', 'safe', 'unknown'] as const),
        }),
      ];
    });
    return [{ name: `ordinary day ${days}`, start, beats }];
  });
}
