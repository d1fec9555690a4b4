/** What every step is handed: the incident, who looks at it, and how to open what lies elsewhere in the room. */
import type { IncidentView } from '#incident/view.ts';
import type { UpdateKind } from '../message/drafts.ts';

export type Step = {
  incident: IncidentView;
  me: string | null;
  compose: (kind: UpdateKind) => void;
  show: (tab: string) => void;
};
