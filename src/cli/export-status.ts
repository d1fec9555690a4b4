/** `humdrum export-status <folder>`: public status pages of a running Humdrum as files that any web server can show. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { Failed } from '#platform/errors.ts';
import { fileOf, isCopied, type Place, relocated } from '../communicate/page/copy.ts';
import { type Command, WrongUse } from './command.ts';

const HOME = 'http://127.0.0.1:4646';
const FILES_MAX = 5000;
const ANSWER_SECONDS_MAX = 20;
const PATH = /^[\w.-]*(?:\/[\w.-]+)*$/;
const listShape = z.object({
  documents: z
    .array(z.object({ path: z.string().regex(PATH), contentType: z.string(), etag: z.string() }))
    .max(FILES_MAX),
});

export type Export = {
  folder: string;
  /** Where Humdrum is. */
  url: string;
  /** Which pages besides the first one, by the name in their address. */
  pages: string[];
};

/**
 * Writes the first page and those named into the folder; links lead from file to file.
 * @returns how many files were written; @throws Failed when Humdrum does not answer, or a page is private or unknown
 */
export async function exportStatus({ folder, url, pages }: Export): Promise<number> {
  let written = 0;
  for (const slug of ['', ...pages]) {
    const place: Place = { base: slug ? `/status/${slug}/` : '/status/', folder: slug };
    const { documents } = listShape.parse(
      JSON.parse((await fetched(`${url}${place.base}documents.json`)).toString()),
    );
    const known = documents.filter(isCopied);
    for (const document of known) {
      const bytes = await fetched(
        `${url}${place.base}${document.path === '404' ? 'incidents/none' : document.path}`,
        document.path === '404',
      );
      const own = { place, documents: known, url };
      const content = document.contentType.startsWith('text/html')
        ? relocated(bytes.toString(), document.path, own)
        : bytes;
      const path = join(folder, fileOf(place, document));
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
      written += 1;
    }
  }
  return written;
}

async function fetched(address: string, missing = false): Promise<Buffer> {
  const answer = await fetch(address, {
    signal: AbortSignal.timeout(ANSWER_SECONDS_MAX * 1000),
    redirect: 'error',
  }).catch((error) => {
    throw new Failed(`${address} could not be read: ${String((error as Error).message)}`, { cause: error });
  });
  if (answer.status === 401)
    throw new Failed(`${address} is private, or does not exist; only public pages are exported.`, {
      permanent: true,
    });
  if (!answer.ok && !(missing && answer.status === 404))
    throw new Failed(`${address} answered ${answer.status}.`);
  return Buffer.from(await answer.arrayBuffer());
}

export const exportStatusCommand: Command = {
  name: 'export-status',
  does: 'writes the public status pages of a running Humdrum into a folder',
  help: `humdrum export-status <folder> [--url ${HOME}] [--page <name>]…

Writes the first status page, and each page named with --page, as plain files: HTML, JSON, feeds and the calendar.
Any web server can show them, also when Humdrum cannot. Links lead from file to file.
`,
  async run(args, world) {
    const { values, positionals } = parsed(args);
    const [folder] = positionals;
    if (folder === undefined || positionals.length > 1)
      throw new WrongUse('name one folder, as in "humdrum export-status ./copy".');
    const count = await exportStatus({
      folder,
      url: values.url.replace(/\/+$/, ''),
      pages: values.page,
    });
    await world.out(`Wrote ${count} files to ${folder}.\n`);
    return 0;
  },
};

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        url: { type: 'string', default: HOME },
        page: { type: 'string', multiple: true, default: [] },
      },
    });
  } catch (error) {
    throw new WrongUse((error as Error).message);
  }
}
