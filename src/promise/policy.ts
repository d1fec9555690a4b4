/** The process as data: reads and checks the policy document. Pure; errors name the line of the document and what to write instead. */
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { Refused } from '#platform/errors.ts';
import { brokenWords } from '#platform/yaml.ts';
import { ruleKindOf } from './kind.ts';

export type Severity = 'P1' | 'P2' | 'P3';
export const RUNGS = [
  'owner',
  'lead',
  'comms',
  'hands',
  'primary',
  'backup',
  'manager',
  'second_team',
  'next_level',
  'service_owner',
  'everyone',
] as const;
export type Rung = (typeof RUNGS)[number];
export type StepAction = 'remind' | 'page' | 'escalate';

/** `at` is relative to the due time, in milliseconds; negative means before it. */
export type LadderStep = { at: number; do: StepAction; who: Rung };

export type PromiseRule = {
  /** Milliseconds after the clock starts, one or several; a text for the calendar rule. */
  due: Partial<Record<Severity, number[] | string>>;
  ladder: LadderStep[];
  /** True: mail and digest in working hours, never a page. */
  learning: boolean;
  latestFromDetection: number | undefined;
  raiseToP1After: number | undefined;
  offeredAfter: number | undefined;
  /** After the last step it is repeated at this interval until the promise is kept. */
  repeatLastAfter: number | undefined;
};

/** All durations in milliseconds. */
export type Policy = {
  version: number;
  name: string;
  cadence: Partial<Record<Severity, number>>;
  cadenceStretchAfter: number;
  cadenceStretchMax: number;
  nextUpdateRounding: number;
  watch: Record<Severity, number>;
  quietDismissAfter: number;
  refirePagesWithin: number;
  stormWindow: number;
  lateMessage: { after: number; severities: Severity[] } | undefined;
  night: { from: string; to: string };
  rest: number;
  pageSpacing: number;
  presentWithin: number;
  acknowledge: Partial<Record<Severity, number>>;
  /** How long a change is kept, by when it happened. */
  changesKept: number;
  /** `foundAt`: the hour of the day at which new ones are found. What could happen again this week is answered within working days. */
  nearMisses: { foundAt: string; answeredWithin: number; againWorkingDays: number };
  promises: Record<string, PromiseRule>;
};

const REPEAT_MIN = 1000;
const POLICY_CHARACTERS_MAX = 64 * 1024;
const DURATION_MAX = Temporal.Duration.from({ hours: 24 * 366 });

const duration = z.string().transform((text, context) => {
  try {
    const value = Temporal.Duration.from(text);
    const milliseconds = value.total({
      unit: 'milliseconds',
      relativeTo: Temporal.PlainDateTime.from('2026-01-01T00:00'),
    });
    if (Math.abs(milliseconds) > DURATION_MAX.total('milliseconds')) throw new RangeError('too long');
    return Math.round(milliseconds);
  } catch {
    context.addIssue({
      code: 'custom',
      message: `"${text}" is not a duration; write it like PT10M, PT1H30M or P2D`,
    });
    return z.NEVER;
  }
});
/** A week at least: what is reviewed on Monday began on Friday. Practice keeps a quarter. */
const CHANGES_KEPT_MIN = 7 * 86_400_000;
const changesKept = duration.refine((value) => value >= CHANGES_KEPT_MIN, 'must be at least P7D');
const DAY = 86_400_000;
const positive = duration.refine((value) => value >= 0, 'must not be negative');
const severities = z.enum(['P1', 'P2', 'P3']);
const nearMisses = z.strictObject({
  found_at: z.string().regex(/^([01]\d|2[0-3]):00$/, 'must be a full hour such as "08:00", in quotes'),
  answered_within: duration.refine(
    (value) => value >= DAY && value % DAY === 0,
    'must be whole days, such as P14D',
  ),
  again_working_days: z.number().int().min(1).max(10),
});
const perSeverity = <Value extends z.ZodType>(value: Value) =>
  z.strictObject({ P1: value.optional(), P2: value.optional(), P3: value.optional() });
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as "23:00", in quotes');

const step = z.strictObject({ at: duration, do: z.enum(['remind', 'page', 'escalate']), who: z.enum(RUNGS) });
const ladder = z.union([
  z.array(step).max(20),
  z.string().regex(/^same as [a-z0-9_]+$/, 'must be a list of steps or "same as <promise>"'),
]);
const CALENDAR_RULE = '12:00 next working day';
const dueRule = z.union([
  z.literal(CALENDAR_RULE),
  positive.transform((one) => [one]),
  z.array(positive).min(1).max(5),
]);

