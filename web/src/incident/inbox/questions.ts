/** Questions and what became of our answers, as the server tells them. */
import { queryOptions } from '@tanstack/react-query';
import { get } from '../../api/http.ts';
import { ofIncident, type Page } from '../../api/queries.ts';

export type Message = {
  id: string;
  direction: 'asked' | 'answered';
  text: string;
  by: string;
  at: string;
  inNextUpdate: 'no' | 'next' | 'done';
  sent: { state: string; words: string; at: string | null } | null;
};
export type Question = {
  id: string;
  incident: { id: string; number: number; title: string } | null;
  client: { id: string; name: string } | null;
  asker: { name: string; address: string | null; known: boolean };
  via: 'email' | 'form' | 'api' | 'slack' | 'report';
  subject: string;
  state: 'open' | 'answered' | 'set_aside';
  setAsideBecause: string | null;
  report: { serviceNamed: string; mainTaskImpossible: boolean; reportedAt: string } | null;
  askedAt: string;
  dueAt: string | null;
  soonFrom: string | null;
  overdue: boolean;
  messages: Message[];
};

export const questionsQuery = (id: string, state: 'open' | 'done') =>
  ofIncident<Page<Question>>(id, 'questions', { state, limit: '200' });

export type Canned = { id: string; title: string; text: string };

export const cannedQuery = queryOptions({
  queryKey: ['canned', 'list'],
  queryFn: ({ signal }) => get<Page<Canned>>('/canned-answers', { limit: 200 }, signal),
  staleTime: 60_000,
});

export const VIA: Record<Question['via'], string> = {
  email: 'by mail',
  form: 'by the form',
  api: 'noted by us',
  slack: 'in Slack',
  report: 'as a report',
};
