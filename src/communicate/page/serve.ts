/** Answers for status pages from memory, before the router and without the database; keeps what it holds in step with the record. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Clock } from '#platform/clock.ts';
import type { Db } from '#platform/db/database.ts';
import type { Logger } from '#platform/log.ts';
import type { Due } from '#platform/platform.ts';
import { colours } from './colours.ts';
import {
  type Document,
  etagOf,
  LOGO,
  NOT_FOUND,
  nextPageChange,
  type PageState,
  type Printing,
  readDocuments,
  readPageStates,
  renderPage,
} from './documents.ts';
import { AS_OF, KEY, STALE, staleBanner } from './html.ts';
import { speechOf } from './language.ts';
import { isReserved } from './slug.ts';
import { STYLE_SOURCE, sourceOf } from './style.ts';

export type Known = Pick<PageState, 'id' | 'slug' | 'clientId'>;

export type StatusPages = {
  /** Put it in front of everything else. @returns true when the request was for a public page and has been answered */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** Renders from the record what has changed, and holds the result. */
  render(now: Temporal.Instant): Promise<void>;
  /** @returns the page that is held under this name */
  find(slug: string): Known | undefined;
  /** Answers from a private page; whether the reader may read it has been checked. `key` is the reader's own. */
  sendPrivate(
    request: IncomingMessage,
    response: ServerResponse,
    asked: { slug: string; path: string; key: string },
  ): void;
  due: Due;
};

const CHECK_SECONDS = 5;
const STALE_SECONDS = 60;
const COMPRESS_BYTES_MIN = 600;
const BROTLI_QUALITY = 5;
const CACHE = 'public, max-age=5, stale-if-error=3600';
const CACHE_PRIVATE = 'private, no-cache';
export const LOGO_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
const ROOT_ALIAS =
  /^\/(?:api\/v2\/(?:(?:summary|status|components|incidents|scheduled-maintenances)\.json|incidents\/unresolved\.json|scheduled-maintenances\/(?:upcoming|active)\.json)|history\.(?:atom|rss))$/;
/** Answered by the router: what changes something, and links with a secret in them. */
const FORMS = /^(?:access|leave|(?:enter|confirm|subscription|unsubscribe)\/[^/]+)$/;

/** `body` holds one byte in each character: headers and body then leave in one write instead of two. */
type Variant = { headers: string[]; body: string };
type Held = { etag: string; head: string[]; as(encoding: Encoding): Variant };
/** `heldFor` is the minute for which it is made ready; a document is made ready when it is asked for. */
type Kept = Document & { filled: boolean; held: Held | undefined; heldFor: string };
type Memory = { state: PageState; revision: number; documents: Map<string, Kept> };

/** @returns what a browser may do on a page with these colours; only a page with a form may send one, and only to us */
export function policyOf(
  dress: { accent: string | null; accentDark: string | null },
  forms: boolean,
): string {
  const own = colours(dress.accent, dress.accentDark);
  return `default-src 'none'; style-src ${STYLE_SOURCE}${own ? ` ${sourceOf(own)}` : ''}; img-src 'self' data:; base-uri 'none'; form-action ${forms ? "'self'" : "'none'"}; frame-ancestors 'none'`;
}

