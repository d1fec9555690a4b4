/** What changed around an incident, and the first lever for each kind of failure, as the server tells them. */
import { ofIncident } from '../api/queries.ts';
import type { ThirdParty } from '../providers/provider.ts';

export type NearChange = {
  id: string;
  summary: string;
  kind: string;
  serviceName: string | null;
  source: string;
  happenedAt: string;
  rollback: 'safe' | 'unsafe' | 'unknown';
  links: { href: string; text: string }[];
  environment: string | null;
  recordedBy: string;
  relation: string;
  relationText: string;
  beforeText: string;
  mark: { state: 'suspect' | 'ruled_out'; reason: string | null } | null;
};

export type WhatChanged = {
  from: string;
  to: string;
  note: string | null;
  items: NearChange[];
  more: boolean;
  services: {
    serviceId: string;
    name: string;
    changes: number;
    feed: 'connected' | 'silent' | 'not_connected';
    note: string;
  }[];
  thirdParties: ThirdParty[];
};

export const changesQuery = (id: string) => ofIncident<WhatChanged>(id, 'changes');

export type Card = {
  category: string;
  name: string;
  firstLever: string;
  because: string;
  doNot: string[];
  evidence: {
    id: string;
    what: string;
    collected: { result: string; by: string; at: string } | null;
  }[];
};

export type RestorationCard = {
  category: string | null;
  rollback: 'safe' | 'unsafe' | 'unknown' | 'none';
  suspects: {
    changeId: string;
    summary: string;
    rollback: string;
    links: { href: string; text: string }[];
  }[];
  card: Card | null;
  restrictFirst: boolean;
  cards: Card[];
};

export const restorationQuery = (id: string) => ofIncident<RestorationCard>(id, 'restoration-card');

export const ROLLBACK_WORDS: Record<NearChange['rollback'], string> = {
  safe: 'rollback safe',
  unsafe: 'rollback not safe',
  unknown: 'nobody said whether rollback is safe',
};
