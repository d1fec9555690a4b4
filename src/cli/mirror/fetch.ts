/** Reads a file, or asks a status page for its incidents: limited in time and size, and clear about what came instead. */
import { open, stat } from 'node:fs/promises';
import { Failed, Refused } from '#platform/errors.ts';

export type Source = {
  body: string;
  name: string /** A living page: what is open is open now. */;
  living: boolean;
};

export const BYTES_MAX = 64 * 1024 * 1024;
const TIMEOUT_MILLISECONDS = 20_000;
const INCIDENTS_PATH = 'api/v2/incidents.json';

/** @throws Refused when there is no such file or address; Failed when the page cannot be read */
export async function readSource(given: string): Promise<Source> {
  if (/^https?:\/\//i.test(given)) return ask(given);
  const known = await stat(given).catch(() => undefined);
  if (known?.isFile()) return readFile(given, known.size);
  if (known) throw new Refused('invalid', `"${given}" is not a file.`);
  if (/^[\w-]+(\.[\w-]+)+(:\d+)?(\/|$)/.test(given) && !/\.jsonl?$/.test(given))
    return ask(`https://${given}`);
  throw new Refused('not_found', `There is no file "${given}", and it is not the address of a page.`, {
    mend: 'Write a file, or an address such as https://status.example.com.',
  });
}

async function readFile(path: string, bytes: number): Promise<Source> {
  if (bytes > BYTES_MAX) throw new Refused('too_large', `"${path}" is larger than ${megabytes(BYTES_MAX)}.`);
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new Refused('invalid', `"${path}" cannot be opened (${error.code}).`);
  });
  try {
    const name = path.split(/[\\/]/).at(-1)!;
    return { body: await file.readFile('utf8'), name, living: false };
  } finally {
    await file.close();
  }
}

async function ask(address: string): Promise<Source> {
  const places = placesOf(address);
  let first: Failed | undefined;
  for (const place of places) {
    try {
      return { body: await request(place), name: place.host, living: true };
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      first ??= error;
      // A page that cannot be reached is not reached under another path either.
      if (!error.permanent) break;
    }
  }
  throw first!;
}

/** The address itself when it is JSON; else where a page keeps its incidents, below the path that was given and at the root. */
function placesOf(address: string): URL[] {
  if (!URL.canParse(address)) throw new Refused('invalid', `"${address}" is not an address.`);
  const url = new URL(address);
  if (url.pathname.endsWith('.json')) return [url];
  const below = new URL(INCIDENTS_PATH, `${url.origin}${url.pathname.replace(/\/*$/, '/')}`);
  const root = new URL(INCIDENTS_PATH, url.origin);
  return below.href === root.href ? [root] : [below, root];
}

/** @throws Failed, permanent when the server answered something else than the JSON of incidents */
async function request(url: URL): Promise<string> {
  const shown = `${url.origin}${url.pathname}`;
  let answer: Response;
  try {
    answer = await fetch(url, {
      headers: { accept: 'application/json', 'user-agent': 'humdrum-mirror' },
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
  } catch (error) {
    throw new Failed(`${shown} could not be reached: ${reason(error)}.`);
  }
  if (!answer.ok) {
    await answer.body?.cancel();
    throw new Failed(`${shown} answered ${answer.status}. Is it the address of a status page?`, {
      permanent: true,
    });
  }
  const body = await limited(answer, shown);
  if (/^\s*</.test(body))
    throw new Failed(
      `${shown} answered with a web page instead of JSON. Is it the address of a Statuspage?`,
      {
        permanent: true,
      },
    );
  return body;
}

async function limited(answer: Response, shown: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const part of answer.body ?? []) {
      bytes += part.byteLength;
      if (bytes > BYTES_MAX)
        throw new Failed(`${shown} answered more than ${megabytes(BYTES_MAX)}.`, { permanent: true });
      parts.push(part);
    }
  } catch (error) {
    if (error instanceof Failed) throw error;
    throw new Failed(`${shown} stopped in the middle of its answer: ${reason(error)}.`);
  }
  return Buffer.concat(parts).toString('utf8');
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MILLISECONDS / 1000} s`;
  const { cause } = error as { cause?: NodeJS.ErrnoException };
  return cause?.code ?? cause?.message ?? error.message;
}

function megabytes(bytes: number): string {
  return `${bytes / 1024 / 1024} MB`;
}
