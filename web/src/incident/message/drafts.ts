/** Drafts, previews and sending: the prepared answer for every message that is owed. */
import { queryOptions } from '@tanstack/react-query';
import { get, post } from '../../api/http.ts';

export type UpdateKind = 'first' | 'next' | 'works_again' | 'is_back' | 'stand_down' | 'correction' | 'final';
export type Status = 'looking' | 'cause_known' | 'checking_repair' | 'works_again';

export const STATUS_WORDS: Record<Status, string> = {
  looking: 'We are looking',
  cause_known: 'We know the cause',
  checking_repair: 'We are checking the repair',
  works_again: 'It works again',
};

export const KIND_WORDS: Record<UpdateKind, string> = {
  first: 'Holding message',
  next: 'Update',
  works_again: 'It works again',
  is_back: 'It is back',
  stand_down: 'Stand down',
  correction: 'Correction',
  final: 'Final message',
};

/** Only messages that end the telling may leave the next time open. */
export const MAY_END: UpdateKind[] = ['final', 'stand_down', 'correction'];

export type Audience = { clientIds: 'affected' | string[]; internal: boolean; publicPage: boolean };

export type Message = {
  kind: UpdateKind;
  status: Status;
  impact: string;
  action: string;
  nextAt: string | null;
  nothingNew: boolean;
};

/** Who would read it: named clients with how many people of each, and what the one button says. */
export type Readers = {
  clients: { id: string; name: string; contacts: number; included: boolean }[];
  people: number;
  internal: number;
  publicPage: boolean;
  publicNames: string[];
  notSent: string[];
  button: string;
};

export type Draft = Message & { text: string; audience: Readers; findings: Finding[] };

export type Finding = {
  code: string;
  level: 'stop' | 'ask' | 'warn' | 'hint';
  field: 'status' | 'impact' | 'action' | 'nextAt';
  start: number;
  end: number;
  question: string;
  rewrite: string | null;
  confirms: string | null;
};

type Mail = { subject: string; text: string };

export type Preview = {
  client: (Mail & { to: string }) | null;
  internal: Mail | null;
  publicPage: { title: string; status: string; text: string } | null;
  audience: Readers;
  nextAt: string | null;
  findings: Finding[];
};

export type Sending = Omit<Message, 'nothingNew'> & {
  nothingNew?: boolean;
  audience: Audience;
  confirmed?: string[];
};

/** @param clientId for this client alone */
export const draftQuery = (id: string, kind: UpdateKind, clientId?: string) =>
  queryOptions({
    queryKey: ['incidents', id, 'draft', kind, clientId ?? ''],
    queryFn: ({ signal }) => get<Draft>(`/incidents/${id}/updates/draft`, { kind, clientId }, signal),
    // The promised time in it moves on with the clock.
    refetchInterval: 30_000,
  });

export const preview = (id: string, message: Sending) =>
  post<Preview>(`/incidents/${id}/updates/preview`, message);