const promise = z.strictObject({
  due: perSeverity(dueRule).default({}),
  ladder,
  learning: z.boolean().default(false),
  latest_from_detection: positive.optional(),
  raise_to_p1_after: positive.optional(),
  offered_after: positive.optional(),
  repeat_last_after: duration.refine((value) => value >= REPEAT_MIN, 'must be at least PT1S').optional(),
});

const PROMISES = [
  'confirm_and_classify',
  'first_message',
  'data_checked',
  'second_person_in',
  'what_changed_reviewed',
  'next_update',
  'progress',
  'progress_second_team',
  'it_works_again',
  'it_is_back',
  'stand_down',
  'correction',
  'final_message',
  'question_answered',
  'hand_over',
  'postmortem_published',
  'action_item_done',
  'near_miss_answered',
  'looked_at',
  'decided',
  'fix_settled',
  'fix_removed',
] as const;
/** Owed to one client by its contract. A policy from before there were contracts does not name them: they follow what everybody is owed. */
const CLIENT_PROMISES = {
  client_first_message: { as: 'first_message', due: {} },
  client_next_update: { as: 'next_update', due: {} },
  client_call: { as: 'first_message', due: { P1: [15 * 60_000], P2: [30 * 60_000] } },
} as const satisfies Record<string, { as: (typeof PROMISES)[number]; due: PromiseRule['due'] }>;
type ClientPromiseKind = keyof typeof CLIENT_PROMISES;
const CLIENT_PROMISE_KINDS = Object.keys(CLIENT_PROMISES) as ClientPromiseKind[];
export type PromiseKind = (typeof PROMISES)[number] | ClientPromiseKind;

/** Promises that came after the first policies were written: a document without them has these. */
const SINCE: Partial<Record<PromiseKind, z.input<typeof promise>>> = {
  question_answered: {
    due: { P1: 'PT30M', P2: 'PT30M', P3: 'PT30M' },
    repeat_last_after: 'PT15M',
    ladder: [
      { at: '-PT5M', do: 'remind', who: 'comms' },
      { at: 'PT0S', do: 'page', who: 'comms' },
      { at: 'PT5M', do: 'page', who: 'lead' },
    ],
  },
  near_miss_answered: {
    learning: true,
    ladder: [
      { at: '-P2D', do: 'remind', who: 'owner' },
      { at: 'PT0S', do: 'remind', who: 'owner' },
      { at: 'P1D', do: 'escalate', who: 'manager' },
    ],
  },
  fix_settled: {
    learning: true,
    due: { P1: 'P1D', P2: 'P1D', P3: 'P1D' },
    ladder: [
      { at: 'PT0S', do: 'remind', who: 'owner' },
      { at: 'P1D', do: 'escalate', who: 'service_owner' },
    ],
  },
  fix_removed: {
    learning: true,
    ladder: [
      { at: '-P2D', do: 'remind', who: 'owner' },
      { at: 'PT0S', do: 'remind', who: 'owner' },
      { at: 'P7D', do: 'escalate', who: 'service_owner' },
    ],
  },
};
const promiseOf = (kind: PromiseKind): typeof promise => {
  const since = SINCE[kind];
  return since ? (promise.prefault(since) as unknown as typeof promise) : promise;
};

const shape = z.strictObject({
  name: z.string().min(1).max(200),
  cadence: z.strictObject({ P1: positive, P2: positive, P3: positive.optional() }),
  cadence_stretch_after: positive,
  cadence_stretch_max: z.number().min(1).max(4),
  next_update_rounding: positive,
  watch: z.strictObject({ P1: positive, P2: positive, P3: positive }),
  quiet_dismiss_after: positive,
  refire_pages_within: positive,
  storm_window: positive,
  late_message: z.strictObject({ after: positive, severities: z.array(severities) }).optional(),
  night: z.strictObject({ from: clockTime, to: clockTime }),
  rest: positive,
  page_spacing: positive,
  present_within: positive,
  acknowledge: z.strictObject({ P1: positive, P2: positive, P3: positive.optional() }),
  changes_kept: changesKept.prefault('P90D'),
  near_misses: nearMisses.prefault({ found_at: '08:00', answered_within: 'P14D', again_working_days: 1 }),
  promises: z.strictObject(
    Object.fromEntries([
      ...PROMISES.map((kind) => [kind, promiseOf(kind)]),
      ...CLIENT_PROMISE_KINDS.map((kind) => [kind, promise.optional()]),
    ]) as Record<(typeof PROMISES)[number], typeof promise> &
      Record<ClientPromiseKind, z.ZodOptional<typeof promise>>,
  ),
});

