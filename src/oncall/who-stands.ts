/** Who stands on a rung of the ladder right now: past rest, absence and busy leads, upwards until somebody can be reached. Pure. */
import type { Rung } from '#promise/policy.ts';
import type { Level } from './page.ts';

export type Candidate = {
  id: string;
  name: string;
  zone: string;
  archived: boolean;
  /** Why no channel of theirs can ring; undefined when one can. */
  unreachable: string | undefined;
  restUntil: Temporal.Instant | undefined;
  leadsOpenP1: boolean;
  /** False in a restricted incident that they must not see. */
  maySee: boolean;
};

export type Cover = {
  primaryId: string | undefined;
  backupId: string | undefined;
  managerId: string | undefined;
  secondTeamIds: string[];
  everyoneIds: string[];
};

export type Standing = {
  rung: Rung;
  /** Continue above this level instead of at a rung: its page was not answered or was declined. */
  after?: { level: Level; round: number } | undefined;
  cover: Cover;
  roles: {
    ownerId?: string | undefined;
    leadId?: string | undefined;
    commsId?: string | undefined;
    handsIds: string[];
    acknowledgedById?: string | undefined;
  };
  people: ReadonlyMap<string, Candidate>;
  /** Called for this already: the next level is above them. */
  called: ReadonlySet<string>;
  /** They said that they cannot; asked again by nobody. */
  declined: ReadonlySet<string>;
  /** Repairing: this must not interrupt them. */
  repairing?: ReadonlySet<string> | undefined;
  now: Temporal.Instant;
};

export type Skipped = { personId: string; name: string; why: string };
export type Found = { level: Level; round: number; people: Candidate[]; skipped: Skipped[] };

const LEVELS = ['primary', 'backup', 'manager', 'second_team'] as const;
type CoverLevel = (typeof LEVELS)[number];
const ROUNDS_MAX = 2;

/** @returns nobody in `people` when everyone has been called twice, or nobody can be reached at all */
export function whoStands(standing: Standing): Found {
  const skipped: Skipped[] = [];
  const found = standing.after ? above(standing, standing.after, skipped) : onRung(standing, skipped);
  return {
    ...found,
    skipped: [...new Map(skipped.map((each) => [`${each.personId} ${each.why}`, each])).values()],
  };
}

type Place = Omit<Found, 'skipped'>;

function onRung(standing: Standing, skipped: Skipped[]): Place {
  const { roles, rung } = standing;
  const held = (level: Level, ...ids: (string | undefined)[]): Place => {
    for (const id of ids) {
      const [person] = able(standing, id ? [id] : [], skipped, { protect: false });
      if (person) return { level, round: 1, people: [person] };
    }
    return from(standing, 'primary', skipped, { skipCalled: false });
  };
  switch (rung) {
    case 'owner':
      return held('owner', roles.ownerId, roles.leadId, roles.acknowledgedById);
    case 'lead':
      return held('lead', roles.leadId, roles.acknowledgedById);
    case 'comms':
      return held('comms', roles.commsId, roles.ownerId, roles.leadId, roles.acknowledgedById);
    case 'hands':
      return held('lead', ...roles.handsIds, roles.leadId, roles.acknowledgedById);
    case 'primary':
    case 'backup':
    case 'manager':
    case 'second_team':
      return from(standing, rung, skipped, { skipCalled: false });
    case 'service_owner':
      return from(standing, 'manager', skipped, { skipCalled: false });
    case 'next_level':
      return from(withoutHolders(standing), 'primary', skipped, { skipCalled: true });
    case 'everyone':
      return everyone(standing, 1, skipped);
  }
}

/** The next level is somebody else than those who hold the incident already. */
function withoutHolders(standing: Standing): Standing {
  const { leadId, commsId, acknowledgedById, handsIds } = standing.roles;
  const holders = [leadId, commsId, acknowledgedById, ...handsIds].filter((id) => id !== undefined);
  return { ...standing, called: new Set([...standing.called, ...holders]) };
}

/** From a level upwards: first somebody who neither rests nor leads another P1, then, rather than nobody, anybody. */
function from(
  standing: Standing,
  level: CoverLevel,
  skipped: Skipped[],
  { skipCalled }: { skipCalled: boolean },
): Place {
  for (const protect of [true, false])
    for (const each of LEVELS.slice(LEVELS.indexOf(level))) {
      const ids = idsOf(standing.cover, each).filter((id) => !skipCalled || !standing.called.has(id));
      const people = able(standing, ids, skipped, { protect });
      if (people.length) return { level: each, round: 1, people };
    }
  return everyone(standing, 1, skipped);
}

function above(standing: Standing, after: { level: Level; round: number }, skipped: Skipped[]): Place {
  if (after.level === 'everyone') return everyone(standing, after.round + 1, skipped);
  const below = LEVELS.indexOf(after.level as CoverLevel);
  const levels = LEVELS.slice(below + 1);
  for (const protect of [true, false])
    for (const level of levels) {
      const ids = idsOf(standing.cover, level).filter((id) => !standing.called.has(id));
      const people = able(standing, ids, skipped, { protect });
      if (people.length) return { level, round: 1, people };
    }
  // The last step repeats once, then everyone.
  const last = LEVELS[below];
  const again =
    last && after.round < ROUNDS_MAX
      ? able(standing, idsOf(standing.cover, last), skipped, { protect: false })
      : [];
  if (last && again.length) return { level: last, round: after.round + 1, people: again };
  return everyone(standing, 1, skipped);
}

function everyone(standing: Standing, round: number, skipped: Skipped[]): Place {
  const people =
    round > ROUNDS_MAX ? [] : able(standing, standing.cover.everyoneIds, skipped, { protect: false });
  return { level: 'everyone', round, people };
}

function idsOf(cover: Cover, level: CoverLevel): string[] {
  switch (level) {
    case 'primary':
      return cover.primaryId ? [cover.primaryId] : [];
    case 'backup':
      return cover.backupId ? [cover.backupId] : [];
    case 'manager':
      return cover.managerId ? [cover.managerId] : [];
    case 'second_team':
      return cover.secondTeamIds;
  }
}

function able(
  standing: Standing,
  ids: string[],
  skipped: Skipped[],
  { protect }: { protect: boolean },
): Candidate[] {
  return [...new Set(ids)].flatMap((id) => {
    const person = standing.people.get(id);
    const why = person ? whyNot(person, standing, protect) : 'is not in the directory';
    if (why) skipped.push({ personId: id, name: person?.name ?? id, why });
    return person && !why ? [person] : [];
  });
}

function whyNot(
  person: Candidate,
  { declined, repairing, now }: Standing,
  protect: boolean,
): string | undefined {
  if (person.archived) return 'is archived';
  if (!person.maySee) return 'may not see this incident';
  if (person.unreachable) return person.unreachable;
  if (declined.has(person.id)) return 'said that they cannot';
  if (repairing?.has(person.id)) return 'is repairing; questions do not interrupt that';
  if (protect && person.restUntil && Temporal.Instant.compare(person.restUntil, now) > 0)
    return 'rests after night work';
  if (protect && person.leadsOpenP1) return 'leads another open P1';
  return undefined;
}
