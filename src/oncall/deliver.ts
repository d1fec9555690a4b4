/** Rings a page on every channel of its person: one row each, every attempt recorded, tried again soon, withdrawn when it is over. */

import { z } from 'zod';
import { type Channel, channelsOf } from '#directory/fields.ts';
import { json, type Tx } from '#platform/db/database.ts';
import { earliest } from '#platform/db/due-times.ts';
import { Failed, Refused } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import type { Job } from '#platform/jobs/jobs.ts';
import type { Due, Platform } from '#platform/platform.ts';
import { type Channels, channelOf, type Ringing } from './channels/channels.ts';
import type { Pages } from './execute.ts';
import { linkOf } from './link.ts';
import { live, type Page } from './page.ts';

// An answer is owed within three minutes, so that a channel that fails is tried again within seconds.
const RETRY_SECONDS = [5, 10, 20, 30, 60];
const ATTEMPTS_MAX = RETRY_SECONDS.length + 1;
// How long one attempt may hold a delivery before another process may take it.
const CLAIM_SECONDS = 30;
const RETRIES_PER_SWEEP_MAX = 50;
const PROBLEM_CHARACTERS_MAX = 500;

/** One delivery per channel, in the person's order; frozen now. */
export async function queueRing(tx: Tx, page: Page, now: Temporal.Instant): Promise<Job[]> {
  const person = await tx
    .selectFrom('person')
    .select(['channels'])
    .where('id', '=', page.person.personId)
    .executeTakeFirstOrThrow();
  const channels = channelsOf(person.channels);
  if (channels.length === 0) return [];
  const rows = channels.map((channel, position) => ({
    id: newId('pdl'),
    page_id: page.id,
    ring: page.ring,
    position,
    channel: channel.kind,
    address: channel.address,
    state: 'queued',
    next_attempt_at: now.add({ seconds: CLAIM_SECONDS }),
    created_at: now,
  }));
  await tx
    .insertInto('page_delivery')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return rows.map((row) => ({ queue: 'oncall.send', data: { deliveryId: row.id }, urgent: true }));
}

export async function withdrawDeliveries(tx: Tx, pageId: string): Promise<void> {
  await tx
    .updateTable('page_delivery')
    .set({ state: 'withdrawn', next_attempt_at: null })
    .where('page_id', '=', pageId)
    .where('state', '=', 'queued')
    .execute();
}

export const deliveryJob = z.object({ deliveryId: z.string() });

export type Delivering = {
  platform: Platform;
  pages: Pages;
  channels: Channels;
  /** Reads the page's reasons again and withdraws it when none stands. @returns the page if it may still ring */
  stillNeeded(pageId: string): Promise<Page | undefined>;
};

/** May run twice for the same delivery; the claim lets one of them ring. */
export async function deliver(house: Delivering, deliveryId: string, retry: boolean): Promise<void> {
  const claimed = await claim(house.platform, deliveryId, retry);
  if (!claimed) return;
  const page = await house.stillNeeded(claimed.page_id);
  if (page?.state !== 'sent' || page.pausedAt || page.ring !== claimed.ring) {
    await settle(house.platform, claimed, { state: 'withdrawn' });
    return;
  }
  const channel: Channel = {
    kind: claimed.channel as Channel['kind'],
    address: claimed.address,
    testedAt: null,
  };
  try {
    const evidence = await channelOf(house.channels, channel.kind).send(
      await ringing(house.platform, page, claimed),
      channel,
    );
    await settle(house.platform, claimed, { state: 'sent', evidence });
  } catch (error) {
    await attemptFailed(house, claimed, error);
  }
}

type Claimed = {
  id: string;
  page_id: string;
  ring: number;
  position: number;
  channel: string;
  address: string;
  attempts: number;
  history: unknown;
};

async function claim({ db, clock }: Platform, id: string, retry: boolean): Promise<Claimed | undefined> {
  const now = clock.now();
  return db
    .updateTable('page_delivery')
    .set((eb) => ({ attempts: eb('attempts', '+', 1), next_attempt_at: now.add({ seconds: CLAIM_SECONDS }) }))
    .where('id', '=', id)
    .where('state', '=', 'queued')
    .where((eb) => (retry ? eb('next_attempt_at', '<=', now) : eb('attempts', '=', 0)))
    .returning(['id', 'page_id', 'ring', 'position', 'channel', 'address', 'attempts', 'history'])
    .executeTakeFirst();
}