export function createStatusPages(means: {
  db: Db;
  clock: Clock;
  log: Logger;
  printing: Printing;
}): StatusPages {
  const { db, clock, log, printing } = means;
  /** By slug; the default page is under the empty name. */
  const pages = new Map<string, Memory>();
  /** Addresses that were found before, so that finding them again costs one look; forgotten when any page changes. */
  const found = new Map<string, { state: PageState; kept: Kept }>();
  let checkedAt: Temporal.Instant | undefined;
  let knownAt: Temporal.Instant | undefined;
  let alarm: NodeJS.Timeout | undefined;
  let moment: Moment | undefined;

  /** Says anew when the pages were last known to be current; only once a minute does anything change. */
  const show = (now: Temporal.Instant): void => {
    const at = knownAt ?? now;
    const stale = now.since(at).total('seconds') > STALE_SECONDS;
    const name = `${Math.floor(at.epochMilliseconds / 60_000)}|${stale}`;
    if (moment?.name !== name) moment = { name, at, now, stale };
  };
  const known = (now: Temporal.Instant): void => {
    knownAt = now;
    show(now);
    // The sweep may hang with the database; the pages must say so all the same.
    clearTimeout(alarm);
    alarm = setTimeout(() => show(clock.now()), STALE_SECONDS * 1000 + 1).unref();
  };
  const load = async (state: PageState): Promise<void> => {
    const { revision, documents } = await readDocuments(db, state.id);
    const kept = documents.map((each): [string, Kept] => [
      each.path,
      { ...each, filled: isFilled(each), held: undefined, heldFor: '' },
    ]);
    pages.set(state.slug ?? '', { state, revision, documents: new Map(kept) });
    found.clear();
  };
  const render = async (now: Temporal.Instant): Promise<number> => {
    const states = await readPageStates(db, printing.ways, now);
    known(now);
    let rendered = 0;
    for (const state of states) {
      const ready = state.mayRenderAt === undefined || Temporal.Instant.compare(state.mayRenderAt, now) <= 0;
      if (state.stale && ready && (await renderPage(db, state.id, printing, now))) rendered += 1;
    }
    const after = rendered ? await readPageStates(db, printing.ways, now) : states;
    for (const state of after) {
      const held = pages.get(state.slug ?? '');
      if (!held || held.revision !== state.revision || held.state.id !== state.id) await load(state);
      else held.state = state;
    }
    const names = new Set(after.map((state) => state.slug ?? ''));
    for (const name of pages.keys())
      if (!names.has(name)) {
        pages.delete(name);
        found.clear();
      }
    return rendered;
  };
  const ready = (state: PageState, kept: Kept): Held | undefined => {
    if (!moment) return undefined;
    const wanted = kept.filled ? moment.name : 'always';
    if (kept.heldFor !== wanted || !kept.held) {
      kept.held = hold(state, kept, kept.filled ? fill(state, kept, moment, '') : kept.bytes);
      kept.heldFor = wanted;
    }
    return kept.held;
  };
  const held = (memory: Memory, path: string): Held | undefined => {
    const kept = memory.documents.get(path);
    return kept && ready(memory.state, kept);
  };
  const answer = (
    request: IncomingMessage,
    response: ServerResponse,
    memory: Memory | undefined,
    path: string,
  ): void => {
    const document = memory && held(memory, path);
    const shown = document ?? (memory && held(memory, NOT_FOUND));
    if (shown) send(request, response, document ? 200 : 404, shown);
    else
      response
        .writeHead(503, { 'Retry-After': '2', 'Content-Type': 'text/plain; charset=utf-8' })
        .end('This page is being prepared. Ask again in a few seconds.\n');
  };

  return {
    handle(request, response) {
      const reads = request.method === 'GET' || request.method === 'HEAD';
      const before = reads ? found.get(request.url ?? '') : undefined;
      const known = before && ready(before.state, before.kept);
      if (known) {
        send(request, response, 200, known);
        return true;
      }
      const asked = askedOf(request.url ?? '', pages);
      if (asked === undefined) return false;
      if (asked.memory?.state.clientId) return false;
      if (FORMS.test(asked.path) || (asked.path === 'subscribe' && request.method === 'POST')) return false;
      if (!reads) {
        response.writeHead(405, { Allow: 'GET, HEAD', 'Content-Length': '0' }).end();
        return true;
      }
      const kept = asked.redirect ? undefined : asked.memory?.documents.get(asked.path);
      // Only what exists is remembered, and without what anybody may add to an address.
      if (kept && asked.memory && !request.url?.includes('?'))
        found.set(request.url ?? '', { state: asked.memory.state, kept });
      if (asked.redirect) response.writeHead(308, { Location: asked.redirect, 'Content-Length': '0' }).end();
      else answer(request, response, asked.memory, asked.path);
      return true;
    },
    find: (slug) => pages.get(slug)?.state,
    sendPrivate(request, response, { slug, path, key }) {
      const memory = pages.get(slug);
      const kept = memory?.documents.get(path);
      if (memory && kept && moment && path === 'subscribe')
        send(
          request,
          response,
          200,
          hold(memory.state, kept, fill(memory.state, kept, moment, `?key=${key}`)),
        );
      else answer(request, response, memory, path === NOT_FOUND ? `${NOT_FOUND}/` : path);
    },
    async render(now) {
      await render(now);
    },
    due: {
      name: 'communicate.page',
      next: nextPageChange,
      looks(now) {
        const since = checkedAt ? now.since(checkedAt).total('seconds') : CHECK_SECONDS;
        return since < 0 || since >= CHECK_SECONDS;
      },
      async run(now) {
        try {
          checkedAt = now;
          return await render(now);
        } catch (error) {
          log.warn(
            { err: error },
            'the status pages could not be compared with the record; what is in memory is shown',
          );
          return 0;
        } finally {
          show(clock.now());
        }
      },
    },
  };
}

type Moment = { name: string; at: Temporal.Instant; now: Temporal.Instant; stale: boolean };

function isFilled(document: Document): boolean {
  const { bytes, contentType } = document;
  if (!contentType.startsWith('text/html')) return false;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return text.includes('@@AS_OF:') || text.includes(KEY);
}

/** @returns the page with its time, and with a reader's own key where it has a place for one */
export function fill(
  { language }: Pick<PageState, 'language'>,
  document: Pick<Document, 'bytes'>,
  { at, now, stale }: Pick<Moment, 'at' | 'now' | 'stale'>,
  key: string,
): Buffer {
  const text = Buffer.from(document.bytes).toString();
  const speech = speechOf(language, new RegExp(AS_OF.source).exec(text)?.[1] ?? 'UTC');
  const asOf = speech.reader(at.epochMilliseconds, now.epochMilliseconds);
  return Buffer.from(
    text
      .replace(AS_OF, asOf)
      .replace(STALE, () => (stale ? staleBanner(speech.words.cannotCheck(asOf)) : ''))
      .replaceAll(KEY, () => key),
  );
}

