/** What a playbook looks like to a program or a page: plain JSON, instants as text. Pure; the web reads these shapes. */
import { z } from 'zod';
import { CATEGORIES } from '../cards.ts';

export const category = z.enum(CATEGORIES);
const at = z.string().describe('an instant such as 2026-11-25T02:08:00Z');
const named = z.object({ id: z.string(), name: z.string() });

export const finding = z.object({
  line: z.number().describe('of the Markdown, counted from 1'),
  level: z.enum(['error', 'warning', 'hint']),
  code: z.string(),
  message: z.string(),
  step: z.number().nullable(),
});
export type FindingView = z.infer<typeof finding>;

export const variable = z.object({
  name: z.string(),
  type: z.enum(['text', 'number', 'link', 'choice']),
  options: z.array(z.string()),
  value: z.string().nullable().describe('what the incident tells; null: it has to be answered'),
});
export type VariableView = z.infer<typeof variable>;

export const part = z
  .record(z.string(), z.unknown())
  .describe(
    '{"kind":"block","block"} for what stands around the steps, {"kind":"step","step"} for a step; blocks are headings, paragraphs, lists, quotes, tables, code and rules, their words are text, code, strong, emphasis, struck, links, breaks and variables',
  );

export const summary = z.object({
  id: z.string(),
  title: z.string(),
  category: category.nullable(),
  services: z.array(named).describe('none: for every service'),
  steps: z.number(),
  minutes: z.number().describe('of all time boxes together'),
  version: z.number(),
  source: z.enum(['app', 'folder']),
  path: z.string().nullable().describe('of its file, when it is read from a folder'),
  link: z.string().nullable().describe('where its file can be read and changed'),
  updatedAt: at,
  updatedBy: z.string(),
  reviewedAt: at.nullable(),
  reviewedBy: z.string().nullable(),
  reviewDueAt: at.describe('180 days after it was last changed or reviewed'),
  reviewOverdue: z.boolean(),
  testedOn: z.string().nullable(),
  lastExecutedAt: at.nullable().describe('in an incident that you may see'),
  archivedAt: at.nullable(),
  missing: z.number().describe('how many things its steps are missing'),
});
export type PlaybookSummary = z.infer<typeof summary>;

export const whole = summary.extend({
  body: z.string(),
  parts: z.array(part),
  variables: z.array(variable),
  findings: z.array(finding),
  mayEdit: z.boolean().describe('you may change it here; never one that is read from a folder'),
  mayReview: z.boolean().describe('you may say that it is still right'),
  executions: z.array(
    z.object({
      incidentId: z.string(),
      number: z.number(),
      title: z.string(),
      drill: z.boolean(),
      version: z.number(),
      startedAt: at,
    }),
  ),
});
export type PlaybookView = z.infer<typeof whole>;

export const checked = z.object({
  parts: z.array(part),
  variables: z.array(variable),
  findings: z.array(finding),
  steps: z.number(),
});
export type CheckedView = z.infer<typeof checked>;

export const versionView = z.object({
  version: z.number(),
  title: z.string(),
  note: z.string(),
  createdBy: z.string(),
  createdAt: at,
});
export type VersionView = z.infer<typeof versionView>;

export const missingView = z.object({
  serviceId: z.string(),
  serviceName: z.string(),
  categories: z.array(category),
});
export type MissingView = z.infer<typeof missingView>;

export const sourceView = z.object({
  from: z.string().nullable().describe('null: no folder is configured'),
  link: z.string().nullable(),
  triedAt: at.nullable(),
  readAt: at.nullable(),
  nextAt: at.nullable(),
  revision: z.string().nullable(),
  files: z.number(),
  failure: z.string().nullable(),
  problems: z.array(z.object({ path: z.string(), line: z.number(), message: z.string() })),
});
export type SourceView = z.infer<typeof sourceView>;

export const offered = summary
  .pick({
    id: true,
    title: true,
    category: true,
    services: true,
    steps: true,
    minutes: true,
    version: true,
    lastExecutedAt: true,
  })
  .extend({
    why: z.enum(['service_and_category', 'service', 'category', 'asked']),
    variables: z.array(variable),
  });
export type OfferedView = z.infer<typeof offered>;

export const runStep = z.object({
  id: z.string(),
  number: z.number(),
  depth: z.number(),
  what: z.string(),
  words: z.array(z.record(z.string(), z.unknown())),
  blocks: z.array(z.record(z.string(), z.unknown())),
  role: z.enum(['lead', 'comms', 'hands']).nullable(),
  ownerId: z.string().nullable(),
  ownerName: z.string().nullable().describe('who took it, else who holds its role now'),
  taken: z.boolean(),
  minutes: z.number().nullable(),
  beganAt: at.nullable(),
  dueAt: at.nullable().describe('when its time box ends; it reminds in the room and pages nobody'),
  state: z.enum(['open', 'done', 'skipped']),
  current: z.boolean().describe('the first that is open'),
  endedAt: at.nullable(),
  endedBy: z.string().nullable(),
  result: z.string().nullable(),
  reason: z.string().nullable(),
  notes: z.array(z.object({ text: z.string(), by: z.string(), at })),
});
export type RunStepView = z.infer<typeof runStep>;

export const run = z.object({
  id: z.string(),
  playbookId: z.string(),
  version: z.number(),
  title: z.string(),
  startedAt: at,
  startedBy: z.string(),
  stoppedAt: at.nullable(),
  stopReason: z.string().nullable(),
  running: z.boolean(),
  done: z.number().describe('ticked or skipped'),
  total: z.number(),
  parts: z.array(
    z.union([
      z.object({ kind: z.literal('block'), block: z.record(z.string(), z.unknown()) }),
      z.object({ kind: z.literal('step'), step: runStep }),
    ]),
  ),
});
export type RunView = z.infer<typeof run>;
