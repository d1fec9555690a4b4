/** Somebody outside who reads status pages and fills in their forms, as a browser without scripts does. */
import type { Harness } from './harness.ts';
import type { Mail } from './servers/smtp.ts';

type Fields = Record<string, string | string[]>;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

export function visitorOf(house: Harness) {
  const read = (path: string, headers: Record<string, string> = {}) =>
    house.call('GET', path, undefined, headers);
  const post = (path: string, fields: Fields = {}, headers: Record<string, string> = {}) => {
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(fields))
      for (const one of [value].flat()) body.append(name, one);
    return house.call('POST', path, body.toString(), { ...FORM, ...headers });
  };
  const mailsTo = (address: string, from = 0): Mail[] =>
    house.smtp.mails.slice(from).filter((mail) => mail.envelope.to.includes(address));
  return {
    read,
    post,
    mailsTo,
    /** Opens the link of a mail as its reader does: by the button. @returns the secret of the session */
    async signIn(path: string, address: string): Promise<string> {
      const from = house.smtp.mails.length;
      await post(`${path}access`, { address });
      await house.settle();
      const entered = await post(linkIn(mailsTo(address, from)[0], 'enter'));
      return sessionIn(entered.headers['set-cookie']);
    },
    /** Asks, and says yes. */
    async subscribe(
      address: string,
      service: string[],
      path = '/status/',
      headers: Record<string, string> = {},
    ): Promise<number> {
      await house.pass({ minutes: 11 });
      const from = house.smtp.mails.length;
      await post(`${path}subscribe`, { kind: 'email', address, service }, headers);
      await house.settle();
      return (await post(linkIn(mailsTo(address, from)[0], 'confirm'))).status;
    },
  };
}

/** @returns the path of the link of this kind, empty when there is none */
export function linkIn(mail: Mail | undefined, kind: string): string {
  return (
    new RegExp(`https://humdrum\\.example\\.com(/status/\\S*${kind}/\\S+)`).exec(mail?.text ?? '')?.[1] ?? ''
  );
}

export function sessionIn(setCookie: unknown): string {
  return /humdrum_status=([0-9a-z]+)/.exec(String(setCookie))?.[1] ?? '';
}

export function asReader(session: string): Record<string, string> {
  return { cookie: `humdrum_status=${session}` };
}

/** A header as it came over the wire. */
export function headerOf(mail: Mail | undefined, name: string): string {
  const line = mail?.headerLines.find((each) => each.key === name)?.line ?? '';
  return line
    .slice(line.indexOf(':') + 1)
    .replace(/\s+/g, ' ')
    .trim();
}
