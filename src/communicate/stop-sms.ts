/** STOP and START by SMS: whoever says stop gets no more SMS from us, in whatever role we know the number; the next channel is used. */
import type { Tx } from '#platform/db/database.ts';
import type { Live } from '#platform/http/live.ts';
import { ASKED_FOR_NO_SMS } from './channels/twilio.ts';
import { end } from './subscribe/subscribe.ts';

const TELEPHONE = /^\+[1-9]\d{6,14}$/;
// Twilio's own words, which it acts upon itself before it tells us, and STOPP as it is spelt in German and Swedish.
const STOP = new Set([
  'STOP',
  'STOPALL',
  'UNSUBSCRIBE',
  'CANCEL',
  'END',
  'QUIT',
  'REVOKE',
  'OPTOUT',
  'STOPP',
]);
const START = new Set(['START', 'YES', 'UNSTOP']);

export type SmsWord = 'stop' | 'start';

/**
 * @param params of Twilio's webhook for incoming messages; `OptOutType` is there where its own opt-out words are customised
 * @returns the number and its word; undefined for every other message: only a word alone counts
 */
export function smsWordOf(params: Record<string, string>): { from: string; word: SmsWord } | undefined {
  const from = params.From ?? '';
  if (!TELEPHONE.test(from)) return undefined;
  const said = (params.OptOutType ?? params.Body ?? '').trim().toUpperCase();
  const word = STOP.has(said) ? 'stop' : START.has(said) ? 'start' : undefined;
  return word && { from, word };
}

/** Turns SMS off wherever the number stands, and lets what waits for it go to the next channel at once. */
export async function stopSms(tx: Tx, live: Live, number: string, now: Temporal.Instant): Promise<void> {
  await tx
    .insertInto('sms_stopped')
    .values({ address: number, stopped_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const off = await tx
    .updateTable('channel')
    .set({ off_at: now, off_why: ASKED_FOR_NO_SMS })
    .where('kind', '=', 'sms')
    .where('address', '=', number)
    .where('off_at', 'is', null)
    .returning('contact_id')
    .execute();
  const subscriptions = await tx
    .selectFrom('subscription')
    .select('id')
    .where('kind', '=', 'sms')
    .where('address', '=', number)
    .where('state', '<>', 'ended')
    .execute();
  for (const { id } of subscriptions) await end(tx, id, ASKED_FOR_NO_SMS, now);
  // The line finds them stopped: they fail for good, and the recipient's next channel is due.
  await tx
    .updateTable('delivery')
    .set({ next_attempt_at: now })
    .where('channel', '=', 'sms')
    .where('address', '=', number)
    .where('state', '=', 'queued')
    .execute();
  await publishContacts(tx, live, off, now);
}

/** Takes back what STOP has ended, and nothing that ended for another reason. */
export async function startSms(tx: Tx, live: Live, number: string, now: Temporal.Instant): Promise<void> {
  await tx.deleteFrom('sms_stopped').where('address', '=', number).execute();
  const on = await tx
    .updateTable('channel')
    .set({ off_at: null, off_why: null })
    .where('kind', '=', 'sms')
    .where('address', '=', number)
    .where('off_why', '=', ASKED_FOR_NO_SMS)
    .returning('contact_id')
    .execute();
  // Only who had said yes before: START alone subscribes nobody.
  await tx
    .updateTable('subscription')
    .set({ state: 'active', ended_at: null, ended_because: null, confirm_until: null, updated_at: now })
    .where('kind', '=', 'sms')
    .where('address', '=', number)
    .where('ended_because', '=', ASKED_FOR_NO_SMS)
    .where('confirmed_at', 'is not', null)
    .execute();
  await publishContacts(tx, live, on, now);
}

async function publishContacts(
  tx: Tx,
  live: Live,
  rows: { contact_id: string | null }[],
  now: Temporal.Instant,
): Promise<void> {
  for (const id of new Set(rows.flatMap((row) => row.contact_id ?? [])))
    await live.publish(tx, { kind: 'contact', id, version: now.epochMilliseconds }, now);
}
