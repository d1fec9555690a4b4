/** The shapes in which pages, cover and readiness are shown. */
import { z } from 'zod';
import { filled } from '#platform/http/fields.ts';

const NOTE_CHARACTERS_MAX = 500;
const ID_CHARACTERS_MAX = 64;

export const id = z.string().min(1).max(ID_CHARACTERS_MAX);
export const answerValue = z
  .enum(['have_it', 'have_it_no_computer', 'cant'])
  .describe(
    'have_it stops the calling; have_it_no_computer calls the backup as well; cant calls the next person at once',
  );
export const answerBody = z.object({ answer: answerValue });

export const LEVELS = ['primary', 'backup', 'manager', 'second_team', 'lead', 'comms', 'everyone'] as const;
export const callBody = z
  .object({ level: z.enum(LEVELS).optional(), personId: id.optional(), reason: filled(NOTE_CHARACTERS_MAX) })
  .refine((body) => (body.level === undefined) !== (body.personId === undefined), {
    message: 'name either a level or a person',
    path: ['level'],
  });

const nullableText = z.string().nullable();

export const deliveryView = z.object({
  channel: z.string(),
  ring: z.number(),
  state: z.string().describe('queued, sent, failed or withdrawn'),
  attempts: z.number(),
  evidence: nullableText,
  problem: nullableText,
  sentAt: nullableText,
});

export const pageView = z.object({
  id: z.string(),
  kind: z.enum(['incident', 'test']),
  personId: z.string(),
  personName: z.string(),
  state: z.enum(['held', 'sent', 'acknowledged', 'declined', 'unanswered', 'withdrawn']),
  title: z.string(),
  reasons: z.array(
    z.object({
      incidentId: z.string(),
      number: z.number(),
      title: z.string(),
      severity: z.string(),
      text: z.string(),
      level: z.string(),
      addedAt: z.string(),
      endedAt: nullableText,
    }),
  ),
  heldUntil: nullableText,
  sentAt: nullableText,
  answerBy: nullableText,
  answer: answerValue.nullable(),
  answeredAt: nullableText,
  via: nullableText,
  why: nullableText,
  createdAt: z.string(),
  deliveries: z.array(deliveryView),
});
export type PageView = z.output<typeof pageView>;

export const personNow = z.object({
  id: z.string(),
  name: z.string(),
  zone: z.string(),
  restUntil: nullableText,
  channels: z.array(z.object({ kind: z.string(), canRing: z.boolean(), testedAt: nullableText })),
});

export const coverNow = z.object({
  serviceId: z.string(),
  serviceName: z.string(),
  /** Who would be called first, now. */
  callsFirst: personNow.nullable(),
  primary: personNow.nullable(),
  backup: personNow.nullable(),
  manager: personNow.nullable(),
  secondTeam: z.array(personNow),
});

export const gapView = z.object({
  code: z.string(),
  serious: z.boolean(),
  text: z.string(),
  personId: nullableText,
});
export const readinessView = z.object({
  /** Services that would reach nobody tonight. */
  reachNobody: z.number(),
  mailConfigured: z.boolean(),
  linksConfigured: z.boolean(),
  fallbackCover: z.boolean(),
  advice: z.array(z.string()),
  items: z.array(z.object({ serviceId: z.string(), serviceName: z.string(), gaps: z.array(gapView) })),
  next: nullableText,
});

export const fallbackBody = z.object({
  primaryId: id.nullable(),
  backupId: id.nullable(),
  managerId: id.nullable(),
});
