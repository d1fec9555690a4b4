/** Sends one mail to one address through the configured server, or says whether trying again can help. Knows nothing of incidents. */
import { createTransport } from 'nodemailer';
import addressparser from 'nodemailer/lib/addressparser';
import { Failed } from '#platform/errors.ts';
import { type Clock, epochMilliseconds } from './clock.ts';
import type { Config } from './config.ts';
import { newSecret } from './ids.ts';
import { mailSource } from './mail-source.ts';

export type Mail = {
  /** One address, or one address with the name of its owner; never a list. */
  to: string | { name: string; address: string };
  subject: string;
  text: string;
  html?: string | undefined;
  headers?: Record<string, string> | undefined;
  /** Without angle brackets; stable, so that a second copy of the same mail is recognised as one. */
  messageId?: string | undefined;
  /** The mails that this one belongs to, oldest first, without angle brackets. */
  references?: string[] | undefined;
  /** Urgent mail has connections of its own: a fan-out never stands before it. */
  urgent?: boolean | undefined;
};

/** What the mail server answered when it took the mail. */
export type MailEvidence = { response: string; messageId: string };

export type Mailer = {
  /** False when there is no SMTP_URL: then nothing can be sent, and every screen says so. */
  configured: boolean;
  /** The part after the @ of message ids. */
  domain: string;
  /** @throws Failed; `permanent` when trying again cannot help */
  sendMail(mail: Mail): Promise<MailEvidence>;
  close(): void;
};

/** What to type to mend it; shown wherever a message could not be sent for want of a server. */
export const MAIL_COMMAND = 'SMTP_URL=smtp://user:password@host:587 npm start';
export const NO_MAIL_SERVER = 'not sent: no mail server configured';

const CONNECTIONS_MAX = 5;
const URGENT_CONNECTIONS_MAX = 3;
const CONNECT_MILLISECONDS_MAX = 10_000;
const SILENCE_MILLISECONDS_MAX = 15_000;
// Longer than this and the sender's row is taken by another process.
const SEND_MILLISECONDS_MAX = 30_000;
const ADDRESS = /^[^\s<>()[\],;:\\"@]{1,64}@[^\s<>()[\],;:\\"@]{1,255}$/;

/** @returns the one way out for mail; with its own connections for what is urgent */
export function createMailer(
  { smtpUrl, mailFrom, url }: Pick<Config, 'smtpUrl' | 'mailFrom' | 'url'>,
  clock: Clock,
): Mailer {
  const domain = domainOf(mailFrom, url);
  if (!smtpUrl)
    return {
      configured: false,
      domain,
      sendMail: async () => {
        throw new Failed(`Mail was ${NO_MAIL_SERVER}. To mend it: ${MAIL_COMMAND}`, { permanent: true });
      },
      close: () => {},
    };
  const ordinary = pool(smtpUrl, CONNECTIONS_MAX);
  const urgent = pool(smtpUrl, URGENT_CONNECTIONS_MAX);
  const own = { from: mailFrom, sender: addressparser(mailFrom)[0]?.address ?? mailFrom, domain, clock };
  return {
    configured: true,
    domain,
    sendMail: (mail) => send(mail.urgent ? urgent : ordinary, mail, own),
    close() {
      ordinary.close();
      urgent.close();
    },
  };
}

function pool(smtpUrl: string, maxConnections: number) {
  return createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections,
    connectionTimeout: CONNECT_MILLISECONDS_MAX,
    greetingTimeout: CONNECT_MILLISECONDS_MAX,
    socketTimeout: SILENCE_MILLISECONDS_MAX,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

async function send(
  transport: ReturnType<typeof pool>,
  mail: Mail,
  own: { from: string; sender: string; domain: string; clock: Clock },
): Promise<MailEvidence> {
  const to = typeof mail.to === 'string' ? { name: '', address: mail.to } : mail.to;
  if (!ADDRESS.test(to.address))
    throw new Failed(`"${oneLine(to.address)}" is not an email address.`, { permanent: true });
  try {
    const messageId = bracketed(mail.messageId ?? `${newSecret()}@${own.domain}`);
    const raw = mailSource({
      headers: [
        ['From', own.from],
        ['To', { name: oneLine(to.name), address: to.address }],
        ['Subject', oneLine(mail.subject)],
        ['Date', new Date(epochMilliseconds(own.clock)).toUTCString().replace('GMT', '+0000')],
        ['Message-ID', messageId],
        ['In-Reply-To', mail.references?.length ? bracketed(mail.references.at(-1)!) : undefined],
        ['References', mail.references?.map(bracketed).join(' ') || undefined],
        ...headersOf(mail),
      ],
      text: mail.text,
      html: mail.html,
    });
    const info = await within(transport.sendMail({ envelope: { from: own.sender, to: to.address }, raw }));
    return { response: oneLine(String(info.response)).slice(0, 500), messageId };
  } catch (error) {
    throw failureOf(error);
  }
}

// No machine should answer, and no mail system should answer with a holiday note.
function headersOf(mail: Mail): [string, string][] {
  const given = Object.entries(mail.headers ?? {}).map(([name, value]) => [
    name.replace(/[^\w-]/g, ''),
    oneLine(value),
  ]);
  return Object.entries({
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    ...Object.fromEntries(given),
  });
}

async function within<Result>(work: Promise<Result>): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () =>
      late.reject(
        new Failed(`The mail server did not answer within ${SEND_MILLISECONDS_MAX / 1000} s.`, {
          unreachable: true,
        }),
      ),
    SEND_MILLISECONDS_MAX,
  );
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

type SmtpError = { code?: string; responseCode?: number; response?: string; message?: string };

/** A refused recipient or message is for good; a refused login or an unreachable server is for the operator to mend. */
function failureOf(error: unknown): Failed {
  if (error instanceof Failed) return error;
  const { code, responseCode, response, message } = (error ?? {}) as SmtpError;
  const said = oneLine(response ?? message ?? 'unknown error').slice(0, 500);
  const refused = code === 'EENVELOPE' || code === 'EMESSAGE' || code === undefined;
  const permanent =
    refused &&
    responseCode !== undefined &&
    responseCode >= 500 &&
    responseCode < 600 &&
    responseCode !== 530;
  return new Failed(
    permanent ? `The mail server refused it: ${said}` : `The mail server could not take it: ${said}`,
    { permanent, unreachable: !refused, cause: error },
  );
}

function oneLine(text: string): string {
  // Anything that could end a header line ends the word instead.
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

function bracketed(id: string): string {
  return `<${id.replace(/[<>\s\p{Cc}]/gu, '')}>`;
}

function domainOf(mailFrom: string, url: string | undefined): string {
  const sender = /@([\w.-]+)>?\s*$/.exec(mailFrom)?.[1];
  if (sender && sender !== 'localhost') return sender.toLowerCase();
  return url ? new URL(url).hostname : (sender ?? 'localhost');
}
