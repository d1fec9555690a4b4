/** The shapes of what changed, as requests bring them and answers show them. */
import { z } from 'zod';
import { CHANGE_KINDS, CHANGE_STATES } from '#incident/change.ts';
import { filled, instant, text } from '#platform/http/fields.ts';
import { COVERAGE_STATES, COVERED_KINDS } from './coverage-judged.ts';
import { thirdParty } from './providers/shapes.ts';

const LINK_CHARACTERS_MAX = 2048;
const LINKS_MAX = 20;
const RAMP_STEPS_MAX = 50;
const DETAILS_CHARACTERS_MAX = 20_000;

const address = z
  .url({ protocol: /^https?$/, error: 'must be an address that begins with http:// or https://' })
  .max(LINK_CHARACTERS_MAX)
  .overwrite((value) => value.toWellFormed());
const link = z.object({ href: address, text: text(200).optional() });

const details = z
  .record(z.string().max(200), z.unknown())
  .refine(
    (value) => (sizeOf(value) ?? Number.POSITIVE_INFINITY) <= DETAILS_CHARACTERS_MAX,
    `must be shorter than ${DETAILS_CHARACTERS_MAX} characters and not nested deeply`,
  )
  .overwrite(keepable);

/** @returns undefined for what is nested too deeply to be read */
function sizeOf(value: unknown): number | undefined {
  try {
    return JSON.stringify(value).length;
  } catch {
    return undefined;
  }
}

/** Without NUL and half characters, which no database keeps. */
function keepable(value: Record<string, unknown>): Record<string, unknown> {
  if (sizeOf(value) === undefined) return {};
  const whole = JSON.stringify(value).replace(/\\u0000|\\ud[89a-f][0-9a-f]{2}/gi, '\\ufffd');
  return JSON.parse(whole) as Record<string, unknown>;
}

/** One `curl` line is enough: a summary, and the service if it is known. */
export const newChange = z.object({
  summary: filled(1024).describe('What changed, in one line: "checkout 4.12.0"'),
  service: text(200).optional().describe('The slug, the name or the id of the service'),
  kind: z.enum(CHANGE_KINDS).default('deploy'),
  happenedAt: instant()
    .optional()
    .describe('Default: now. A time to come counts as now, unless the state is planned'),
  endsAt: instant().optional().describe('Of what is planned: until when'),
  saidAt: instant()
    .optional()
    .describe(
      'When this was said: of two messages with one externalId the later counts, whichever arrives first',
    ),
  url: address.optional().describe('Where to look at it: the diff, the pipeline run'),
  links: z.array(link).max(LINKS_MAX).default([]),
  rollback: z
    .enum(['safe', 'unsafe', 'unknown'])
    .default('unknown')
    .describe('Whether rolling it back is known to be safe'),
  externalId: text(255)
    .optional()
    .describe('Sent again with the same id from the same source, it is the same change'),
  rollbackHow: text(500).optional().describe('In one line: the command, the page, the button'),
  environment: text(100).optional(),
  state: z.enum(CHANGE_STATES).default('done').describe('How far it has come'),
  versionBefore: text(200).optional(),
  versionAfter: text(200).optional(),
  ramp: z
    .array(z.object({ at: instant(), percent: z.number().min(0).max(100), where: text(100).optional() }))
    .max(RAMP_STEPS_MAX)
    .default([])
    .describe('The steps of a staged rollout, oldest first'),
  size: z.int().min(0).max(100_000_000).optional().describe('Lines that changed'),
  mends: z.boolean().default(false).describe('It undoes something, or repairs it in haste'),
  source: text(100).optional().describe('What sends it: "ci", "argo". Default: the name of the token'),
  details: details.default({}),
});

export const change = z.object({
  id: z.string(),
  serviceId: z.string().nullable(),
  serviceName: z.string().nullable(),
  serviceNamed: z.string().nullable(),
  kind: z.enum(CHANGE_KINDS),
  summary: z.string(),
  source: z.string(),
  externalId: z.string().nullable(),
  links: z.array(z.object({ href: z.string(), text: z.string() })),
  details: z.record(z.string(), z.unknown()),
  state: z.enum(CHANGE_STATES),
  rollback: z.enum(['safe', 'unsafe', 'unknown']),
  rollbackHow: z.string().nullable(),
  environment: z.string().nullable(),
  versionBefore: z.string().nullable(),
  versionAfter: z.string().nullable(),
  ramp: z.array(z.object({ at: z.string(), percent: z.number(), where: z.string().nullable() })),
  liveAt: z.string(),
  size: z.number().nullable(),
  mends: z.boolean(),
  team: z
    .object({ id: z.string(), name: z.string() })
    .nullable()
    .describe('Whom to ask: who owns the service'),
  happenedAt: z.string(),
  endsAt: z.string().nullable().describe('Of what is planned: until when'),
  claimedAt: z
    .string()
    .nullable()
    .describe(
      'What the clock of the sender said, where it ran ahead of ours; happenedAt is then when we heard of it',
    ),
  receivedAt: z.string(),
  recordedBy: z.string(),
});

const feedShape = z.object({
  sender: z.string(),
  name: z.string(),
  lastHeardAt: z.string().describe('Of this service and kind'),
  lastChangeAt: z.string(),
  spokeAt: z.string().describe('The last word of this sender at all, on any service'),
  changes: z.number(),
  silent: z.boolean(),
  note: z.string(),
});

export const coverageShape = z.object({
  serviceId: z.string(),
  name: z.string(),
  lastHeardAt: z.string().nullable(),
  lastChangeAt: z.string().nullable(),
  kinds: z.array(
    z.object({
      kind: z.enum(COVERED_KINDS),
      state: z
        .enum(COVERAGE_STATES)
        .describe(
          'Only "connected" makes absence evidence; "silent" and "not_connected" are unknown; "absent": somebody said there is none',
        ),
      lastHeardAt: z.string().nullable(),
      lastChangeAt: z.string().nullable(),
      feeds: z.array(feedShape),
      absence: z.object({ saidBy: z.string(), saidAt: z.string() }).nullable(),
      note: z.string(),
    }),
  ),
});

export const nearChange = change.extend({
  relation: z.enum(['same_service', 'depends_directly', 'two_hops', 'no_service', 'any_service']),
  relationText: z.string(),
  minutesBeforeDetection: z.number(),
  beforeText: z.string(),
  mark: z.object({ state: z.enum(['suspect', 'ruled_out']), reason: z.string().nullable() }).nullable(),
});

export const whatChangedShape = z.object({
  from: z.string(),
  to: z.string(),
  detectedAt: z.string(),
  note: z.string().nullable(),
  items: z.array(nearChange),
  next: z.null(),
  more: z.boolean(),
  services: z.array(
    z.object({
      serviceId: z.string(),
      name: z.string(),
      relation: z.enum(['same_service', 'depends_directly', 'two_hops']),
      changes: z.number(),
      feed: z.enum(['connected', 'silent', 'not_connected']),
      lastChangeAt: z.string().nullable(),
      note: z.string(),
      kinds: z.array(
        z.object({
          kind: z.enum(COVERED_KINDS),
          state: z.enum(COVERAGE_STATES),
          changes: z.number(),
          lastChangeAt: z.string().nullable(),
          note: z.string(),
        }),
      ),
    }),
  ),
  thirdParties: z.array(thirdParty),
});