/** Rings that a process was trying when it died are tried again at once. */
export async function freeRings(tx: Tx, now: Temporal.Instant): Promise<void> {
  await tx
    .updateTable('page_delivery')
    .set({ next_attempt_at: now })
    .where('state', '=', 'queued')
    .where('next_attempt_at', '>', now)
    .execute();
}

async function ringing({ db, config, secret }: Platform, page: Page, claimed: Claimed): Promise<Ringing> {
  const person = await db
    .selectFrom('person')
    .select(['email'])
    .where('id', '=', page.person.personId)
    .executeTakeFirstOrThrow();
  return {
    page,
    email: person.email,
    deliveryId: claimed.id,
    reasons: live(page),
    link: linkOf({ url: config.url, secret }, page, claimed.position),
  };
}

type Outcome =
  | { state: 'sent'; evidence: string }
  | { state: 'failed' | 'queued'; problem: string; nextAttemptAt?: Temporal.Instant }
  | { state: 'withdrawn' };

async function settle({ db, clock }: Platform, claimed: Claimed, outcome: Outcome): Promise<void> {
  const now = clock.now();
  const said =
    'evidence' in outcome
      ? { evidence: outcome.evidence }
      : 'problem' in outcome
        ? { problem: outcome.problem }
        : undefined;
  const history = Array.isArray(claimed.history) ? claimed.history : [];
  await db
    .updateTable('page_delivery')
    .set({
      state: outcome.state,
      ...said,
      history: json(said ? [...history, { at: now, ...said }] : history),
      next_attempt_at: 'nextAttemptAt' in outcome ? (outcome.nextAttemptAt ?? null) : null,
      ...(outcome.state === 'sent' ? { sent_at: now } : {}),
    })
    .where('id', '=', claimed.id)
    .where('state', '=', 'queued')
    .execute();
}

async function attemptFailed(house: Delivering, claimed: Claimed, error: unknown): Promise<void> {
  const { platform } = house;
  const known = error instanceof Failed || error instanceof Refused;
  if (!known) platform.log.error({ err: error, delivery: claimed.id }, 'a channel has a bug');
  const problem = (error instanceof Error ? error.message : String(error)).slice(0, PROBLEM_CHARACTERS_MAX);
  const permanent =
    error instanceof Refused ||
    (error instanceof Failed && error.permanent) ||
    claimed.attempts >= ATTEMPTS_MAX;
  const seconds = RETRY_SECONDS[claimed.attempts - 1] ?? 60;
  await settle(
    platform,
    claimed,
    permanent
      ? { state: 'failed', problem }
      : { state: 'queued', problem, nextAttemptAt: platform.clock.now().add({ seconds }) },
  );
  if (permanent) await giveUpWhenSilent(house, claimed);
}

/** When every channel has failed for good nobody is waited for: the next level is called at once. */
async function giveUpWhenSilent({ platform, pages }: Delivering, claimed: Claimed): Promise<void> {
  const rows = await platform.db
    .selectFrom('page_delivery')
    .select('state')
    .where('page_id', '=', claimed.page_id)
    .where('ring', '=', claimed.ring)
    .execute();
  if (rows.every((row) => row.state === 'failed'))
    await pages.execute(claimed.page_id, { type: 'give_up', why: 'No channel of theirs could be reached.' });
}

export function retriesDue(house: Delivering): Due {
  const { db } = house.platform;
  return {
    name: 'page deliveries',
    next: () => earliest('page_delivery', 'next_attempt_at'),
    async run(now) {
      const rows = await db
        .selectFrom('page_delivery')
        .select('id')
        .where('next_attempt_at', '<=', now)
        .orderBy('next_attempt_at')
        .limit(RETRIES_PER_SWEEP_MAX)
        .execute();
      await Promise.all(rows.map((row) => deliver(house, row.id, true)));
      return rows.length;
    },
  };
}
