/** A real SMTP server for tests, which keeps what it accepted and refuses whom it is told to refuse. */
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A message with the envelope it came in; `to` of the envelope is who really gets it. */
export type Mail = ParsedMail & { envelope: { from: string; to: string[] } };

export type Smtp = {
  port: number;
  url: string;
  mails: Mail[];
  /** The first mail that fits, now or within the time. Throws with the subjects seen when none does. */
  waitFor(fits: (mail: Mail) => boolean, milliseconds?: number): Promise<Mail>;
  stop(): Promise<void>;
};

export type SmtpOptions = {
  /** The answer to a recipient that is refused, as [code, words]; 5xx is permanent, 4xx is worth another try. */
  rejectFor?: (recipient: string) => [code: number, words: string] | undefined;
  /** A given port, to come back after an outage; without it a free one. */
  port?: number;
};

const WAIT_MILLISECONDS = 5000;

export async function startSmtp({ rejectFor, port = 0 }: SmtpOptions = {}): Promise<Smtp> {
  const mails: Mail[] = [];
  const waiting = new Set<(mail: Mail) => void>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    // Whoever still holds a connection is sent away, as when a server stops.
    closeTimeout: 100,
    onRcptTo({ address }, _session, done) {
      const refusal = rejectFor?.(address);
      done(refusal ? Object.assign(new Error(refusal[1]), { responseCode: refusal[0] }) : undefined);
    },
    onData(stream, session, done) {
      const { mailFrom, rcptTo } = session.envelope;
      const envelope = { from: mailFrom ? mailFrom.address : '', to: rcptTo.map((each) => each.address) };
      simpleParser(stream).then(
        (parsed) => {
          const mail = { ...parsed, envelope };
          mails.push(mail);
          done(null);
          for (const look of waiting) look(mail);
        },
        (error) => done(error),
      );
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const listening = (server.server.address() as AddressInfo).port;
  return {
    port: listening,
    url: `smtp://127.0.0.1:${listening}`,
    mails,
    waitFor(fits, milliseconds = WAIT_MILLISECONDS) {
      const there = mails.find(fits);
      if (there) return Promise.resolve(there);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          const seen = mails.map((each) => `${each.envelope.to.join(', ')}: ${each.subject}`).join('\n  ');
          reject(new Error(`No such mail within ${milliseconds} ms. There were:\n  ${seen || 'none'}`));
        }, milliseconds);
        const look = (mail: Mail) => {
          if (!fits(mail)) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(mail);
        };
        waiting.add(look);
      });
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
