/** Hands waiting deliveries to their channels, at least once: an attempt is a row before anything leaves, evidence a row after it. */
import { type RawBuilder, sql } from 'kysely';
import { secretOf } from '#directory/channels.ts';
import { TOLD_BY, type ToldBy } from '#directory/told-by.ts';
import type { UpdateKind, UpdateStatus } from '#incident/types.ts';
import type { Clock } from '#platform/clock.ts';
import type { Db, Tx } from '#platform/db/database.ts';
import { Failed } from '#platform/errors.ts';
import type { Live } from '#platform/http/live.ts';
import type { Logger } from '#platform/log.ts';
import { Gone } from './channels/answer.ts';
import type { Channels, Telling } from './channels/channels.ts';
import { ASKED_FOR_NO_SMS } from './channels/twilio.ts';
import { type Wording, wordingOf } from './channels/wording.ts';
import { canPush, devicePathInMail } from './device/link.ts';
import { deviceWords } from './device/words.ts';
import type { About } from './freeze.ts';
import { formPath } from './inbox/form-link.ts';
import { type Letter, letterOf } from './letter.ts';
import { createLine, type Limits, type Line } from './line.ts';
import { type Organisation, readOrganisation } from './organisation.ts';
import { machineFacts } from './page/facts-shown.ts';
import { languageFor } from './page/language.ts';
import { type Ended, recordEnded } from './record.ts';
import type { AudienceKey } from './text.ts';
import { unsubscribeUrl } from './unsubscribe.ts';

export type Lane = 'urgent' | 'ordinary';

export type Deliverer = {
  /** Sends until nothing of this lane is due; does not wait long for what hangs. @returns how many it took */
  drain(lane: Lane): Promise<number>;
};

/** For each lane of each channel; `inDoubtMax` is the documented bound of what a kill can send twice. */
export const LIMITS: Record<Lane, Limits & { claimMax: number }> = {
  urgent: { atOnce: 5, inDoubtMax: 10, recordAt: 1, claimMax: 20 },
  ordinary: { atOnce: 10, inDoubtMax: 100, recordAt: 40, claimMax: 500 },
};
// Longer than a row may wait for its try, and the longest try, together; a killed process's rows are free again after this.
const LEASE_SECONDS = 45;
const BEGIN_MILLISECONDS_MAX = 12_000;
// A channel that hangs is waited for so long; its run goes on beside everything else.
const WAIT_MILLISECONDS_MAX = 5_000;
// Whoever hears first is waited for, but not for long: that channel may hang.
const FIRST_WAIT_MILLISECONDS_MAX = 2_000;
const BACKOFF_SECONDS = 15;
const BACKOFF_SECONDS_MAX = 1800;
// A few are in use at a time; the oldest messages are forgotten.
const WORDINGS_MAX = 200;

type Claimed = {
  id: string;
  attempts: number;
  audience: 'internal' | 'client';
  recipient_name: string;
  zone: string;
  language: string;
  channel: ToldBy;
  channel_id: string | null;
  contact_id: string | null;
  address: string;
  sealed: string | null;
  known: boolean;
  /** The number has answered STOP. */
  stopped: boolean;
  services: string[];
  text_audience: AudienceKey;
  urgent: boolean;
  valid_until: Temporal.Instant;
  update_id: string;
  incident_id: string;
  kind: UpdateKind;
  status: UpdateStatus;
  impact: string;
  action: string;
  lateness: unknown;
  confirmed: unknown;
  next_at: Temporal.Instant | null;
  written_at: Temporal.Instant;
  about: About;
  /** An account owner: the client's people hear after them. */
  hears_first: boolean;
};

export type Means = {
  db: Db;
  clock: Clock;
  live: Live;
  log: Logger;
  channels: Channels;
  /** The installation's: opens sealed addresses, signs links. */
  secret: string;
  url: string | undefined;
};

