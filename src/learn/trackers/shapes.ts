/** The shapes of trackers, as requests bring them and answers show them. No secret is ever in an answer. */
import { z } from 'zod';
import { filled, text } from '#platform/http/fields.ts';
import { KINDS } from './tracker.ts';

const SERVICES_MAX = 50;
const PLACE_WORDS =
  'github: owner/name · gitlab: group/project · jira: the key of a project · linear: the id of a team';

export const newTracker = z
  .object({
    kind: z.enum(KINDS),
    name: filled(100),
    baseUrl: z
      .url({ protocol: /^https?$/, error: 'must be an address such as https://api.github.com' })
      .max(500)
      .optional()
      .describe('Where its API is asked; left out: where that kind usually is'),
    place: filled(200).describe(PLACE_WORDS),
    issueType: text(100).nullable().default(null).describe('Jira alone; without it Task'),
    audience: z
      .enum(['inside', 'public'])
      .default('public')
      .describe('Who reads it there. public: roles instead of names, and no title of an incident'),
    sends: z.enum(['agreed', 'asked']).default('asked').describe('agreed: what is agreed is sent by itself'),
    serviceIds: z.array(text(64)).max(SERVICES_MAX).default([]).describe('Empty: any service'),
    token: text(2000).optional().describe('Sealed and never shown again; left out: it stays as it was'),
    account: text(320)
      .optional()
      .describe('Jira alone: the address of the account that the token belongs to'),
    hookSecret: text(300)
      .optional()
      .describe('What signs its messages. Left out: one is made and shown once; Linear makes its own'),
  })
  .superRefine(({ kind, place, baseUrl }, context) => {
    const wrong = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (kind === 'github' && !/^[\w.-]+\/[\w.-]+$/.test(place)) wrong('place', 'must be owner/name');
    if (kind === 'gitlab' && !/^[\w.-]+(?:\/[\w.-]+)+$/.test(place)) wrong('place', 'must be group/project');
    if (kind === 'jira' && !/^[A-Z][A-Z0-9_]+$/.test(place))
      wrong('place', 'must be the key of a project, such as OPS');
    if (kind === 'jira' && !baseUrl)
      wrong('baseUrl', 'must be the address of your Jira, such as https://yours.atlassian.net');
    if (kind === 'linear' && !/^[\w-]{2,64}$/.test(place))
      wrong('place', 'must be the id or the key of a team');
  });
export type NewTracker = z.output<typeof newTracker>;

export const shownTracker = z.object({
  id: z.string(),
  kind: z.enum(KINDS),
  name: z.string(),
  baseUrl: z.string(),
  place: z.string(),
  issueType: z.string().nullable(),
  audience: z.enum(['inside', 'public']),
  sends: z.enum(['agreed', 'asked']),
  serviceIds: z.array(z.string()),
  account: z.string().nullable(),
  tokenSet: z.boolean(),
  hookSecretSet: z.boolean(),
  hookUrl: z.string().nullable().describe('Where its messages go; null without HUMDRUM_URL'),
  issues: z.number().describe('How many action items are there'),
  failure: z.string().nullable(),
  failedAt: z.string().nullable(),
  heardAt: z.string().nullable(),
});
export type ShownTracker = z.output<typeof shownTracker>;

/** How an item stands in a tracker. */
export const shownIssue = z.object({
  trackerId: z.string(),
  tracker: z.string(),
  kind: z.enum(KINDS),
  state: z.enum(['waiting', 'linked', 'refused', 'deleted']),
  shown: z.string().nullable(),
  url: z.string().nullable(),
  failure: z.string().nullable(),
  nextAt: z.string().nullable(),
  seenAt: z.string().nullable(),
  differences: z.array(z.string()).describe('What stands there and was not taken over, in words'),
});
export type ShownIssue = z.output<typeof shownIssue>;
