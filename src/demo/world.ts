/** What the demo's month is made of: scenes with a beginning, and beats in them at a minute, done by somebody. */
import type { SenderKeys } from './senders.ts';
import type { Actor, Stage } from './stage.ts';

export const PEOPLE = ['mara', 'jonas', 'priya', 'ines', 'elena', 'tom', 'sam'] as const;
export type PersonName = (typeof PEOPLE)[number];

/** Everybody and everything by the name that the scenes use. */
export type World = {
  stage: Stage;
  people: Record<PersonName, Actor>;
  services: Map<string, string>;
  incidents: Map<string, string>;
  changes: Map<string, string>;
  maintenances: Map<string, string>;
  /** The key under which monitoring sends. */
  monitoringKey: string;
  /** The keys under which changes are told. */
  senders: SenderKeys;
  /** How many changes they have told of so far. */
  told: number;
};

export type Place = { world: World; scene: string; who: Actor };
export type Act = (place: Place) => Promise<void>;
/** Minutes after the beginning of the scene, who, and what. */
export type Beat = [minutes: number, who: PersonName, act: Act];
export type Scene = { name: string; start: Temporal.Instant; beats: Beat[] };

const ZONE = 'Europe/Berlin';

/** The beginnings of scenes: so many days before the end, at a time of the agency's clock. */
export function calendar(end: Temporal.Instant): (daysBefore: number, time: string) => Temporal.Instant {
  const today = end.toZonedDateTimeISO(ZONE).toPlainDate();
  return (days, time) =>
    today
      .subtract({ days })
      .toZonedDateTime({ timeZone: ZONE, plainTime: Temporal.PlainTime.from(time) })
      .toInstant();
}

/** Plays scenes that may overlap, beat by beat in the order of time. */
export async function play(
  world: World,
  scenes: Scene[],
  progress: (at: Temporal.Instant) => void,
): Promise<void> {
  const beats = scenes.flatMap(({ name, start, beats: list }) =>
    list.map(([minutes, who, act]) => ({
      scene: name,
      who,
      act,
      at: start.add({ milliseconds: Math.round(minutes * 60_000) }),
    })),
  );
  for (const { scene, who, act, at } of beats.toSorted((one, other) =>
    Temporal.Instant.compare(one.at, other.at),
  )) {
    await world.stage.until(at);
    progress(at);
    try {
      await act({ world, scene, who: world.people[who] });
    } catch (error) {
      throw new Error(
        `The demo's scene "${scene}" stopped at ${at}, where ${who} acts: ${(error as Error).message}`,
        { cause: error },
      );
    }
  }
}

/** The id that a scene's incident got. */
export function incidentOf({ incidents }: World, scene: string): string {
  const id = incidents.get(scene);
  if (!id) throw new Error(`The scene "${scene}" has no incident yet.`);
  return id;
}
