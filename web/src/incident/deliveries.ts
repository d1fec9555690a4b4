/** What was said and who has it, as the server tells it. */
import type { ToldBy } from '#directory/told-by.ts';
import { ofIncident, type Page } from '../api/queries.ts';

export type ClientTold = {
  id: string;
  name: string;
  impact: string;
  contacts: number;
  told: boolean;
  toldAt: string | null;
  latestTold: boolean;
  evidence: string | null;
  askedForNoMail: boolean;
};
export type Delivery = {
  id: string;
  who: string;
  clients: { id: string; name: string }[];
  audience: string;
  channel: ToldBy;
  address: string;
  state: string;
  told: boolean;
  /** No channel of theirs has evidence, and the time to wait for it is over. */
  notTold: boolean;
  words: string;
  evidence: string | null;
  sentAt: string | null;
  queuedAt: string;
};
export type Deliveries = Page<Delivery> & {
  clients: ClientTold[];
  mail: { configured: boolean; down: boolean; waiting: number; words: string | null; command: string | null };
};
export type Update = {
  id: string;
  sentAt: string;
  sentBy: string;
  statusWords: string;
  text: string;
  automatic: boolean;
  deliveries: { total: number; sent: number; waiting: number; failed: number; notConfigured: number };
};

export const deliveriesQuery = (id: string) => ofIncident<Deliveries>(id, 'deliveries', { limit: '200' });
export const updatesQuery = (id: string) => ofIncident<Page<Update>>(id, 'updates');
