/** Hands what waits for subscribers over, at least once and in its own line: an attempt is counted before anything leaves, evidence kept after it. */

import { sql } from 'kysely';
import type { UpdateKind, UpdateStatus } from '#incident/types.ts';
import type { Clock } from '#platform/clock.ts';
import { type Db, json, type Tx, transaction } from '#platform/db/database.ts';
import { earliest } from '#platform/db/due-times.ts';
import { Failed } from '#platform/errors.ts';
import type { Logger } from '#platform/log.ts';
import type { Due } from '#platform/platform.ts';
import { ASKED_FOR_NO_SMS } from '../channels/twilio.ts';
import { withOwnNames } from '../message.ts';
import { readOrganisation } from '../organisation.ts';
import { isListed } from '../page/access.ts';
import { type MaintenanceState, machineFacts, wordsFor } from '../page/facts-shown.ts';
import { speechOf } from '../page/language.ts';
import { headingOf } from '../page/model.ts';
import { baseOf, readPage, type StatusPage, servicesOn } from '../page/pages.ts';
import {
  type From,
  type NoticeTold,
  type Spoken,
  sealed,
  tellChallenge,
  tellConfirm,
  tellNotice,
  tellUpdate,
} from './message.ts';
import type { Kind, Outgoing, Senders, Sent } from './senders.ts';
import { activate, end } from './subscribe.ts';
import { tokenFor } from './tokens.ts';

export type SubscriberDeliverer = { drain(): Promise<number>; due: Due };

/** Taken at once, and so the most that is sent twice when a process is killed. */
export const SUBSCRIBER_BATCH_MAX = 20;
// Longer than any sender tries.
const LEASE_SECONDS = 45;
const DRAIN_SECONDS_MAX = 10;
const BACKOFF_SECONDS = 30;
const BACKOFF_SECONDS_MAX = 3600;
/** So many messages in a row that finally failed end a subscription: nobody is there. */
const FAILURES_IN_A_ROW_MAX = 5;

type Means = {
  db: Db;
  clock: Clock;
  log: Logger;
  secret: string;
  url: string | undefined;
  senders: Senders;
};

type Claimed = {
  id: string;
  subscription_id: string;
  kind: 'confirm' | 'update' | 'maintenance';
  update_id: string | null;
  notice_id: string | null;
  about: { already?: boolean; until?: number; challenge?: string; secret?: string };
  attempts: number;
  valid_until: Temporal.Instant;
  page_id: string;
  way: Kind;
  address: string;
  reader: string | null;
  secret: string | null;
  active: boolean;
  /** The number has answered STOP, maybe on another page. */
  stopped: boolean;
};

type Outcome =
  | { row: Claimed; sent: Sent }
  | { row: Claimed; failed: Failed }
  | { row: Claimed; withdrawn: string }
  | { row: Claimed; unconfigured: true };

export function createSubscriberDeliverer(means: Means): SubscriberDeliverer {
  let running: Promise<number> | undefined;
  // One run at a time in this process, so that a kill never leaves more than one batch in doubt.
  const drain = async (): Promise<number> => {
    running ??= drainOnce(means).finally(() => {
      running = undefined;
    });
    return running;
  };
  return {
    drain,
    due: {
      name: 'communicate.subscribers',
      next: () => earliest('subscription_delivery', 'next_attempt_at'),
      run: drain,
    },
  };
}

async function drainOnce(means: Means): Promise<number> {
  const started = means.clock.now();
  // Most of a fan-out says the same: what a page says of one message is read once.
  const said = new Map<string, Promise<Spoken | string>>();
  let taken = 0;
  while (means.clock.now().since(started).total('seconds') < DRAIN_SECONDS_MAX) {
    const rows = await claim(means.db, means.clock.now());
    if (!rows.length) break;
    taken += rows.length;
    await record(means, await Promise.all(rows.map((row) => attempt(means, row, said))));
  }
  return taken;
}

/** What a process was sending when it died is due again at once; what had left may leave twice, under one id. */
export async function freeSubscriberDeliveries(tx: Tx, now: Temporal.Instant): Promise<void> {
  await tx
    .updateTable('subscription_delivery')
    .set({ next_attempt_at: now })
    .where('state', '=', 'sending')
    .execute();
}

async function claim(db: Db, now: Temporal.Instant): Promise<Claimed[]> {
  const lease = now.add({ seconds: LEASE_SECONDS });
  const { rows } = await sql<Claimed>`
    with due as (
      select id from subscription_delivery
      where next_attempt_at <= ${now}::timestamptz and state in ('queued', 'sending')
      order by next_attempt_at, id limit ${SUBSCRIBER_BATCH_MAX} for update skip locked
    ), claimed as (
      update subscription_delivery d set state = 'sending', attempts = d.attempts + 1, next_attempt_at = ${lease}::timestamptz
      from due where d.id = due.id returning d.*
    )
    select c.id, c.subscription_id, c.kind, c.update_id, c.notice_id, c.about, c.attempts, c.valid_until,
           b.page_id, b.kind as way, b.address, b.reader, b.secret, b.state = 'active' as active,
           b.kind = 'sms' and exists (select 1 from sms_stopped s where s.address = b.address) as stopped
    from claimed c join subscription b on b.id = c.subscription_id`.execute(db);
  return rows;
}

