/** The shapes of learning, as requests bring them and answers show them. */
import { z } from 'zod';
import { instant, text } from '#platform/http/fields.ts';
import { LINE_CHARACTERS_MAX, TEXT_CHARACTERS_MAX } from './accept.ts';
import { OWN_LINES_MAX, OWN_QUESTIONS_MAX, TIMELINE_LINES_MAX } from './sections.ts';
import { NOTE_CHARACTERS_MAX } from './timeline.ts';
import { shownIssue } from './trackers/shapes.ts';

export const params = z.object({ id: text(64) });

const section = text(TEXT_CHARACTERS_MAX).default('');
const factor = z
  .object({ answer: z.enum(['unanswered', 'yes', 'no']), text: text(TEXT_CHARACTERS_MAX).default('') })
  .default({ answer: 'unanswered', text: '' });
const sentLine = z.object({
  id: text(64).optional(),
  at: instant().transform((at) => at.toString()),
  text: text(LINE_CHARACTERS_MAX),
  source: text(200).optional(),
  hidden: z.boolean().optional().describe('Left out of what is published'),
  joinedTo: text(64).nullish().describe('The line above that it is told together with'),
  note: text(NOTE_CHARACTERS_MAX).optional().describe('A remark, told after the line'),
});

export const sentSections = z.object({
  summary: section,
  impact: section,
  timeline: z.array(sentLine).max(TIMELINE_LINES_MAX + OWN_LINES_MAX),
  trigger: section,
  triggerChangeId: text(64).nullable().default(null),
  rootCause: section,
  contributingFactors: z.object({
    slowDetection: factor,
    missingDocumentation: factor,
    missingMonitoring: factor,
    others: section,
  }),
  limitedHarm: section,
  wentWell: section,
  openQuestions: section,
  noActionBecause: section,
  own: z
    .array(z.object({ id: text(64), text: section }))
    .max(OWN_QUESTIONS_MAX)
    .optional()
    .describe('Answers to own questions; left out, they stay'),
});

const shownFactor = z.object({ answer: z.enum(['unanswered', 'yes', 'no']), text: z.string() });
export const sections = z.object({
  summary: z.string(),
  impact: z.string(),
  timeline: z.array(
    z.object({
      id: z.string(),
      at: z.string(),
      recordedAt: z.string().nullable(),
      text: z.string(),
      source: z.string(),
      from: z.enum(['record', 'person']),
      hidden: z.boolean().optional(),
      joinedTo: z.string().nullish(),
      note: z.string().optional(),
    }),
  ),
  trigger: z.string(),
  triggerChangeId: z.string().nullable(),
  rootCause: z.string(),
  contributingFactors: z.object({
    slowDetection: shownFactor,
    missingDocumentation: shownFactor,
    missingMonitoring: shownFactor,
    others: z.string(),
  }),
  limitedHarm: z.string(),
  wentWell: z.string(),
  openQuestions: z.string(),
  noActionBecause: z.string(),
  own: z
    .array(
      z.object({
        id: z.string(),
        section: z.enum(['timeline', 'root_cause', 'contributing_factors', 'action_items']),
        label: z.string(),
        question: z.string(),
        help: z.string(),
        required: z.boolean(),
        asked: z.boolean().describe('false: the postmortem follows another template since'),
        text: z.string(),
      }),
    )
    .optional()
    .describe('What the organisation asks beside the usual questions, with the answers'),
});

export const summary = z.object({
  id: z.string(),
  incidentId: z.string(),
  incidentNumber: z.number(),
  title: z.string(),
  severity: z.string(),
  state: z.enum(['draft', 'published']),
  ownerId: z.string().nullable(),
  ownerName: z.string().nullable(),
  version: z.number(),
  restoredAt: z.string().nullable(),
  dueAt: z.string().nullable(),
  overdue: z.boolean(),
  publishedAt: z.string().nullable(),
  coveredBy: z.object({ id: z.string(), number: z.number() }).nullable(),
  openActionItems: z.number(),
});

export const actionItem = z.object({
  id: z.string(),
  postmortemId: z.string().nullable(),
  incidentId: z.string().nullable(),
  incidentNumber: z.number().nullable(),
  nearMissId: z
    .string()
    .nullable()
    .describe('It comes of a near miss; without it and a postmortem, it was agreed elsewhere before'),
  text: z.string(),
  ownerId: z.string(),
  ownerName: z.string(),
  dueOn: z.string(),
  dueAt: z.string(),
  overdue: z.boolean(),
  doneCondition: z.string(),
  strength: z.enum(['stronger', 'intermediate', 'weaker']),
  state: z.enum(['open', 'done', 'dropped']),
  evidence: z.string().nullable(),
  endedThere: z.boolean().describe('A tracker closed it; a person may still say what shows that it is done'),
  ownerGone: z.boolean().describe('Its owner has left, and nobody could be found to take it'),
  droppedBecause: z.string().nullable(),
  issue: shownIssue.nullable().describe('Where it stands in a tracker'),
  serviceId: z.string().nullable().describe('Of what has no incident here'),
  createdAt: z.string(),
  endedAt: z.string().nullable(),
  doneAt: z.string().nullable(),
  version: z.number(),
});

export const missing = z.object({ path: z.string(), message: z.string() });

export const postmortem = summary.extend({
  sections,
  actionItems: z.array(actionItem),
  /** Whose questions it asks, and what stands beside the usual ones instead of our words, by field. */
  template: z
    .object({
      id: z.string(),
      name: z.string(),
      version: z.number(),
      guidance: z.record(z.string(), z.string()),
      beginnings: z.record(z.string(), z.string()),
    })
    .nullable(),
  /** What was marked in "What changed" as having set it off. */
  markedTrigger: z.object({ changeId: z.string().nullable(), text: z.string() }).nullable(),
  /** What stands between this text and publishing it. */
  missing: z.array(missing),
  published: z.object({ title: z.string(), sections }).nullable(),
  publishedVersion: z.number().nullable(),
  publishedBy: z.string().nullable(),
  updatedAt: z.string(),
  /** Mails that reminded somebody of it, newest first. */
  reminders: z.array(
    z.object({ to: z.string(), at: z.string(), state: z.string(), evidence: z.string().nullable() }),
  ),
});

/** Somebody else has changed the same words: nothing was overwritten, and here is their text. */
export const collision = z.object({
  type: z.string(),
  title: z.string(),
  status: z.literal(409),
  detail: z.string(),
  request: z.string(),
  current: z.object({ version: z.number(), savedBy: z.string(), savedAt: z.string(), sections }),
});
