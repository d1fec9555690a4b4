/** A message as it is read out on the telephone, twice, with a key that says that it was heard. Pure. */
import { cut } from '../cut.ts';
import { xml } from '../twilio.ts';
import type { Wording } from '../wording.ts';

const SAID_CHARACTERS_MAX = 600;
const WAIT_SECONDS = 8;

/** @param heardUrl where a pressed key is reported, when there is a public address */
export function renderCall(wording: Wording, heardUrl: string | undefined): string {
  const words = saidIn(wording);
  const said = `<Say>${xml(words)}</Say><Pause length="1"/><Say>I repeat. ${xml(words)}</Say>`;
  if (!heardUrl) return `<Response>${said}</Response>`;
  return `<Response><Gather numDigits="1" timeout="${WAIT_SECONDS}" action="${xml(heardUrl)}">${said}<Say>Press 1 to say that you have heard this.</Say></Gather></Response>`;
}

/** @returns what is read out, once */
export function saidIn({ brief: { from, impact, action, next } }: Wording): string {
  const room = SAID_CHARACTERS_MAX - from.length - next.length;
  return [from && `Message from ${from}.`, cut(`${impact} ${action}`, room), next].filter(Boolean).join(' ');
}

/** What is said after a key was pressed. */
export const CALL_HEARD = '<Response><Say>Thank you. Goodbye.</Say></Response>';
