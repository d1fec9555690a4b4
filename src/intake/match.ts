/** The matchers of routing and outcome rules: plain comparisons, no patterns that could run away. */
import { z } from 'zod';
import type { Parsed } from './incoming.ts';

const RULE_TEXT_CHARACTERS_MAX = 300;
const MATCHERS_MAX = 10;

export const matcherShape = z.object({
  field: z
    .string()
    .min(1)
    .max(RULE_TEXT_CHARACTERS_MAX)
    .describe(
      'title, source, severity, key, service, a label such as "labels.team", or a detail such as "details.region"',
    ),
  op: z
    .enum(['equals', 'not_equals', 'contains', 'starts_with', 'ends_with', 'present', 'absent'])
    .default('equals'),
  value: z.string().max(RULE_TEXT_CHARACTERS_MAX).default(''),
});
export const matchersShape = z.array(matcherShape).max(MATCHERS_MAX);
export type Matcher = z.infer<typeof matcherShape>;

/** True when every matcher holds; upper and lower case are the same. */
export function matches(matchers: readonly Matcher[], event: Parsed): boolean {
  return matchers.every((matcher) => holds(matcher, fieldOf(event, matcher.field)));
}

function holds({ op, value }: Matcher, found: string[]): boolean {
  const wanted = value.toLowerCase();
  const texts = found.map((text) => text.toLowerCase());
  switch (op) {
    case 'equals':
      return texts.some((text) => text === wanted);
    case 'not_equals':
      return texts.every((text) => text !== wanted);
    case 'contains':
      return texts.some((text) => text.includes(wanted));
    case 'starts_with':
      return texts.some((text) => text.startsWith(wanted));
    case 'ends_with':
      return texts.some((text) => text.endsWith(wanted));
    case 'present':
      return texts.length > 0;
    case 'absent':
      return texts.length === 0;
  }
}

function fieldOf(event: Parsed, field: string): string[] {
  const [top, ...rest] = field.split('.');
  const name = rest.join('.');
  switch (top) {
    case 'title':
      return [event.title];
    case 'source':
      return [event.source];
    case 'severity':
      return [event.severity];
    case 'key':
      return [event.dedupKey];
    case 'service':
      return event.serviceNames;
    case 'labels':
      return Object.hasOwn(event.labels, name) ? [event.labels[name] as string] : [];
    case 'details':
      return Object.hasOwn(event.details, name) ? [textOf(event.details[name])] : [];
    default:
      return Object.hasOwn(event.labels, field) ? [event.labels[field] as string] : [];
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