export function createDeliverer(means: Means): Deliverer {
  const lines = new Map<string, Line>();
  const lineOf = (lane: Lane, kind: ToldBy): Line => {
    const key = `${lane} ${kind}`;
    const known = lines.get(key) ?? lineFor(means, lane, kind);
    lines.set(key, known);
    return known;
  };
  return {
    async drain(lane) {
      const kinds = await kindsDue(means.db, lane, means.clock.now());
      const taken = await Promise.all(kinds.map((kind) => withinPatience(lineOf(lane, kind).run())));
      return taken.reduce((sum, count) => sum + count, 0);
    },
  };
}

async function kindsDue(db: Db, lane: Lane, now: Temporal.Instant): Promise<ToldBy[]> {
  const { rows } = await sql<{ kind: ToldBy }>`
    select k.kind from unnest(${[...TOLD_BY]}::text[]) as k (kind)
    where exists (select 1 from delivery d where d.urgent = ${lane === 'urgent'} and d.channel = k.kind and d.next_attempt_at <= ${now}::timestamptz)`.execute(
    db,
  );
  return rows.map((row) => row.kind);
}

/** @returns SQL for when the first message is to be sent, or tried again */
export function nextDelivery(): RawBuilder<unknown> {
  return sql`(
    select min(first.at)
    from unnest(${[...TOLD_BY]}::text[]) as k (kind) cross join unnest(array[true, false]) as l (urgent) cross join lateral (
      select d.next_attempt_at as at from delivery d
      where d.urgent = l.urgent and d.channel = k.kind and d.next_attempt_at is not null order by d.next_attempt_at limit 1
    ) as first)`;
}

async function withinPatience(run: Promise<number>): Promise<number> {
  return (await within(run, WAIT_MILLISECONDS_MAX)) ?? 0;
}

/** @returns undefined when it takes longer */
async function within<Value>(run: Promise<Value>, milliseconds: number): Promise<Value | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  AbortSignal.timeout(milliseconds).addEventListener('abort', () => resolve(undefined), { once: true });
  return Promise.race([run, promise]);
}

type Attempt = (row: Claimed) => Promise<Ended>;

/** Whoever hears first has been tried when the others of the same message are begun. */
function inTurn(attempt: Attempt): Attempt {
  const first = new Map<string, Promise<unknown>>();
  return async (row) => {
    const before = first.get(row.update_id);
    if (!row.hears_first) {
      if (before) await within(before, FIRST_WAIT_MILLISECONDS_MAX);
      return attempt(row);
    }
    const tried = attempt(row);
    const all = Promise.allSettled([before, tried]).then(() => {
      if (first.get(row.update_id) === all) first.delete(row.update_id);
    });
    first.set(row.update_id, all);
    return tried;
  };
}

function lineFor(means: Means, lane: Lane, kind: ToldBy): Line {
  const { notConfigured } = means.channels[kind];
  if (notConfigured) return { run: () => giveUp(means, { lane, kind, why: notConfigured }) };
  const wordings = createWordings(means);
  return createLine<Claimed, Ended>(
    {
      claim: () => claim(means.db, { lane, kind }, means.clock.now()),
      attempt: inTurn((row) => attempt(means, row, wordings)),
      record: (ended) => record(means, ended),
      release: (rows) => release(means.db, rows, means.clock.now()),
    },
    LIMITS[lane],
    BEGIN_MILLISECONDS_MAX,
  );
}

/** Messages that a process was sending when it died are due again at once; what had left may leave twice, under one id. */
export async function freeDeliveries(tx: Tx, now: Temporal.Instant): Promise<void> {
  await tx.updateTable('delivery').set({ next_attempt_at: now }).where('state', '=', 'sending').execute();
}