/**
 * @param yaml the document as an administrator wrote it
 * @param version the number under which it is, or will be, kept
 * @throws Refused naming every field that cannot be accepted, with its line
 */
export function parsePolicy(yaml: string, version: number): Policy {
  if (yaml.length > POLICY_CHARACTERS_MAX)
    throw new Refused('too_large', 'The policy is longer than 64 KB.', {
      mend: 'Shorten it; only the keys of the default policy are read.',
    });
  const document = parseDocument(yaml, { prettyErrors: true });
  const broken = document.errors[0];
  if (broken)
    throw new Refused('invalid', `The policy is not valid YAML: ${brokenWords(broken.message)}`, {
      mend: 'Nothing was changed. Mend that line and save again.',
    });
  const parsed = shape.safeParse(document.toJS({ maxAliasCount: 20 }));
  if (!parsed.success)
    throw new Refused('invalid', 'The policy cannot be accepted; the version in force stays.', {
      mend: 'Mend the fields named here and save again.',
      fields: parsed.error.issues.map((issue) => ({
        path: issue.path.join('.') || 'policy',
        message: issue.message,
      })),
    });
  return toPolicy(parsed.data, version);
}

function toPolicy(data: z.output<typeof shape>, version: number): Policy {
  const promises: Record<string, PromiseRule> = {};
  for (const kind of [...PROMISES, ...CLIENT_PROMISE_KINDS]) {
    const rule = data.promises[kind];
    if (!rule) continue;
    promises[kind] = {
      due: rule.due,
      ladder: resolveLadder(data.promises, kind).toSorted((one, other) => one.at - other.at),
      learning: rule.learning,
      latestFromDetection: rule.latest_from_detection,
      raiseToP1After: rule.raise_to_p1_after,
      offeredAfter: rule.offered_after,
      repeatLastAfter: rule.repeat_last_after,
    };
  }
  for (const kind of CLIENT_PROMISE_KINDS) {
    const { as, due } = CLIENT_PROMISES[kind];
    const common = promises[as];
    if (common) promises[kind] ??= { ...common, due };
  }
  return {
    version,
    name: data.name,
    cadence: data.cadence,
    cadenceStretchAfter: data.cadence_stretch_after,
    cadenceStretchMax: data.cadence_stretch_max,
    nextUpdateRounding: data.next_update_rounding,
    watch: data.watch,
    quietDismissAfter: data.quiet_dismiss_after,
    refirePagesWithin: data.refire_pages_within,
    stormWindow: data.storm_window,
    lateMessage: data.late_message,
    night: data.night,
    rest: data.rest,
    pageSpacing: data.page_spacing,
    presentWithin: data.present_within,
    acknowledge: data.acknowledge,
    changesKept: data.changes_kept,
    nearMisses: {
      foundAt: data.near_misses.found_at,
      answeredWithin: data.near_misses.answered_within,
      againWorkingDays: data.near_misses.again_working_days,
    },
    promises,
  };
}

function resolveLadder(promises: z.output<typeof shape>['promises'], kind: PromiseKind): LadderStep[] {
  const ladder = promises[kind]?.ladder ?? [];
  if (typeof ladder !== 'string') return ladder;
  const other = promises[ladder.slice('same as '.length) as PromiseKind];
  if (!other || typeof other.ladder === 'string')
    throw new Refused('invalid', 'The policy cannot be accepted; the version in force stays.', {
      fields: [
        {
          path: `promises.${kind}.ladder`,
          message: `"${ladder}" must name a promise that has a ladder of its own`,
        },
      ],
    });
  return other.ladder;
}

/** @returns the rule of a promise, whoever it is owed to; policies are checked to have all of them */
export function ruleOf(policy: Policy, kind: string): PromiseRule {
  const rule = policy.promises[ruleKindOf(kind)];
  if (!rule) throw new Error(`The policy has no promise "${kind}".`);
  return rule;
}