async function attempt(
  means: Means,
  row: Claimed,
  said: Map<string, Promise<Spoken | string>>,
): Promise<Outcome> {
  const send = means.senders[row.way];
  if (!send) return { row, unconfigured: true };
  try {
    if (row.stopped) return { row, withdrawn: ASKED_FOR_NO_SMS };
    const page = await readPage(means.db, row.page_id);
    if (!page) return { row, withdrawn: 'The page is gone.' };
    if (row.kind !== 'confirm' && !row.active) return { row, withdrawn: 'The subscription has ended.' };
    if (page.clientId && !(await isListed(means.db, page.id, row.reader ?? row.address)))
      return { row, withdrawn: 'The reader may not read this page any more.' };
    const from = await fromOf(means, page);
    const key = `${page.id}|${row.update_id ?? row.notice_id ?? row.id}`;
    const telling = said.get(key) ?? tell(means, row, page, from);
    said.set(key, telling);
    const spoken = await telling;
    if (typeof spoken === 'string') return { row, withdrawn: spoken };
    return { row, sent: await send(row.address, outgoing(means, row, page, from, spoken)) };
  } catch (error) {
    return {
      row,
      failed:
        error instanceof Failed ? error : new Failed(String((error as Error).message), { cause: error }),
    };
  }
}

function outgoing(means: Means, row: Claimed, page: StatusPage, from: From, spoken: Spoken): Outgoing {
  const token = tokenFor(means.secret, row.subscription_id, { for: 'subscription' });
  const place = means.url && `${means.url}${baseOf(page)}`;
  const wanted = row.kind !== 'confirm' && place;
  return {
    id: row.id,
    ...spoken,
    ...sealed(from, spoken, wanted ? `${place}subscription/${token}` : undefined),
    unsubscribe: wanted ? `${place}unsubscribe/${token}` : undefined,
    secret: row.about.secret ?? row.secret ?? undefined,
  };
}

async function fromOf({ db, url }: Means, page: StatusPage): Promise<From> {
  const organisation = await readOrganisation(db);
  const speech = speechOf(page.language, page.zone ?? organisation.zone);
  return { heading: headingOf(page, organisation, speech), id: page.id, base: baseOf(page), url, speech };
}

/** @returns what is said, or why nothing is said any more */
async function tell(means: Means, row: Claimed, page: StatusPage, from: From): Promise<Spoken | string> {
  switch (row.kind) {
    case 'confirm':
      return confirmation(means, row, page, from);
    case 'update':
      return update(means.db, row.update_id ?? '', page, from);
    case 'maintenance':
      return notice(means.db, row.notice_id ?? '', page, from);
  }
}

function confirmation({ secret, url, clock }: Means, row: Claimed, page: StatusPage, from: From): Spoken {
  if (row.way === 'webhook') return tellChallenge(from, row.about.challenge ?? '');
  const until = row.about.until ?? 0;
  const already = row.about.already === true;
  const path = already
    ? `subscription/${tokenFor(secret, row.subscription_id, { for: 'subscription' })}`
    : `confirm/${tokenFor(secret, row.subscription_id, { for: 'confirm', until })}`;
  return tellConfirm(from, {
    already,
    link: `${url ?? ''}${baseOf(page)}${path}`,
    until: Temporal.Instant.fromEpochMilliseconds(until),
    now: clock.now(),
  });
}

async function update(db: Db, id: string, page: StatusPage, from: From): Promise<Spoken | string> {
  const row = await db
    .selectFrom('incident_update as u')
    .innerJoin('public_incident as p', 'p.incident_id', 'u.incident_id')
    .innerJoin('update_text as t', 't.update_id', 'u.id')
    .select([
      'u.seq',
      'u.kind',
      'u.status',
      't.impact',
      't.action',
      'u.next_at',
      'u.nothing_new',
      'u.automatic',
      'u.created_at',
      'u.lateness',
      't.confirmed',
      'p.reference',
      'p.service_ids',
      'p.hidden',
    ])
    .select(sql<string[] | null>`u.about -> 'publicNames'`.as('public_names'))
    .where('u.id', '=', id)
    .where('t.audience', '=', wordsFor(page.clientId, 'u'))
    .executeTakeFirst();
  if (!row || row.hidden) return 'It is not to be read outside any more.';
  const names = (await servicesOn(db, page))
    .filter((each) => row.service_ids.includes(each.id))
    .map((each) => each.name);
  if (!names.length) return 'None of its services is on this page any more.';
  return tellUpdate(from, {
    reference: row.reference,
    updateId: id,
    names,
    update: {
      seq: row.seq,
      kind: row.kind as UpdateKind,
      status: row.status as UpdateStatus,
      impact: page.slug === null ? row.impact : withOwnNames(row.impact, row.public_names ?? [], names),
      action: row.action,
      nextAt: row.next_at,
      nothingNew: row.nothing_new,
      automatic: row.automatic,
      at: row.created_at,
      ...machineFacts(row),
    },
  });
}

