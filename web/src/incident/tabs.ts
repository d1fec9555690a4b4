/** The parts of the room, and what their tabs say. */
import type { IncidentView } from '#incident/view.ts';
import type { Told } from './told.ts';

export type TabName =
  | 'timeline'
  | 'changes'
  | 'told'
  | 'questions'
  | 'actions'
  | 'alerts'
  | 'postmortem'
  | 'duties';

export const TABS: { name: TabName; words: (incident: IncidentView, counts: Counts) => string }[] = [
  { name: 'timeline', words: () => 'Timeline' },
  {
    name: 'changes',
    words: (_, { changes }) => `What changed${changes === undefined ? '' : ` · ${changes}`}`,
  },
  {
    name: 'told',
    words: (_, { told }) => `People told${told?.affected ? ` · ${told.told} of ${told.affected}` : ''}`,
  },
  { name: 'questions', words: (_, { asked }) => (asked ? `Questions · ${asked}` : 'Questions') },
  {
    name: 'actions',
    words: (incident) => {
      const running = incident.playbooks.find((each) => each.running);
      if (running) return `Actions · step ${running.done + 1} of ${running.total}`;
      return incident.actions.length ? `Actions · ${incident.actions.length}` : 'Actions';
    },
  },
  { name: 'alerts', words: (incident) => `Alerts · ${incident.alerts.length + incident.alertsMore}` },
  { name: 'postmortem', words: () => 'Postmortem' },
  { name: 'duties', words: () => 'Duties' },
];

export type Counts = { changes: number | undefined; told: Told | undefined; asked: number | undefined };

export function isTab(text: unknown): text is TabName {
  return TABS.some((each) => each.name === text);
}
