/** Keeps a shallow clone beside our data, with the git of the system: no history, no hooks, no prompts, a limit on the time. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failed } from '#platform/errors.ts';

const WITHIN_MILLISECONDS = 60_000;
const OUTPUT_BYTES_MAX = 256 * 1024;
const SAID_CHARACTERS_MAX = 300;
// A repository is what others wrote: nothing of it is run, and no link leads out of it.
const SAFELY = [
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.symlinks=false',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'protocol.ext.allow=never',
  '-c',
  'submodule.recurse=false',
];

export type Clone = { address: string; branch: string | undefined; into: string };

/**
 * @returns the commit that is there now, short
 * @throws Failed in words, without what an address keeps secret
 */
export async function pull({ address, branch, into }: Clone): Promise<string> {
  if (!(await sameAddress(address, into))) {
    await rm(into, { recursive: true, force: true });
    await mkdir(dirname(into), { recursive: true });
    await git(
      [
        'clone',
        '--depth=1',
        '--single-branch',
        '--no-tags',
        ...(branch ? [`--branch=${branch}`] : []),
        '--',
        address,
        into,
      ],
      undefined,
    );
  } else {
    await git(['fetch', '--depth=1', '--no-tags', '--force', 'origin', branch ?? 'HEAD'], into);
    await git(['reset', '--hard', '--quiet', 'FETCH_HEAD'], into);
    await git(['clean', '-ffdxq'], into);
  }
  return (await git(['rev-parse', '--short=10', 'HEAD'], into)).trim();
}

async function sameAddress(address: string, into: string): Promise<boolean> {
  if (!existsSync(join(into, '.git'))) return false;
  try {
    return (await git(['config', '--get', 'remote.origin.url'], into)).trim() === address;
  } catch {
    return false;
  }
}

function git(words: string[], folder: string | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      'git',
      [...SAFELY, ...words],
      {
        cwd: folder,
        timeout: WITHIN_MILLISECONDS,
        killSignal: 'SIGKILL',
        maxBuffer: OUTPUT_BYTES_MAX,
        env: {
          ...process.env,
          GIT_TERMINAL_PROMPT: '0',
          GIT_ASKPASS: 'true',
          GIT_SSH_COMMAND: process.env.GIT_SSH_COMMAND ?? 'ssh -oBatchMode=yes -oConnectTimeout=10',
          LC_ALL: 'C',
        },
      },
      (error, stdout, stderr) => {
        if (!error) return resolve(stdout);
        reject(
          new Failed(sentenceOf(error as NodeJS.ErrnoException & { killed?: boolean }, stderr), {
            cause: error,
          }),
        );
      },
    );
  });
}

function sentenceOf(error: NodeJS.ErrnoException & { killed?: boolean }, said: string): string {
  if (error.code === 'ENOENT') return 'git is not installed here; install it, or name a folder instead';
  if (error.killed) return `git did not answer within ${WITHIN_MILLISECONDS / 1000} seconds`;
  const last = said
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .slice(-2)
    .join(' ');
  return `git said: ${withoutSecrets(last).slice(0, SAID_CHARACTERS_MAX) || 'nothing'}`;
}

/** The name and password in an address are nobody's business. */
export function withoutSecrets(text: string): string {
  return text.replace(/\/\/[^\s/@]+@/g, '//…@');
}