async function notice(db: Db, id: string, page: StatusPage, from: From): Promise<Spoken | string> {
  const row = await db
    .selectFrom('maintenance_notice as n')
    .innerJoin('maintenance as m', 'm.id', 'n.maintenance_id')
    .select([
      'n.kind',
      'n.text',
      'n.due_at',
      'm.reference',
      'm.title',
      'm.impact',
      'm.state',
      'm.starts_at',
      'm.ends_at',
      'm.service_ids',
      'm.page_ids',
    ])
    .where('n.id', '=', id)
    .executeTakeFirst();
  if (!row?.page_ids.includes(page.id)) return 'The maintenance is not on this page any more.';
  const names = (await servicesOn(db, page))
    .filter((each) => row.service_ids.includes(each.id))
    .map((each) => each.name);
  if (!names.length) return 'None of its services is on this page any more.';
  return tellNotice(from, {
    kind: row.kind as NoticeTold['kind'],
    reference: row.reference,
    title: row.title,
    impact: row.impact,
    text: row.text,
    state: row.state as MaintenanceState,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    names,
    at: row.due_at,
  });
}

async function record({ db, clock, log }: Means, outcomes: Outcome[]): Promise<void> {
  const now = clock.now();
  await transaction(db, async (tx) => {
    for (const outcome of outcomes) await recordOne(tx, outcome, now);
  });
  const failures = outcomes.filter((each) => 'failed' in each);
  if (failures.length)
    log.warn(
      { deliveries: failures.map((each) => ({ id: each.row.id, why: each.failed.message })) },
      'subscribers were not told',
    );
}

async function recordOne(tx: Tx, outcome: Outcome, now: Temporal.Instant): Promise<void> {
  const { row } = outcome;
  const keep = (set: {
    state: string;
    next_attempt_at?: Temporal.Instant;
    last_error?: string | null;
    evidence?: string;
    sent_at?: Temporal.Instant;
  }) =>
    tx
      .updateTable('subscription_delivery')
      .set({
        next_attempt_at: null,
        ...set,
        // The secret is needed only until it has been accepted.
        ...(set.state === 'queued' ? {} : { about: json({}) }),
      })
      .where('id', '=', row.id)
      .where('state', '=', 'sending')
      .where('attempts', '=', row.attempts)
      .execute();
  if ('unconfigured' in outcome)
    await keep({ state: 'not_configured', last_error: 'No such way is set up.' });
  else if ('withdrawn' in outcome) await keep({ state: 'withdrawn', last_error: outcome.withdrawn });
  else if ('sent' in outcome) {
    const { sent } = outcome;
    if (sent.gone) {
      const because = sent.because ?? 'the other side wants nothing more (410)';
      await keep({ state: 'failed', last_error: because });
      await end(tx, row.subscription_id, because, now);
    } else if (row.about.challenge && !repeats(sent.answer, row.about.challenge))
      await keep({ state: 'failed', last_error: 'It did not repeat the challenge.' });
    else {
      await keep({ state: 'sent', evidence: sent.evidence, last_error: null, sent_at: now });
      if (row.about.challenge && !row.about.already)
        await activate(tx, row.subscription_id, now, row.about.secret);
    }
  } else {
    const { failed } = outcome;
    const retryAt = retryOf(row, failed, now);
    await keep({
      state: retryAt ? 'queued' : 'failed',
      last_error: failed.message,
      ...(retryAt ? { next_attempt_at: retryAt } : {}),
    });
    if (!retryAt && row.kind !== 'confirm' && (await nobodyThere(tx, row.subscription_id)))
      await end(
        tx,
        row.subscription_id,
        `${FAILURES_IN_A_ROW_MAX} messages in a row could not be delivered`,
        now,
      );
  }
}

function repeats(answer: string | undefined, challenge: string): boolean {
  try {
    return (JSON.parse(answer ?? '') as { challenge?: unknown }).challenge === challenge;
  } catch {
    return answer?.trim() === challenge;
  }
}

function retryOf(row: Claimed, failed: Failed, now: Temporal.Instant): Temporal.Instant | undefined {
  if (failed.permanent) return undefined;
  const wait = Math.min(BACKOFF_SECONDS * 2 ** (row.attempts - 1), BACKOFF_SECONDS_MAX);
  const at = now.add({ seconds: wait });
  return Temporal.Instant.compare(at, row.valid_until) < 0 ? at : undefined;
}

async function nobodyThere(tx: Tx, id: string): Promise<boolean> {
  const rows = await tx
    .selectFrom('subscription_delivery')
    .select('state')
    .where('subscription_id', '=', id)
    .where('kind', '<>', 'confirm')
    .where('state', 'in', ['sent', 'failed'])
    .orderBy('created_at', 'desc')
    .limit(FAILURES_IN_A_ROW_MAX)
    .execute();
  return rows.length === FAILURES_IN_A_ROW_MAX && rows.every((row) => row.state === 'failed');
}
