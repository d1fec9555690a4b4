/** Planned maintenance as a decider: what may be done to it, what it becomes, what subscribers are told and when. Pure. */
import { Refused } from '#platform/errors.ts';

export type MaintenanceState = 'scheduled' | 'in_progress' | 'completed' | 'cancelled';
export type NoticeKind =
  | 'planned'
  | 'changed'
  | 'day_before'
  | 'hour_before'
  | 'started'
  | 'extended'
  | 'finished'
  | 'cancelled';

export type Maintenance = {
  title: string;
  impact: string;
  state: MaintenanceState;
  startsAt: Temporal.Instant;
  endsAt: Temporal.Instant;
  startedAt: Temporal.Instant | undefined;
  finishedAt: Temporal.Instant | undefined;
  serviceIds: string[];
  pageIds: string[];
  /** Counts changes of its time, for calendars. */
  sequence: number;
};

export type Plan = Pick<Maintenance, 'title' | 'impact' | 'startsAt' | 'endsAt' | 'serviceIds' | 'pageIds'>;

export type Command =
  | { type: 'change'; plan: Plan }
  | { type: 'say'; text: string }
  | { type: 'start'; text: string }
  | { type: 'extend'; endsAt: Temporal.Instant; text: string }
  | { type: 'finish'; text: string }
  | { type: 'cancel'; text: string };

export type Decided = {
  maintenance: Maintenance;
  /** What the pages say of it from now on; none for a change of words. */
  said: string | undefined;
  notices: { kind: NoticeKind; dueAt: Temporal.Instant }[];
  /** Reminders that were planned for another time, or that nobody needs any more. */
  dropsReminders: boolean;
};

const REMINDERS: { kind: NoticeKind; hoursBefore: number }[] = [
  { kind: 'day_before', hoursBefore: 24 },
  { kind: 'hour_before', hoursBefore: 1 },
];
const DAYS_MAX = 366;

/** @throws Refused when it would begin in the past, end before it begins, or name nobody */
export function planned(plan: Plan, now: Temporal.Instant): Decided {
  refuseBadPlan(plan, now);
  return {
    maintenance: {
      ...plan,
      state: 'scheduled',
      startedAt: undefined,
      finishedAt: undefined,
      sequence: 0,
    },
    said: undefined,
    notices: [{ kind: 'planned', dueAt: now }, ...reminders(plan.startsAt, now)],
    dropsReminders: false,
  };
}

/** @throws Refused when its state does not allow it, saying what does */
export function decide(it: Maintenance, command: Command, now: Temporal.Instant): Decided {
  const only = (states: MaintenanceState[], what: string): void => {
    if (!states.includes(it.state))
      throw new Refused('conflict', `This maintenance ${STATE_WORDS[it.state]}; it cannot be ${what}.`, {
        mend: 'Look at it again: somebody may have been faster.',
      });
  };
  const done = (change: Partial<Maintenance>, more: Omit<Decided, 'maintenance'>): Decided => ({
    maintenance: { ...it, ...change },
    ...more,
  });
  const at = (kind: NoticeKind) => [{ kind, dueAt: now }];
  switch (command.type) {
    case 'change': {
      only(['scheduled'], 'changed');
      refuseBadPlan(command.plan, now);
      const moved =
        Temporal.Instant.compare(it.startsAt, command.plan.startsAt) !== 0 ||
        Temporal.Instant.compare(it.endsAt, command.plan.endsAt) !== 0;
      return done(
        { ...command.plan, sequence: it.sequence + (moved ? 1 : 0) },
        {
          said: undefined,
          notices: moved ? [...at('changed'), ...reminders(command.plan.startsAt, now)] : [],
          dropsReminders: moved,
        },
      );
    }
    case 'say':
      only(['scheduled', 'in_progress'], 'told about');
      return done({}, { said: command.text, notices: at('changed'), dropsReminders: false });
    case 'start':
      only(['scheduled'], 'started');
      return done(
        { state: 'in_progress', startedAt: now, ...laterEnd(it, now) },
        { said: command.text, notices: at('started'), dropsReminders: true },
      );
    case 'extend':
      only(['in_progress'], 'extended');
      if (Temporal.Instant.compare(command.endsAt, now) <= 0)
        throw new Refused('invalid', 'The new end has passed already; nothing was changed.', {
          mend: 'Give a time that is still to come.',
          fields: [{ path: 'endsAt', message: 'must be in the future' }],
        });
      return done(
        { endsAt: command.endsAt, sequence: it.sequence + 1 },
        { said: command.text, notices: at('extended'), dropsReminders: false },
      );
    case 'finish':
      only(['in_progress'], 'finished');
      return done(
        { state: 'completed', finishedAt: now },
        { said: command.text, notices: at('finished'), dropsReminders: true },
      );
    case 'cancel':
      only(['scheduled'], 'cancelled');
      return done(
        { state: 'cancelled', finishedAt: now, sequence: it.sequence + 1 },
        { said: command.text, notices: at('cancelled'), dropsReminders: true },
      );
  }
}

const STATE_WORDS: Record<MaintenanceState, string> = {
  scheduled: 'has not begun',
  in_progress: 'is under way',
  completed: 'is finished',
  cancelled: 'was cancelled',
};

/** Begun after its planned end, it lasts as long as it was planned to. */
function laterEnd(it: Maintenance, now: Temporal.Instant): Partial<Maintenance> {
  return Temporal.Instant.compare(it.endsAt, now) > 0
    ? {}
    : { endsAt: now.add(it.startsAt.until(it.endsAt)), sequence: it.sequence + 1 };
}

function reminders(startsAt: Temporal.Instant, now: Temporal.Instant): Decided['notices'] {
  return REMINDERS.map(({ kind, hoursBefore }) => ({
    kind,
    dueAt: startsAt.subtract({ hours: hoursBefore }),
  })).filter(({ dueAt }) => Temporal.Instant.compare(dueAt, now) > 0);
}

function refuseBadPlan({ startsAt, endsAt, serviceIds, pageIds }: Plan, now: Temporal.Instant): void {
  const fields = [
    ...(Temporal.Instant.compare(startsAt, now) <= 0
      ? [{ path: 'startsAt', message: 'has passed; what goes wrong now is an incident' }]
      : []),
    ...(Temporal.Instant.compare(startsAt, now.add({ hours: 24 * DAYS_MAX })) > 0
      ? [{ path: 'startsAt', message: 'is more than a year away' }]
      : []),
    ...(Temporal.Instant.compare(endsAt, startsAt) <= 0
      ? [{ path: 'endsAt', message: 'must be after it begins' }]
      : []),
    ...(serviceIds.length ? [] : [{ path: 'serviceIds', message: 'must name at least one service' }]),
    ...(pageIds.length ? [] : [{ path: 'pageIds', message: 'must name at least one status page' }]),
  ];
  if (fields.length)
    throw new Refused('invalid', 'The maintenance cannot be planned like this; nothing was changed.', {
      mend: 'Mend the fields named here and send again.',
      fields,
    });
}

/** What is told when nobody wrote anything. */
export const USUAL_WORDS: Record<'start' | 'finish' | 'cancel', string> = {
  start: 'The planned maintenance has begun.',
  finish: 'The planned maintenance is finished.',
  cancel: 'The planned maintenance will not take place.',
};