/** The row and its attempt are written before the message leaves; a row whose lease has run out may be taken by anybody. */
async function claim(
  db: Db,
  { lane, kind }: { lane: Lane; kind: ToldBy },
  now: Temporal.Instant,
): Promise<Claimed[]> {
  const lease = now.add({ seconds: LEASE_SECONDS });
  const { rows } = await sql<Claimed>`
    with due as (
      select id, next_attempt_at as due_at from delivery
      where urgent = ${lane === 'urgent'} and channel = ${kind} and next_attempt_at <= ${now}::timestamptz and state in ('queued', 'sending')
      order by next_attempt_at limit ${LIMITS[lane].claimMax} for update skip locked
    ), claimed as (
      update delivery d set state = 'sending', attempts = d.attempts + 1, next_attempt_at = ${lease}::timestamptz
      from due where d.id = due.id returning d.*, due.due_at
    ), noted as (
      insert into delivery_attempt (delivery_id, attempt, started_at) select id, attempts, ${now}::timestamptz from claimed
    )
    select c.id, c.attempts, c.audience, c.recipient_name, c.zone, c.language, c.channel, c.channel_id, c.contact_id, c.address, ch.sealed,
           c.channel_id is null or ch.id is not null as known,
           c.channel = 'sms' and exists (select 1 from sms_stopped s where s.address = c.address) as stopped, c.about as services, c.urgent, c.valid_until, c.update_id, c.incident_id,
           u.kind, u.status, c.text_audience, t.impact, t.action, t.confirmed, u.lateness, u.next_at, u.created_at as written_at, u.about,
           c.due_at < u.created_at as hears_first
    from claimed c join incident_update u on u.id = c.update_id
      join update_text t on t.update_id = c.update_id and t.audience = c.text_audience left join channel ch on ch.id = c.channel_id
    order by c.due_at`.execute(db);
  return rows;
}

/** Taken and not tried: as if it had never been taken. */
async function release(db: Db, rows: Claimed[], now: Temporal.Instant): Promise<void> {
  const ids = rows.map((row) => row.id);
  await sql`
    with back as (
      update delivery set state = 'queued', attempts = attempts - 1, next_attempt_at = ${now}::timestamptz
      where id = any(${ids}::text[]) and state = 'sending' returning id, attempts
    )
    delete from delivery_attempt a using back where a.delivery_id = back.id and a.attempt = back.attempts + 1`.execute(
    db,
  );
}

async function attempt(
  means: Means,
  row: Claimed,
  wordings: (row: Claimed) => Promise<Wording>,
): Promise<Ended> {
  const ended = {
    id: row.id,
    attempt: row.attempts,
    channelId: row.channel_id,
    incident_id: row.incident_id,
    restricted: row.about.restricted,
    kind: row.channel,
  };
  try {
    const telling = await tellingOf(means, row, await wordings(row));
    return { ...ended, evidence: await means.channels[row.channel].send(telling) };
  } catch (error) {
    const failed =
      error instanceof Failed ? error : new Failed(String((error as Error).message), { cause: error });
    return { ...ended, failed, retryAt: retryOf(row, failed, means.clock.now()) };
  }
}

async function tellingOf(
  { db, secret, url, channels }: Means,
  row: Claimed,
  wording: Wording,
): Promise<Telling> {
  if (row.stopped) throw new Gone(ASKED_FOR_NO_SMS);
  if (!row.known) throw new Failed('This channel has been removed since.', { permanent: true });
  return {
    deliveryId: row.id,
    wording,
    reference: row.about.reference,
    to: { name: row.recipient_name, address: row.address, secret: secretOf(secret, row.sealed) },
    urgent: row.urgent,
    thread: channels[row.channel].threads ? await threadOf(db, row) : undefined,
    ...(row.channel === 'email' && row.audience === 'client' && row.contact_id
      ? {
          unsubscribe: unsubscribeUrl({ url, secret }, row.contact_id),
          ask: url && !row.about.restricted ? `${url}${formPath(secret, row.contact_id)}` : undefined,
          device: row.about.restricted ? undefined : deviceIn({ secret, url }, row, row.contact_id),
        }
      : { unsubscribe: undefined }),
  };
}

function deviceIn(
  { secret, url }: Pick<Means, 'secret' | 'url'>,
  { id: deliveryId, address, written_at: writtenAt, language }: Claimed,
  contactId: string,
): Telling['device'] {
  if (!canPush(url)) return undefined;
  const path = devicePathInMail(secret, { contactId, address, deliveryId, writtenAt });
  return { words: deviceWords(language).inMail, link: `${url}${path}` };
}

/** The first message of the incident to this address began a thread. */
async function threadOf(db: Db, row: Claimed): Promise<string | undefined> {
  const { rows } = await sql<{ thread: string }>`
    select evidence ->> 'thread' as thread from delivery
    where incident_id = ${row.incident_id} and channel = ${row.channel} and address = ${row.address} and evidence ->> 'thread' is not null
    order by sent_at limit 1`.execute(db);
  return rows[0]?.thread;
}

