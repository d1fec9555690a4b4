/** Duties to notify, as the server tells them. */
import { queryOptions } from '@tanstack/react-query';
import { get } from '../../api/http.ts';
import { ofIncident } from '../../api/queries.ts';

export type Kind = 'personal_data' | 'network_or_service' | 'financial_service';
export type Preset = 'gdpr_controller' | 'gdpr_processor' | 'nis2' | 'dora';
export type Duty = {
  id: string;
  presetName: string;
  name: string;
  what: string;
  source: string;
  decision: boolean;
  client: { id: string; name: string } | null;
  dueAt: string;
  soonFrom: string;
  overdue: boolean;
  state: 'open' | 'decided' | 'notified' | 'not_required' | 'void';
  notifiedAt: string | null;
  reference: string | null;
  because: string | null;
  endedBy: string | null;
  endedAt: string | null;
};
export type Duties = {
  chosen: boolean;
  awareness: { awareAt: string; kinds: Kind[]; clientIds: string[]; note: string; setBy: string } | null;
  items: Duty[];
  notice: string;
};
export type DutySettings = {
  contactIds: string[];
  choices: { preset: Preset; clientId: string | null }[];
  presets: {
    preset: Preset;
    name: string;
    about: string;
    kind: Kind;
    per: 'organisation' | 'client';
    steps: { step: string; name: string; what: string; source: string }[];
  }[];
  notice: string;
};

export const dutiesQuery = (id: string) => ofIncident<Duties>(id, 'duties');

export const dutySettingsQuery = queryOptions({
  queryKey: ['duties', 'settings'],
  queryFn: ({ signal }) => get<DutySettings>('/settings/duties', {}, signal),
});

export const KIND_WORDS: Record<Kind, string> = {
  personal_data: 'Personal data',
  network_or_service: 'The service itself, significantly',
  financial_service: 'A financial service',
};
