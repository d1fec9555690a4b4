/** Decides, purely, which service an event means and what it leads to: declare, wait for a person, or only record. */
import { z } from 'zod';
import type { AlertSeverity, Outcome, Parsed } from './incoming.ts';
import { matchersShape, matches } from './match.ts';

export const RULES_MAX = 100;

export const routingRuleShape = z
  .object({
    match: matchersShape.min(1),
    service: z.string().min(1).max(200).nullable().default(null).describe('id, slug or name of a service'),
    ignore: z.boolean().default(false).describe('true: keep the signal, make no alert of it'),
  })
  .refine((rule) => rule.ignore !== (rule.service !== null), 'name a service or set ignore to true');
export const routingShape = z.array(routingRuleShape).max(RULES_MAX);
export type RoutingRule = z.infer<typeof routingRuleShape>;

export const outcomeRuleShape = z.object({
  match: matchersShape,
  outcome: z.enum(['declare', 'wait', 'record']),
  proposedSeverity: z.enum(['P1', 'P2', 'P3']).nullable().default(null),
});
export const outcomesShape = z.array(outcomeRuleShape).max(RULES_MAX);
export type OutcomeRule = z.infer<typeof outcomeRuleShape>;

/** What an integration's rules say of one event. `names` are tried in order, ids, slugs and names alike. */
export type Route = {
  ignore: boolean;
  serviceId: string | null;
  names: string[];
  outcome: Outcome;
  proposedSeverity: 'P1' | 'P2' | 'P3' | null;
  rule: string;
};

type Rules = { serviceId: string | null; routing: RoutingRule[]; outcomes: OutcomeRule[] };

const DEFAULTS: Record<AlertSeverity, Pick<Route, 'outcome' | 'proposedSeverity' | 'rule'>> = {
  critical: { outcome: 'declare', proposedSeverity: 'P1', rule: 'critical alerts declare an incident' },
  error: { outcome: 'declare', proposedSeverity: 'P2', rule: 'error alerts declare an incident' },
  warning: { outcome: 'wait', proposedSeverity: 'P3', rule: 'warnings wait for a person' },
  info: { outcome: 'record', proposedSeverity: null, rule: 'informational alerts are recorded' },
};

/** The first routing rule that matches decides; then the integration's own service; then what the event calls its service. */
export function route(rules: Rules, event: Parsed): Route {
  const rule = rules.routing.find(({ match }) => matches(match, event));
  const outcome = outcomeOf(rules.outcomes, event);
  if (rule?.ignore) return { ignore: true, serviceId: null, names: [], ...outcome };
  if (rule?.service)
    return { ignore: false, serviceId: null, names: [rule.service.toLowerCase()], ...outcome };
  if (rules.serviceId) return { ignore: false, serviceId: rules.serviceId, names: [], ...outcome };
  return {
    ignore: false,
    serviceId: null,
    names: event.serviceNames.map((name) => name.toLowerCase()),
    ...outcome,
  };
}

function outcomeOf(
  rules: OutcomeRule[],
  event: Parsed,
): Pick<Route, 'outcome' | 'proposedSeverity' | 'rule'> {
  const index = rules.findIndex(({ match }) => matches(match, event));
  const rule = rules[index];
  if (!rule) return DEFAULTS[event.severity];
  return {
    outcome: rule.outcome,
    proposedSeverity: rule.proposedSeverity ?? DEFAULTS[event.severity].proposedSeverity,
    rule: `rule ${index + 1} of the integration`,
  };
}
