/** Across everything I hold there is one next step; the rest waits in its order. Pure. */
import type { IncidentSummary, NextStep } from '#incident/view.ts';

export type Held = { incident: IncidentSummary; nextStep: NextStep };

/** Overdue first, then what is due first, then the more serious. What asks for nothing is left out. */
export function inOrder(incidents: IncidentSummary[]): Held[] {
  return incidents
    .filter(
      (incident) =>
        incident.mine && incident.nextStep.kind !== 'nothing' && incident.nextStep.kind !== 'watch',
    )
    .map((incident) => ({ incident, nextStep: incident.nextStep }))
    .sort((one, other) => rank(one).localeCompare(rank(other)));
}

function rank({ incident, nextStep }: Held): string {
  return `${nextStep.overdue ? 0 : 1}|${nextStep.dueAt ?? '9999'}|${incident.severity}|${incident.declaredAt}`;
}
