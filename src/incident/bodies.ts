/** What the incident routes accept, parsed once at the border, with limits. */
import { z } from 'zod';

const REASON_MAX = 2000;
const TEXT_MAX = 5000;

export const id = z.string().min(1).max(64);
export const reason = z.string().trim().min(1, 'needs a sentence').max(REASON_MAX);
export const optionalText = z.string().max(TEXT_MAX).default('');
export const instant = z.iso
  .datetime({ offset: true, error: 'must be a time such as 2026-11-25T02:04:00Z' })
  .transform((text) => Temporal.Instant.from(text));
export const severity = z.enum(['P1', 'P2', 'P3']);
export const role = z.enum(['lead', 'comms', 'hands']);
const answer = z.enum(['yes', 'no', 'dont_know']);

export const answers = z.object({
  dataAtRisk: answer,
  mainTaskImpossible: answer,
  mainTaskMuchWorse: answer,
  workaround: answer.optional(),
  redundancyGone: answer,
});

const count = z.number().int().min(0).max(10_000_000_000).nullable();
export const usersAffected = z
  .object({
    low: count,
    high: count,
    source: z.string().trim().min(1, 'say where the number comes from').max(300),
  })
  .refine((value) => value.low === null || value.high === null || value.low <= value.high, {
    error: 'the lower number must not be above the higher',
    path: ['low'],
  });

export const noticed = z.object({
  by: z.enum(['monitoring', 'person']),
  who: z.string().max(200).optional(),
  how: z.string().max(500).optional(),
});

export const declaration = z.object({
  title: z.string().trim().min(1, 'say what is wrong').max(300),
  serviceIds: z.array(id).max(100).default([]),
  noticed: noticed.default({ by: 'person' }),
  detectedAt: instant.optional(),
  answers: answers.optional(),
  usersAffected: usersAffected.optional(),
  restricted: z.boolean().default(false),
  viewers: z.array(id).max(100).default([]),
});

export const proof = z.object({
  check: z.string().trim().min(1, 'say which check').max(500),
  shows: z.string().trim().min(1, 'say what it shows').max(1000),
  since: instant,
  alertId: id
    .optional()
    .describe('an alert of this incident that is quiet now; if it fires again, the proof has failed'),
  link: z
    .url({ protocol: /^https?$/, error: 'must be an address that begins with http:// or https://' })
    .max(2000)
    .optional()
    .describe('where the check can be seen'),
});

export const finalTexts = z.object({
  finalImpact: z.string().trim().min(1).max(TEXT_MAX),
  finalAction: z.string().trim().min(1).max(TEXT_MAX),
});

export const happenedAt = instant.optional();