function hold(state: PageState, document: Document, content: Uint8Array): Held {
  const bytes = Buffer.from(content);
  const etag = content === document.bytes ? document.etag : etagOf(bytes);
  const html = document.contentType.startsWith('text/html');
  const head = [
    'Content-Type',
    document.contentType,
    'ETag',
    etag,
    'Cache-Control',
    state.clientId ? CACHE_PRIVATE : CACHE,
    'Vary',
    state.clientId ? 'Accept-Encoding, Cookie' : 'Accept-Encoding',
    'X-Content-Type-Options',
    'nosniff',
    'Referrer-Policy',
    'no-referrer',
    ...(html ? ['Content-Security-Policy', policyOf(state, document.path === 'subscribe')] : []),
    ...(document.path === LOGO ? ['Content-Security-Policy', LOGO_POLICY] : []),
    ...(state.clientId ? ['X-Robots-Tag', 'noindex'] : html ? [] : ['Access-Control-Allow-Origin', '*']),
  ];
  const variant = (encoding: string | undefined, packed: Buffer): Variant => ({
    headers: [
      ...head,
      ...(encoding ? ['Content-Encoding', encoding] : []),
      'Content-Length',
      String(packed.length),
    ],
    body: packed.toString('latin1'),
  });
  const made: Partial<Record<Encoding, Variant>> = { plain: variant(undefined, bytes) };
  const make = (encoding: Encoding): Variant => {
    if (encoding === 'plain' || bytes.length < COMPRESS_BYTES_MIN) return made.plain!;
    return encoding === 'brotli'
      ? variant(
          'br',
          brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
        )
      : variant('gzip', gzipSync(bytes));
  };
  return {
    etag,
    head,
    as(encoding) {
      const ready = made[encoding] ?? make(encoding);
      made[encoding] = ready;
      return ready;
    },
  };
}

type Asked = { memory: Memory | undefined; path: string; redirect?: string };

/** @returns which document of which page is asked for; undefined when it is not for memory to answer */
function askedOf(url: string, pages: Map<string, Memory>): Asked | undefined {
  const home = pages.get('');
  if (url === '/status/') return { memory: home, path: '' };
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  if (path === '/status') return { memory: home, path: '', redirect: '/status/' };
  if (!path.startsWith('/status/'))
    return ROOT_ALIAS.test(path) ? { memory: home, path: path.slice(1) } : undefined;
  const rest = path.slice('/status/'.length);
  const slash = rest.indexOf('/');
  const first = slash < 0 ? rest : rest.slice(0, slash);
  if (first === '' || isReserved(first)) return { memory: home, path: documentPath(rest) };
  const memory = pages.get(first);
  if (!memory) return undefined;
  if (slash < 0) return { memory, path: '', redirect: `${path}/` };
  return { memory, path: documentPath(rest.slice(slash + 1)) };
}

/** The page for what is not found has no address of its own. */
function documentPath(rest: string): string {
  if (rest === NOT_FOUND) return `${NOT_FOUND}/`;
  return rest.endsWith('/') && rest.length > 1 ? rest.slice(0, -1) : rest;
}

function send(request: IncomingMessage, response: ServerResponse, status: number, held: Held): void {
  // The raw list is there already; `request.headers` would be built for every request.
  const raw = request.rawHeaders;
  let asked: string | undefined;
  let accepted: string | undefined;
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index]!;
    if (name.length === 13 && name.toLowerCase() === 'if-none-match') asked = raw[index + 1];
    else if (name.length === 15 && name.toLowerCase() === 'accept-encoding') accepted = raw[index + 1];
  }
  if (asked !== undefined && status === 200 && matches(asked, held.etag)) {
    response.writeHead(304, held.head).end();
    return;
  }
  const { headers, body } = held.as(encodingFor(accepted));
  response.writeHead(status, headers);
  if (request.method === 'HEAD') response.end();
  else response.end(body, 'latin1');
}

function matches(asked: string, etag: string): boolean {
  return (
    asked === etag ||
    asked.split(',').some((each) => each.trim() === '*' || each.trim().replace(/^W\//, '') === etag.slice(2))
  );
}

type Encoding = 'plain' | 'brotli' | 'gzip';
// Browsers send a handful of different texts; each is read once.
const encodings = new Map<string, Encoding>();
const ENCODINGS_MAX = 200;

function encodingFor(accepted: string | undefined): Encoding {
  if (accepted === undefined) return 'plain';
  const known = encodings.get(accepted);
  if (known) return known;
  const takes = (coding: string) =>
    accepted.split(',').some((each) => {
      const [name = '', weight = ''] = each
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      return name === coding && !/^q=0(\.0*)?$/.test(weight);
    });
  const encoding = takes('br') ? 'brotli' : takes('gzip') ? 'gzip' : 'plain';
  if (encodings.size < ENCODINGS_MAX) encodings.set(accepted, encoding);
  return encoding;
}
