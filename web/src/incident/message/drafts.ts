/** Drafts, previews and sending: the prepared answer for every message that is owed. */
import { queryOptions } from '@tanstack/react-query';
import type { ToldBy } from '#directory/told-by.ts';
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

/** Words of their own for one audience: "internal", "public" or "client:<id>". */
export type Wording = { audience: string; impact: string; action: string };

export type Draft = Message & {
  text: string;
  wordings: Wording[];
  /** The lines of the timeline that it was drafted from. */
  since: { seq: number; at: string; words: string }[];
  audience: Readers;
  findings: Finding[];
};

export type Finding = {
  code: string;
  level: 'stop' | 'ask' | 'must' | 'warn' | 'hint';
  field: 'status' | 'impact' | 'action' | 'nextAt';
  start: number;
  end: number;
  question: string;
  rewrite: string | null;
  example: string | null;
  confirms: string | null;
  /** Whose own words it is about; null: the common ones. */
  audience: string | null;
};

export type Read = {
  audience: string;
  who: string;
  channel: ToldBy | 'page';
  /** `next`: tried when the first channel gives no evidence or fails. */
  turn: 'first' | 'next';
  notConfigured: string | null;
  head: string;
  text: string;
  /** How long it is, where that matters. */
  note: string | null;
};

export type Preview = {
  reads: Read[];
  /** Null: the next channel is tried only when the first fails. */
  nextAfterMinutes: number | null;
  nobody: { audience: string; who: string; words: string; callable: boolean }[];
  audience: Readers;
  nextAt: string | null;
  findings: Finding[];
};

export type Sending = Omit<Message, 'nothingNew'> & {
  nothingNew?: boolean;
  audience: Audience;
  wordings: Wording[];
  confirmed?: string[];
};

/** The prepared answer as it is sent with one tap. */
export function messageOf(draft: Draft): Sending {
  const { kind, status, impact, action, nextAt, nothingNew, wordings, audience } = draft;
  const chosen = {
    clientIds: 'affected' as const,
    internal: audience.internal > 0,
    publicPage: audience.publicPage,
  };
  const reached = audiencesOf(audience, chosen).map((each) => each.key);
  return {
    kind,
    status,
    impact,
    action,
    nextAt,
    nothingNew,
    audience: chosen,
    wordings: wordings.filter((each) => reached.includes(each.audience)),
  };
}

/** Everybody who may be given words of their own, by key and name. */
export function audiencesOf(readers: Readers, chosen: Audience): { key: string; name: string }[] {
  const clients =
    chosen.clientIds === 'affected'
      ? readers.clients.filter((each) => each.included)
      : readers.clients.filter((each) => chosen.clientIds.includes(each.id));
  return [
    ...clients.map(({ id, name }) => ({ key: `client:${id}`, name })),
    ...(chosen.internal ? [{ key: 'internal', name: 'our own people' }] : []),
    ...(chosen.publicPage ? [{ key: 'public', name: 'the status page' }] : []),
  ];
}

/**
 * @param nothingNew true: what was said last, carried over, whatever happened since
 * @param clientId for this client alone
 */
export const draftQuery = (id: string, kind: UpdateKind, nothingNew = false, clientId?: string) =>
  queryOptions({
    queryKey: ['incidents', id, 'draft', kind, nothingNew, clientId ?? ''],
    queryFn: ({ signal }) =>
      get<Draft>(
        `/incidents/${id}/updates/draft`,
        { kind, clientId, ...(nothingNew ? { nothingNew: 'true' } : {}) },
        signal,
      ),
    // The promised time in it moves on with the clock.
    refetchInterval: 30_000,
  });

export const preview = (id: string, message: Sending) =>
  post<Preview>(`/incidents/${id}/updates/preview`, message);
