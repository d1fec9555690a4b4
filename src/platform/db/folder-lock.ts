/** One process per data folder: a Unix socket that answers means it is in use; one that refuses is left over from a crash. */

import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refused } from '#platform/errors.ts';

export type FolderLock = { release(): void };

// Unix socket paths may have about 100 characters; a longer folder gets a socket in the temporary folder.
const SOCKET_PATH_MAX = 100;

/** @throws Refused when another process holds the folder */
export async function lockFolder(folder: string): Promise<FolderLock> {
  mkdirSync(folder, { recursive: true });
  const path = socketPath(folder);
  for (const attempt of [1, 2]) {
    const server = createServer((socket) => socket.on('error', () => {}).end('humdrum\n'));
    const taken = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      server.once('error', resolve);
      server.listen(path, () => resolve(undefined));
    });
    if (!taken) {
      server.unref();
      return { release: () => void server.close() };
    }
    if (taken.code !== 'EADDRINUSE') throw taken;
    if (attempt === 2 || (await answers(path))) break;
    rmSync(path, { force: true });
  }
  throw new Refused('conflict', `Another Humdrum is running on the data folder ${folder}.`, {
    mend: 'Stop it first, or set HUMDRUM_DATA to another folder. With DATABASE_URL several processes may share one database.',
  });
}

function socketPath(folder: string): string {
  const path = join(folder, 'humdrum.lock');
  if (process.platform === 'win32') return `\\\\.\\pipe\\humdrum-${nameOf(folder)}`;
  return path.length <= SOCKET_PATH_MAX ? path : join(tmpdir(), `humdrum-${nameOf(folder)}.lock`);
}

function nameOf(folder: string): string {
  return createHash('sha256').update(folder).digest('hex').slice(0, 16);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      resolve(true);
      socket.destroy();
    });
    // Also after connecting: a process that is just closing resets what it has accepted.
    socket.on('error', () => resolve(false));
  });
}
