/** The parts of the room, and what their tabs say. */
import type { IncidentView } from '#incident/view.ts';

export type TabName = 'timeline' | 'changes' | 'told' | 'actions' | 'alerts' | 'postmortem';

export const TABS: { name: TabName; words: (incident: IncidentView, counts: Counts) => string }[] = [
  { name: 'timeline', words: () => 'Timeline' },
  {
    name: 'changes',
    words: (_, { changes }) => `What changed${changes === undefined ? '' : ` · ${changes}`}`,
  },
  { name: 'told', words: (incident) => `People told${toldOf(incident)}` },
  {
    name: 'actions',
    words: (incident) => (incident.actions.length ? `Actions · ${incident.actions.length}` : 'Actions'),
  },
  { name: 'alerts', words: (incident) => `Alerts · ${incident.alerts.length + incident.alertsMore}` },
  { name: 'postmortem', words: () => 'Postmortem' },
];

export type Counts = { changes: number | undefined };

function toldOf({ clients }: IncidentView): string {
  const affected = clients.filter((each) => each.impact !== 'not_affected');
  return affected.length ? ` · ${affected.filter((each) => each.told).length} of ${affected.length}` : '';
}

export function isTab(text: unknown): text is TabName {
  return TABS.some((each) => each.name === text);
}
