/** What stands for one nudge: the token in a link or a button, and the short code in an SMS. Bound to person, incident and promise; nothing is stored. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Incident } from '#incident/types.ts';

const SIGNATURE_CHARACTERS = 32;
const TOKEN = /^(inc_[0-9a-z]{16})\.(\d{1,9})\.([\w-]{1,60})\.([0-9a-f]{32})$/;
// Nothing that looks or sounds like something else, and no S: no code is the word that stands before it.
const CODE_LETTERS = 'ACDEFHJKLMNPRTUVWXY3479';
const CODE_CHARACTERS = 4;

/** This person, this incident, this one promised update. */
export type NudgeLink = { incidentId: string; cycle: number; personId: string };

/** The link dies with the promise: when anybody has sent an update, or when it is over. */
export function stillOwed(incident: Incident, cycle: number): boolean {
  const open = ['detected', 'confirmed', 'restored', 'resolved'].includes(incident.state);
  return open && incident.promisedUpdate?.seq === cycle;
}

export function tokenOf(secret: string, link: NudgeLink): string {
  return `${link.incidentId}.${link.cycle}.${link.personId}.${sign(secret, link)}`;
}

/** @returns what a genuine token stands for, else undefined */
export function readNudge(secret: string, token: string): NudgeLink | undefined {
  const [, incidentId, cycle, personId, signature] = TOKEN.exec(token) ?? [];
  if (!incidentId || !cycle || !personId || !signature) return undefined;
  const link = { incidentId, cycle: Number(cycle), personId };
  return timingSafeEqual(Buffer.from(sign(secret, link)), Buffer.from(signature)) ? link : undefined;
}

/** @returns four letters and digits that tell the open nudges of one telephone apart, such as K7XD */
export function codeOf(secret: string, link: NudgeLink): string {
  const bytes = createHmac('sha256', secret)
    .update(`code ${subject(link)}`)
    .digest();
  return Array.from(
    bytes.subarray(0, CODE_CHARACTERS),
    (byte) => CODE_LETTERS[byte % CODE_LETTERS.length],
  ).join('');
}

function sign(secret: string, link: NudgeLink): string {
  return createHmac('sha256', secret).update(subject(link)).digest('hex').slice(0, SIGNATURE_CHARACTERS);
}

function subject({ incidentId, cycle, personId }: NudgeLink): string {
  return `nudge ${incidentId} ${cycle} ${personId}`;
}
