/** "Nothing new" by SMS: a reply belongs to one open nudge of the telephone that it came from, or to none; with several it is asked back. */
import type { House } from '#incident/room.ts';
import { type Owed, readOwed, sendNothingNew } from './nothing-new.ts';
import { codeOf, type NudgeLink, stillOwed } from './nudge-link.ts';
import { NUDGE_WORD, nameOf } from './nudge-send.ts';

const OPEN_MAX = 5;
const ANSWERED_HOURS = 1;
const REPLY = /^(?:(SAME|NOTHING NEW)\b)?\s*([A-Z0-9]{4})?$/;

export type Reply = { word: boolean; code: string | undefined };

/** @returns what an SMS says to us; undefined when it is something else. Pure. */
export function readReply(text: string): Reply | undefined {
  const bare = text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  const [whole, word, code] = REPLY.exec(bare) ?? [];
  return whole ? { word: word !== undefined, code } : undefined;
}

type Open = Owed & { code: string };

/** @returns what the sender is answered; undefined: nothing, since they are nobody who was nudged */
export function createTakeSms(house: House) {
  return async ({ from, text }: { from: string; text: string }): Promise<string | undefined> => {
    const reply = readReply(text);
    const open = await openNudges(house, from);
    if (!open.length) return reply ? nothingOpen(house, from, reply) : undefined;
    if (!reply) return `Not understood, nothing was sent. ${choices(open)}`;
    const meant = reply.code === undefined ? open : open.filter((each) => each.code === reply.code);
    const [one, ...others] = meant;
    if (!one) return `${reply.code} fits no update that you owe, nothing was sent. ${choices(open)}`;
    if (others.length) return `${meant.length} updates are due, nothing was sent. ${choices(open)}`;
    const { words } = await sendNothingNew(house, one, 'SMS reply');
    return `INC-${one.incident.number}: ${words}`;
  };
}

/** With one there is nothing to choose; with several each has its code. */
function choices(open: Open[]): string {
  return `Reply ${open.map((each) => `${NUDGE_WORD} ${each.code} for ${nameOf(each.incident)}`).join(', ')}.`;
}

async function openNudges(house: House, address: string): Promise<Open[]> {
  const { db, secret } = house.platform;
  const rows = await db
    .selectFrom('nudge')
    .select(['incident_id', 'cycle', 'person_id'])
    .where('channel', '=', 'sms')
    .where('address', '=', address)
    .where('state', '=', 'sent')
    .orderBy('due_at', 'desc')
    .limit(OPEN_MAX * 4)
    .execute();
  const open: Open[] = [];
  for (const row of rows) {
    const link: NudgeLink = { incidentId: row.incident_id, cycle: row.cycle, personId: row.person_id };
    const owed = await readOwed(house, link);
    if (owed && stillOwed(owed.incident, link.cycle)) open.push({ ...owed, code: codeOf(secret, link) });
  }
  return open.slice(0, OPEN_MAX).toSorted((one, other) => one.incident.number - other.incident.number);
}

/** Whoever was nudged hears that there is nothing to do; Twilio may also bring one SMS twice. */
async function nothingOpen(house: House, address: string, { code }: Reply): Promise<string | undefined> {
  const { db, clock, secret } = house.platform;
  const rows = await db
    .selectFrom('nudge')
    .select(['incident_id', 'cycle', 'person_id', 'state'])
    .where('channel', '=', 'sms')
    .where('address', '=', address)
    .where('due_at', '>', clock.now().subtract({ hours: ANSWERED_HOURS }))
    .orderBy('due_at', 'desc')
    .limit(OPEN_MAX)
    .execute();
  const links = rows.map((row) => ({
    state: row.state,
    link: { incidentId: row.incident_id, cycle: row.cycle, personId: row.person_id },
  }));
  const same = links.find(({ link }) => code === undefined || codeOf(secret, link) === code);
  if (same?.state === 'answered') return '“Nothing new” was sent already. You need do nothing.';
  if (links.length) return 'You owe no update at the moment. Nothing was sent.';
  return undefined;
}
