/** What an integration knows of its sender beyond its rules: which name means which service, which pipelines deploy, whose topic it is. */
import { z } from 'zod';
import { pickShape } from './mapping.ts';
import type { RoutingRule } from './route.ts';

const SERVICES_MAX = 500;
const PIPELINES_MAX = 100;
const NAME_CHARACTERS_MAX = 200;

const name = z.string().trim().min(1).max(NAME_CHARACTERS_MAX);

const namedService = z.object({
  name: name.describe(
    'what the sender calls it: "acme/checkout", an application, a project; a star at the end stands for anything',
  ),
  environment: name.nullable().default(null).describe('only in this environment; null: in all of them'),
  service: name.describe('id, slug or name of a service'),
});
export type NamedService = z.infer<typeof namedService>;

export const flagMappingShape = z.object({
  items: z.string().max(300).optional().describe('where the list is; left out, the body is one flag'),
  flag: pickShape,
  environment: pickShape.optional(),
  before: pickShape.optional(),
  after: pickShape.optional(),
  at: pickShape.optional().describe('ISO 8601, or seconds or milliseconds since 1970'),
  id: pickShape.optional().describe('what makes two deliveries the same change'),
  service: pickShape.optional(),
  link: pickShape.optional(),
});
export type FlagMapping = z.infer<typeof flagMappingShape>;

export const readingShape = z.object({
  services: z
    .array(namedService)
    .max(SERVICES_MAX)
    .default([])
    .describe('which name means which service; the first that fits, after the routing rules'),
  pipelines: z
    .array(name)
    .max(PIPELINES_MAX)
    .default([])
    .describe('names of the workflows and pipelines whose runs are changes; empty: those that sound like it'),
  topicArn: name
    .nullable()
    .default(null)
    .describe('AWS SNS: the one topic that is believed; null: the one that an administrator confirms'),
  confirmTopic: z
    .enum(['administrator', 'automatic'])
    .default('administrator')
    .describe('who confirms the subscription; automatic only for the topic above'),
  flags: flagMappingShape.nullable().default(null).describe('how JSON of any shape tells of a flag'),
});
export type Reading = z.infer<typeof readingShape>;

/** The table of names as routing rules: they stand after the integration's own. */
export function rulesOf(services: readonly NamedService[]): RoutingRule[] {
  return services.map(({ name: called, environment, service }) => ({
    match: [
      called.endsWith('*')
        ? { field: 'service', op: 'starts_with' as const, value: called.slice(0, -1) }
        : { field: 'service', op: 'equals' as const, value: called },
      ...(environment ? [{ field: 'labels.environment', op: 'equals' as const, value: environment }] : []),
    ],
    service,
    ignore: false,
  }));
}
