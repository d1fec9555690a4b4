/** A real IMAP server for tests: Debian's Dovecot over a temporary Maildir, as an ordinary user where we are root, gone with the test. */
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { childrenOf, findProgram, freePort, killProcess, startProgram, temporaryFolder } from './program.ts';

export type Imap = {
  port: number;
  /** For IMAP_URL. */
  url: string;
  /** Where a mail server of this machine may put mail, and as whom. */
  inbox: { path: string; uid: number; gid: number };
  /** Puts a mail into the inbox, as a mail server would. */
  deliver(raw: string | Buffer): void;
  /** Goes away, as servers do; the Maildir stays. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
};

const USER = 'incidents';
const PASSWORD = 'p@ss/word#1';
// Any user but root serves; nobody of Debian is 65534.
const NOBODY = 65534;

export function findDovecot(): string | undefined {
  return findProgram(['dovecot'], ['/usr/sbin', '/usr/local/sbin']);
}

/** Throws with what to install when there is no Dovecot. */
export async function startImap(): Promise<Imap> {
  const path = findDovecot();
  if (!path)
    throw new Error(
      'These tests need an IMAP server and found none. Install the package "dovecot-imapd" of your system, or put dovecot on PATH.',
    );
  const folder = temporaryFolder('imap');
  const port = await freePort();
  const root = process.getuid?.() === 0;
  const uid = root ? NOBODY : process.getuid!();
  const gid = root ? NOBODY : process.getgid!();
  chmodSync(folder.path, 0o755);
  const made = (name: string): string => {
    const place = join(folder.path, name);
    mkdirSync(place, { recursive: true });
    if (root) chownSync(place, uid, gid);
    return place;
  };
  for (const name of ['Maildir', 'Maildir/new', 'Maildir/cur', 'Maildir/tmp', 'run', 'home']) made(name);
  const config = join(folder.path, 'dovecot.conf');
  writeFileSync(join(folder.path, 'users'), `${USER}:{PLAIN}${PASSWORD}\n`);
  writeFileSync(config, configuration({ folder: folder.path, port, uid, gid, ...names(root) }));
  const start = () =>
    startProgram({
      path,
      args: ['-F', '-c', config],
      ...(root ? { uid, gid } : {}),
      ready: () => greets(port),
    });
  let program = await start();
  // The processes that serve a connection outlive their master for as long as the client stays.
  const end = async () => {
    const served = childrenOf(join(folder.path, 'run/master.pid'));
    await program.stop('SIGTERM');
    for (const pid of served) killProcess(pid);
  };
  let count = 0;
  return {
    port,
    url: `imap://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/INBOX`,
    inbox: { path: join(folder.path, 'Maildir'), uid, gid },
    deliver(raw) {
      count += 1;
      const name = `${1_700_000_000 + count}.M${count}P${process.pid}.test`;
      const written = join(folder.path, 'Maildir/tmp', name);
      writeFileSync(written, raw);
      if (root) chownSync(written, uid, gid);
      renameSync(written, join(folder.path, 'Maildir/new', name));
    },
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

/** Dovecot wants them by name. */
function names(root: boolean): { user: string; group: string } {
  if (root) return { user: 'nobody', group: 'nogroup' };
  const group = spawnSync('id', ['-gn'], { encoding: 'utf8' }).stdout.trim();
  return { user: userInfo().username, group };
}

type Settings = { folder: string; port: number; uid: number; gid: number; user: string; group: string };

/** Everything runs as one ordinary user in one folder; nothing is shared with a Dovecot of the system. */
function configuration({ folder, port, uid, gid, user, group }: Settings): string {
  return `
protocols = imap
listen = 127.0.0.1
base_dir = ${folder}/run
log_path = /dev/stderr
ssl = no
disable_plaintext_auth = no
default_internal_user = ${user}
default_login_user = ${user}
default_internal_group = ${group}
mail_location = maildir:${folder}/Maildir
mailbox_idle_check_interval = 1 secs
auth_mechanisms = plain login
first_valid_uid = 1
passdb {
  driver = passwd-file
  args = username_format=%u ${folder}/users
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${folder}/home
}
service anvil {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
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
    socket.on('data', (data) => end(String(data).startsWith('* OK')));
    socket.on('error', () => end(false));
  });
}
