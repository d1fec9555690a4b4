/** The shapes of the lane, as answers show them. Who made a change is in none of them. */
import { z } from 'zod';
import { TERMS } from './score.ts';
import { change } from './shapes.ts';

const at = z.string().describe('an instant such as 2026-11-25T02:08:00Z');
export const mark = z.object({ state: z.enum(['suspect', 'ruled_out']), reason: z.string().nullable() });

export const suspectShape = change.omit({ details: true, recordedBy: true }).extend({
  score: z.number().describe('The sum of its points'),
  group: z.enum(['strong', 'plausible', 'weak']).describe('Strong from 7, plausible from 4'),
  after: z.boolean().describe('Clearly after the impact began: shown struck through, not hidden'),
  terms: z
    .array(
      z.object({
        term: z.enum(TERMS),
        points: z.number(),
        because: z.string().describe('In plain words: "Went live 6 min before the impact began"'),
      }),
    )
    .describe('Every point of the score, with its reason'),
  beforeText: z.string().describe('"6 min before", counted from the onset'),
  relationText: z.string(),
  ask: z.object({ id: z.string(), name: z.string() }).nullable().describe('The team that owns the service'),
  mark: mark.nullable(),
});
export type Suspect = z.infer<typeof suspectShape>;

export const laneShape = z.object({
  from: at,
  to: at,
  onset: z.object({
    at,
    uncertaintyMinutes: z.number(),
    from: z
      .enum(['person', 'alert', 'detection', 'tried'])
      .describe('Who says so; `tried` is what this request asked for'),
  }),
  note: z.string().nullable(),
  items: z.array(suspectShape),
  next: z.string().nullable(),
  total: z.number(),
  counts: z.object({ strong: z.number(), plausible: z.number(), weak: z.number() }),
  none: z
    .object({
      text: z.string(),
      share: z.number().nullable().describe('Null while too few triggers have been named'),
      labelled: z.number(),
      mark: z.object({ reason: z.string(), at }).nullable(),
    })
    .describe('“None of these, not a change”: always the last row'),
  evidence: z
    .array(
      z.object({
        about: z.enum(['changes', 'provider']),
        tells: z.enum(['absent', 'unknown', 'present']),
        text: z.string(),
      }),
    )
    .describe('What did not change, and where nothing is known'),
  weights: z.number().describe('The version of the weights in use; 0 is the rule book'),
});
export type LaneShown = z.infer<typeof laneShape>;

export const onsetShape = z.object({
  onset: laneShape.shape.onset,
  from: at,
  to: at,
  alerts: z.array(z.object({ id: z.string(), title: z.string(), at, until: at.nullable() })),
  signals: z.array(z.object({ at, count: z.number() })).describe('How many came in each minute'),
});

export type OnsetShown = z.infer<typeof onsetShape>;

export const oddShape = z.object({
  items: z.array(
    z.object({
      kind: z.enum(['third_party', 'expiry', 'job', 'capacity', 'alert']),
      text: z.string(),
      at: at.nullable(),
      href: z.string().nullable(),
      odd: z.boolean(),
    }),
  ),
  next: z.null(),
});

export const similarShape = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      number: z.number(),
      title: z.string(),
      severity: z.string(),
      state: z.string(),
      detectedAt: at,
      restoredAt: at.nullable(),
      category: z.string().nullable(),
      because: z.array(z.string()),
      worked: z.array(z.object({ what: z.string(), note: z.string().nullable() })),
      didNotWork: z.array(z.string()),
      trigger: z.string().nullable(),
      learned: z
        .object({
          postmortemId: z.string(),
          state: z.enum(['draft', 'published']),
          rootCause: z.string().nullable().describe('Its first sentence'),
          done: z.array(z.object({ what: z.string(), evidence: z.string().nullable() })),
          open: z.number().describe('Agreed and still to be done'),
        })
        .nullable()
        .describe('What its postmortem says'),
    }),
  ),
  next: z.null(),
});

export const weightsShape = z.record(z.enum(TERMS), z.number());
const places = z.object({ top1: z.number(), top3: z.number(), n: z.number() });
const compared = z.object({ before: places, after: places });
export const weightsPage = z.object({
  current: z.object({ version: z.number(), weights: weightsShape }),
  defaults: weightsShape,
  labelled: z.number().describe('Incidents whose trigger a person has named'),
  needed: z.number().describe('So many are needed before weights may be fitted'),
  proposal: z
    .object({ weights: weightsShape, fitted: z.number(), compared })
    .nullable()
    .describe('Fitted to the older ones, compared on the latest, which were held out'),
  switches: z.array(
    z.object({
      version: z.number(),
      weights: weightsShape,
      how: z.enum(['refit', 'defaults', 'earlier']),
      labelled: z.number(),
      shown: compared.nullable(),
      chosenBy: z.string(),
      chosenAt: at,
    }),
  ),
});
