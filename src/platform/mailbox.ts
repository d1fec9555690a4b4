/** Reads one mailbox over IMAP, from where it stopped, and hands on what is new, as it came. Changes nothing there. Knows nothing of incidents. */
import type { FetchMessageObject, ImapFlow } from 'imapflow';
import type { Config } from './config.ts';
import { Failed } from './errors.ts';
import type { Logger } from './log.ts';

/** Where reading goes on. A server that renumbers its mails says so by a new `uidValidity`. */
export type MailboxPlace = { uidValidity: string; uidNext: number };

export type Received = {
  raw: Buffer;
  /** Of the whole mail, in bytes. */
  size: number;
  /** True: only the beginning was fetched. */
  truncated: boolean;
  /** When it came into the mailbox, by the server's clock. */
  arrivedAt: Temporal.Instant | undefined;
};

/** Whoever keeps the mails: `keep` stores both the mails and the new place, or throws, and they are brought again. */
export type Keeper = {
  place(): Promise<MailboxPlace | undefined>;
  keep(mails: Received[], place: MailboxPlace): Promise<void>;
};

export type Mailbox = {
  /** For people: user, host and folder, without the password. */
  name: string;
  /** Something has arrived since the last look, or the connection was lost. */
  wanted(): boolean;
  /**
   * Connects where necessary, and stays connected, so that the server tells of new mail at once.
   * @throws Failed when the server cannot be reached or refuses the login
   * @returns how many mails were kept
   */
  look(keeper: Keeper): Promise<number>;
  close(): Promise<void>;
};

export const MAIL_BYTES_MAX = 2 * 1024 * 1024;
const BATCH_MAX = 20;
const CONNECT_MILLISECONDS_MAX = 15_000;
const SILENCE_MILLISECONDS_MAX = 5 * 60_000;
// Servers may hang up on an IDLE after half an hour.
const IDLE_MILLISECONDS_MAX = 4 * 60_000;
// Nothing else is asked on this connection: it may listen again at once.
const IDLE_AFTER_MILLISECONDS = 500;

/** @returns undefined where no mailbox is configured */
export function createMailbox({ imapUrl }: Pick<Config, 'imapUrl'>, log: Logger): Mailbox | undefined {
  if (!imapUrl) return undefined;
  const address = addressOf(imapUrl);
  let client: ImapFlow | undefined;
  let wanted = true;
  let closed = false;

  const connected = async (): Promise<ImapFlow> => {
    if (client?.usable) return client;
    // Read only where a mailbox is.
    const { ImapFlow: Imap } = await import('imapflow');
    const fresh = new Imap({
      host: address.host,
      port: address.port,
      secure: address.secure,
      auth: { user: address.user, pass: address.password },
      logger: false,
      connectionTimeout: CONNECT_MILLISECONDS_MAX,
      greetingTimeout: CONNECT_MILLISECONDS_MAX,
      socketTimeout: SILENCE_MILLISECONDS_MAX,
      maxIdleTime: IDLE_MILLISECONDS_MAX,
      autoIdleDelay: IDLE_AFTER_MILLISECONDS,
    });
    fresh.on('error', (error) => log.warn({ err: error, mailbox: address.name }, 'the mailbox was lost'));
    fresh.on('exists', () => {
      wanted = true;
    });
    fresh.on('close', () => {
      wanted = true;
      if (client === fresh) client = undefined;
    });
    try {
      await fresh.connect();
      await fresh.mailboxOpen(address.folder, { readOnly: true });
    } catch (error) {
      fresh.close();
      throw new Failed(`The mailbox ${address.name} could not be opened: ${reasonOf(error)}`, {
        cause: error,
      });
    }
    if (closed) fresh.close();
    client = fresh;
    return fresh;
  };

  return {
    name: address.name,
    wanted: () => wanted,
    async look(keeper) {
      const open = await connected();
      wanted = false;
      try {
        // Asking for anything makes the server tell what has arrived meanwhile.
        await open.noop();
        return await readNew(open, keeper);
      } catch (error) {
        wanted = true;
        if (open.usable) throw error;
        throw new Failed(`The mailbox ${address.name} was lost: ${reasonOf(error)}`, { cause: error });
      }
    },
    async close() {
      closed = true;
      client?.close();
      client = undefined;
    },
  };
}

async function readNew(client: ImapFlow, keeper: Keeper): Promise<number> {
  if (!client.mailbox) return 0;
  const uidValidity = String(client.mailbox.uidValidity);
  const known = await keeper.place();
  if (!known) {
    // What lay there before Humdrum came is somebody else's business.
    await keeper.keep([], { uidValidity, uidNext: client.mailbox.uidNext });
    return 0;
  }
  const from = known.uidValidity === uidValidity ? known.uidNext : 1;
  const uids = ((await client.search({ uid: `${from}:*` }, { uid: true })) || []).filter(
    (uid) => uid >= from,
  );
  let count = 0;
  for (let start = 0; start < uids.length; start += BATCH_MAX) {
    const batch = uids.slice(start, start + BATCH_MAX);
    const query = { uid: true, size: true, internalDate: true, source: { maxLength: MAIL_BYTES_MAX } };
    const fetched = await client.fetchAll(batch.join(','), query, { uid: true });
    const mails = fetched.toSorted((one, other) => one.uid - other.uid).map(received);
    await keeper.keep(mails, { uidValidity, uidNext: batch.at(-1)! + 1 });
    count += mails.length;
  }
  if (!uids.length && known.uidValidity !== uidValidity) await keeper.keep([], { uidValidity, uidNext: 1 });
  return count;
}

function received({ source, size, internalDate }: FetchMessageObject): Received {
  const raw = source ?? Buffer.alloc(0);
  const arrived = internalDate === undefined ? Number.NaN : new Date(internalDate).getTime();
  return {
    raw,
    size: size ?? raw.length,
    truncated: (size ?? 0) > raw.length,
    arrivedAt: Number.isNaN(arrived) ? undefined : Temporal.Instant.fromEpochMilliseconds(arrived),
  };
}

type Address = {
  name: string;
  host: string;
  port: number;
  secure: boolean;
  user: string;
  password: string;
  folder: string;
};

function addressOf(imapUrl: string): Address {
  const url = new URL(imapUrl);
  const secure = url.protocol === 'imaps:';
  const user = decodeURIComponent(url.username);
  const folder = decodeURIComponent(url.pathname.replace(/^\/+/, '')) || 'INBOX';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    name: `${user} at ${url.hostname}, ${folder}`,
    host,
    port: url.port ? Number(url.port) : secure ? 993 : 143,
    secure,
    user,
    password: decodeURIComponent(url.password),
    folder,
  };
}

function reasonOf(error: unknown): string {
  const { responseText, message } = error as { responseText?: string; message?: string };
  return (responseText ?? message ?? 'unknown error').replace(/[\p{Cc}]+/gu, ' ').slice(0, 300);
}
