/** What a client's contract asks of us, and when somebody there reads: their fields and limits, shared by the routes and the YAML file. */
import { z } from 'zod';
import { zone } from './fields.ts';

const MINUTES_MAX = 7 * 24 * 60;
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];

export const minutes = z
  .number('must be a number of minutes')
  .int('must be whole minutes')
  .min(1, 'must be at least 1 minute')
  .max(MINUTES_MAX, 'must be at most 7 days');

/** Numbers are minutes. A contract that names neither a time nor a call would time nobody. */
export const contract = z
  .object({
    firstResponseMinutes: minutes.nullable().default(null),
    cadenceMinutes: z
      .object({ P1: minutes.optional(), P2: minutes.optional(), P3: minutes.optional() })
      .default({}),
    clock: z.enum(['detection', 'report']).default('detection'),
    needsCall: z.boolean().default(false),
  })
  .refine((value) => timesUs(value), {
    error: 'name a first response, a cadence or a call; without any, leave the contract out',
  })
  .describe(
    'Stricter than the policy: it times us for this client alone. The clock starts at our detection or at their report.',
  );
export type Contract = z.output<typeof contract>;

function timesUs(value: {
  firstResponseMinutes: number | null;
  cadenceMinutes: Record<string, number | undefined>;
  needsCall: boolean;
}): boolean {
  return (
    value.needsCall ||
    value.firstResponseMinutes !== null ||
    Object.values(value.cadenceMinutes).some((each) => each !== undefined)
  );
}

const hour = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time such as "09:00", in quotes');

export const cover = z
  .object({
    days: z
      .array(z.enum(DAYS))
      .min(1, 'name at least one day')
      .max(DAYS.length)
      .transform((list) => DAYS.filter((day) => list.includes(day))),
    from: hour.refine((text) => text !== '24:00', 'must be a time before 24:00'),
    to: hour,
    zone,
  })
  .refine(({ from, to }) => from !== to, { error: 'must differ from the beginning', path: ['to'] })
  .describe('When somebody there reads. An end before the beginning lies on the next day.');
export type Cover = z.output<typeof cover>;

/** As shown: the same fields, whole. */
export const contractView = z.object({
  firstResponseMinutes: z.number().nullable(),
  cadenceMinutes: z.object({
    P1: z.number().optional(),
    P2: z.number().optional(),
    P3: z.number().optional(),
  }),
  clock: z.enum(['detection', 'report']),
  needsCall: z.boolean(),
});
export const coverView = z.object({
  days: z.array(z.enum(DAYS)),
  from: z.string(),
  to: z.string(),
  zone: z.string(),
});

/** Reads what is kept; what nobody understands any more counts as none. */
export function contractOf(kept: unknown): Contract | null {
  const parsed = contract.safeParse(kept);
  return parsed.success ? parsed.data : null;
}

export function coverOf(kept: unknown): Cover | null {
  const parsed = cover.safeParse(kept);
  return parsed.success ? parsed.data : null;
}