/** Readers of one client in one zone and language read the same words, which are made once. */
function createWordings({ db, url }: Means): (row: Claimed) => Promise<Wording> {
  const kept = new Map<string, Wording>();
  let organisation: { of: string; is: Organisation } | undefined;
  return async (row) => {
    if (organisation?.of !== row.update_id)
      organisation = { of: row.update_id, is: await readOrganisation(db) };
    const { update_id: id, text_audience: words, audience, zone, language, services } = row;
    const key = JSON.stringify([id, words, audience, zone, language, services]);
    const known = kept.get(key);
    if (known) return known;
    if (kept.size >= WORDINGS_MAX) kept.clear();
    const wording = wordingOf(letterFor(row), { organisation: organisation.is, url });
    kept.set(key, wording);
    return wording;
  };
}

function letterFor(row: Claimed): Letter {
  const { lateness, confirmed } = machineFacts(row);
  return letterOf({
    kind: row.kind,
    status: row.status,
    nextAt: row.next_at?.epochMilliseconds ?? null,
    writtenAt: row.written_at.epochMilliseconds,
    about: { ...row.about, incidentId: row.incident_id },
    lateness,
    text: {
      audience: row.text_audience,
      impact: row.impact,
      action: row.action,
      confirmed,
    },
    reader: {
      audience: row.audience,
      zone: row.zone,
      services: row.services,
      language: languageFor(row.language),
    },
  });
}

async function record({ db, clock, live, log }: Means, ended: Ended[]): Promise<void> {
  await recordEnded({ db, live }, ended, clock.now());
  const failures = ended.filter((each) => each.failed);
  if (failures.length)
    log.warn(
      {
        deliveries: failures.map(({ id, kind, attempt, failed }) => ({
          id,
          kind,
          attempt,
          why: failed?.message,
        })),
      },
      'messages were not sent',
    );
}

/** Later and later, and never before the other side asked us to come back. */
function retryOf(row: Claimed, failed: Failed, now: Temporal.Instant): Temporal.Instant | undefined {
  if (failed.permanent) return undefined;
  const wait = Math.min(BACKOFF_SECONDS * 2 ** (row.attempts - 1), BACKOFF_SECONDS_MAX);
  const at = now.add({ seconds: Math.max(wait, failed.retryAfterSeconds ?? 0) });
  return Temporal.Instant.compare(at, row.valid_until) < 0 ? at : undefined;
}

/** Without a server or an account nothing is tried and nothing is claimed to be sent: the rows say so, and the next channel is due. */
async function giveUp(
  { db, clock }: Means,
  { lane, kind, why }: { lane: Lane; kind: ToldBy; why: string },
): Promise<number> {
  const now = clock.now();
  const done = await db
    .updateTable('delivery')
    .set({
      state: 'not_configured',
      next_attempt_at: null,
      fallback_at: now,
      unreachable: false,
      last_error: why,
    })
    .where('urgent', '=', lane === 'urgent')
    .where('channel', '=', kind)
    .where('state', 'in', ['queued', 'sending'])
    .where('next_attempt_at', '<=', now)
    .executeTakeFirst();
  return Number(done.numUpdatedRows);
}

/**
 * A server or an account has been configured since: what is still true is sent now, what has been overtaken stays "not sent".
 * @returns how many deliveries wait again
 */
export async function resumeConfigured(db: Db, channels: Channels, now: Temporal.Instant): Promise<number> {
  const usable = TOLD_BY.filter((kind) => !channels[kind].notConfigured);
  const { numAffectedRows } = await sql`
    update delivery d set state = 'queued', next_attempt_at = ${now}::timestamptz, last_error = null
    from incident_update u
    where u.id = d.update_id and d.state = 'not_configured' and d.channel = any(${usable}::text[]) and d.valid_until > ${now}::timestamptz
      and (u.next_at is null or u.next_at > ${now}::timestamptz)`.execute(db);
  return Number(numAffectedRows ?? 0);
}
