/** A real mail server for tests: Debian's Postfix with a configuration, a queue and mailboxes of its own, on a free port, gone with the test. */
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type ParsedMail, simpleParser } from 'mailparser';
import type { Imap } from './imap.ts';
import { childrenOf, findProgram, freePort, killProcess, startProgram, temporaryFolder } from './program.ts';

export type Postfix = {
  port: number;
  /** For SMTP_URL. */
  url: string;
  /** What lies in the mailboxes of the readers, whoever's they are. */
  mails(): Promise<ParsedMail[]>;
  /** How many lie there, without reading them. */
  count(): number;
  /** What its log says; for the words of a failed test. */
  log(): string;
  /** Goes away, as servers do; queue and mailboxes stay. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
};

export type PostfixOptions = {
  /** Addresses with a mailbox, or "@domain" for everybody there. Others of these domains are taken first and bounce afterwards. */
  readers: string[];
  /** Mail to `own.address` goes into the mailbox of this server. */
  own: { address: string; imap: Pick<Imap, 'inbox'> };
};

const FOLDERS = ['/usr/sbin', '/usr/local/sbin'];

export function findPostfix(): string | undefined {
  return findProgram(['postfix'], FOLDERS);
}

/** Postfix itself insists on being started by root, even for an instance of one's own. @returns why it cannot be had here */
export function whyNoPostfix(): string | undefined {
  return process.getuid?.() === 0 ? undefined : 'only root may start Postfix';
}

/** Throws with what to install when there is no Postfix. */
export async function startPostfix({ readers, own }: PostfixOptions): Promise<Postfix> {
  const path = findPostfix();
  const postconf = findProgram(['postconf'], FOLDERS);
  if (!path || !postconf)
    throw new Error(
      'These tests need a mail server and found none. Install the package "postfix" of your system, or put postfix and postconf on PATH.',
    );
  const daemons = setting(postconf, 'daemon_directory');
  const owner = idsOf(setting(postconf, 'mail_owner'));
  const folder = temporaryFolder('postfix');
  chmodSync(folder.path, 0o755);
  for (const name of ['config', 'queue', 'data', 'boxes']) mkdirSync(join(folder.path, name));
  chownSync(join(folder.path, 'data'), owner.uid, owner.gid);
  const { inbox } = own.imap;
  chownSync(join(folder.path, 'boxes'), inbox.uid, inbox.gid);
  const port = await freePort();
  const config = join(folder.path, 'config');
  const log = join(folder.path, 'data/log');
  const domains = new Set([own.address, ...readers].map((each) => each.slice(each.indexOf('@') + 1)));
  const boxes = [
    `${own.address} ${inbox.path}/`,
    ...readers.map((reader) => `${reader} ${folder.path}/boxes/`),
  ];
  writeFileSync(join(config, 'boxes'), `${boxes.join('\n')}\n`);
  writeFileSync(join(config, 'main.cf'), settings({ folder: folder.path, domains, inbox, daemons }));
  writeFileSync(join(config, 'master.cf'), services(port));
  // Makes what is missing in the queue's folder.
  const checked = spawnSync(path, ['-c', config, 'check'], { encoding: 'utf8' });
  if (checked.status !== 0)
    throw new Error(`Postfix refuses its configuration:\n${checked.stderr}${checked.stdout}`);
  // In the foreground and in the group of this process, so that it ends with the test even when that is killed.
  const start = () =>
    startProgram({
      path: join(daemons, 'master'),
      args: ['-c', config, '-d'],
      ready: () => greets(port),
    });
  let program = await start();
  const end = async () => {
    // The processes that serve a connection outlive their master for as long as the client stays.
    const served = childrenOf(join(folder.path, 'queue/pid/master.pid'));
    await program.stop('SIGTERM');
    for (const pid of served) killProcess(pid);
  };
  const files = () => {
    try {
      return readdirSync(join(folder.path, 'boxes/new'));
    } catch {
      return [];
    }
  };
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    count: () => files().length,
    mails: () =>
      Promise.all(files().map((name) => simpleParser(readFileSync(join(folder.path, 'boxes/new', name))))),
    log: () => readFileSync(log, 'utf8'),
    pause: end,
    async resume() {
      program = await start();
    },
    async stop() {
      await end();
      folder.remove();
    },
  };
}

function setting(postconf: string, name: string): string {
  return spawnSync(postconf, ['-d', '-h', name], { encoding: 'utf8' }).stdout.trim();
}

function idsOf(user: string): { uid: number; gid: number } {
  const id = (flag: string) => Number(spawnSync('id', [flag, user], { encoding: 'utf8' }).stdout.trim());
  return { uid: id('-u'), gid: id('-g') };
}

type Settings = { folder: string; domains: Set<string>; inbox: Imap['inbox']; daemons: string };

/** Nothing is shared with a Postfix of the system, and nothing leaves this machine. */
function settings({ folder, domains, inbox, daemons }: Settings): string {
  return `
compatibility_level = 3.6
daemon_directory = ${daemons}
queue_directory = ${folder}/queue
data_directory = ${folder}/data
maillog_file = ${folder}/data/log
maillog_file_prefixes = ${folder}
myhostname = mx.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
default_transport = error:nothing leaves this machine
smtpd_reject_unlisted_recipient = no
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
virtual_mailbox_domains = ${[...domains].join(', ')}
virtual_mailbox_base = /
virtual_mailbox_maps = texthash:${folder}/config/boxes
virtual_uid_maps = static:${inbox.uid}
virtual_gid_maps = static:${inbox.gid}
virtual_minimum_uid = 1
`;
}

function services(port: number): string {
  return `
127.0.0.1:${port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`;
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (ready: boolean) => {
      socket.destroy();
      resolve(ready);
    };
    socket.setTimeout(1000, () => end(false));
    socket.on('data', (data) => end(String(data).startsWith('220')));
    socket.on('error', () => end(false));
  });
}
