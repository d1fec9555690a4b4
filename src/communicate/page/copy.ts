/** A status page as files that stand alone: links lead from file to file, and say from when they are. Pure. */
import { posix } from 'node:path';

export type Listed = { path: string; contentType: string };
export type Place = {
  /** Where the page is on our own server, such as /status/ or /status/shop/. */
  base: string;
  /** Its folder among the files; empty for the first page. */
  folder: string;
};

const EXTENSIONS: Record<string, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/svg+xml': 'svg',
};
/** Forms cannot work in a copy; the list of documents would lead back to us. */
const STAYS = new Set(['subscribe', 'documents.json']);

export function isCopied({ path }: Listed): boolean {
  return !STAYS.has(path);
}

/** @returns the file that a document becomes, below the folder of all copies */
export function fileOf({ folder }: Place, { path, contentType }: Listed): string {
  const name =
    path === ''
      ? 'index.html'
      : path === 'logo'
        ? `logo.${EXTENSIONS[contentType] ?? 'bin'}`
        : contentType.startsWith('text/html')
          ? `${path}.html`
          : path;
  return posix.join(folder, name);
}

/**
 * @param html a finished page
 * @param url our own address, where everything leads that is not copied; undefined: such links lead nowhere
 */
export function relocated(
  html: string,
  own: string,
  { place, documents, url }: { place: Place; documents: readonly Listed[]; url: string | undefined },
): string {
  const from = posix.dirname(fileOf(place, { path: own, contentType: 'text/html' }));
  return html.replaceAll(/ (href|src)="(\/status\/[^"]*)"/g, (_all, attribute: string, address: string) => {
    const path = address.startsWith(place.base)
      ? address.slice(place.base.length).replace(/[?#].*$/, '')
      : undefined;
    const target = documents.find((each) => each.path === path && isCopied(each));
    if (target) return ` ${attribute}="${posix.relative(from, fileOf(place, target))}"`;
    return url ? ` ${attribute}="${url}${address}"` : '';
  });
}
