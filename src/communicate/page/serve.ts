/** Answers for the public page from memory, before the router and without the database; keeps what it holds in step with the record. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { type Clock, stopwatch } from '#platform/clock.ts';
import type { Db } from '#platform/db/database.ts';
import type { Logger } from '#platform/log.ts';
import type { Due } from '#platform/platform.ts';
import { timeForReader } from '../words.ts';
import {
  type Document,
  etagOf,
  NOT_FOUND,
  nextPageChange,
  readDocuments,
  readPageState,
  renderPage,
} from './documents.ts';
import { AS_OF, STALE, staleBanner } from './html.ts';
import { STYLE_SOURCE } from './style.ts';

export type StatusPages = {
  /** Put it in front of everything else. @returns true when the request was for the public page and has been answered */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** Renders from the record and holds the result. */
  render(now: Temporal.Instant): Promise<void>;
  due: Due;
};

const CHECK_SECONDS = 5;
const STALE_SECONDS = 60;
const COMPRESS_BYTES_MIN = 600;
const BROTLI_QUALITY = 5;
const CACHE = 'public, max-age=5, stale-if-error=3600';
const POLICY = `default-src 'none'; style-src ${STYLE_SOURCE}; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
const ROOT_ALIAS =
  /^\/(?:api\/v2\/(?:(?:summary|status|components|incidents|scheduled-maintenances)\.json|incidents\/unresolved\.json|scheduled-maintenances\/(?:upcoming|active)\.json)|history\.(?:atom|rss))$/;

/** `body` holds one byte in each character: headers and body then leave in one write instead of two. */
type Variant = { headers: string[]; body: string };
type Held = { etag: string; head: string[]; plain: Variant; brotli: Variant; gzip: Variant };
type Memory = { revision: number; documents: Document[]; held: Map<string, Held> };

export function createStatusPages(means: {
  db: Db;
  clock: Clock;
  log: Logger;
  url: string | undefined;
}): StatusPages {
  const { db, clock, log, url } = means;
  let memory: Memory | undefined;
  let checkedAt: Temporal.Instant | undefined;
  let knownAt: Temporal.Instant | undefined;
  // Asking a stopwatch costs a request less than asking the clock.
  let sinceKnown = stopwatch();
  /** When time alone changes the page; then it is not looked at only every few seconds. */
  let edgeAt: Temporal.Instant | undefined;
  let shownAs = '';

  /** Says anew when the page was last known to be current; only once a minute does anything change. */
  const show = (now: Temporal.Instant): void => {
    if (!memory) return;
    const at = knownAt ?? now;
    const stale = now.since(at).total('seconds') > STALE_SECONDS;
    const minute = Math.floor(at.epochMilliseconds / 60_000);
    if (shownAs === `${memory.revision}|${minute}|${stale}`) return;
    const first = !shownAs.startsWith(`${memory.revision}|`);
    shownAs = `${memory.revision}|${minute}|${stale}`;
    for (const document of memory.documents) {
      const filled = fill(document, { at, now, stale });
      if (first || filled) memory.held.set(document.path, hold(document, filled));
    }
  };
  const known = (now: Temporal.Instant): void => {
    knownAt = now;
    sinceKnown = stopwatch();
  };
  const load = async (now: Temporal.Instant): Promise<void> => {
    const { revision, documents } = await readDocuments(db);
    memory = { revision, documents, held: new Map() };
    known(now);
    show(now);
  };
  const render = async (now: Temporal.Instant): Promise<void> => {
    const { revision, changesAt } = await renderPage(db, url, now);
    known(now);
    edgeAt = changesAt;
    if (memory?.revision !== revision) await load(now);
    else show(now);
  };
  const check = async (now: Temporal.Instant): Promise<number> => {
    const state = await readPageState(db, now);
    known(now);
    edgeAt = state.changesAt;
    if (state.stale) await render(now);
    else if (memory?.revision !== state.revision) await load(now);
    return state.stale ? 1 : 0;
  };

  return {
    handle(request, response) {
      // The sweep may hang with the database; the page must say so all the same.
      if (sinceKnown() > STALE_SECONDS * 1000) show(clock.now());
      return answer(request, response, memory);
    },
    render,
    due: {
      name: 'communicate.page',
      next: () => nextPageChange(db),
      async run(now) {
        const since = checkedAt ? now.since(checkedAt).total('seconds') : CHECK_SECONDS;
        const atEdge = edgeAt !== undefined && Temporal.Instant.compare(edgeAt, now) <= 0;
        if (since >= 0 && since < CHECK_SECONDS && !atEdge) return 0;
        checkedAt = now;
        try {
          return await check(now);
        } catch (error) {
          log.warn(
            { err: error },
            'the status page could not be compared with the record; what is in memory is shown',
          );
          return 0;
        } finally {
          show(clock.now());
        }
      },
    },
  };
}

/** @returns the page with its time filled in; undefined where it has none */
function fill(
  document: Document,
  known: { at: Temporal.Instant; now: Temporal.Instant; stale: boolean },
): Buffer | undefined {
  if (!document.contentType.startsWith('text/html')) return undefined;
  const text = Buffer.from(document.bytes).toString();
  const asOf = (zone: string) => timeForReader(known.at.epochMilliseconds, zone, known.now.epochMilliseconds);
  const zone = new RegExp(AS_OF.source).exec(text)?.[1];
  if (zone === undefined) return undefined;
  return Buffer.from(
    text.replace(AS_OF, asOf(zone)).replace(STALE, () => (known.stale ? staleBanner(asOf(zone)) : '')),
  );
}

function hold(document: Document, filled: Buffer | undefined): Held {
  const bytes = filled ?? Buffer.from(document.bytes);
  const etag = filled ? etagOf(bytes) : document.etag;
  const html = document.contentType.startsWith('text/html');
  const head = [
    'Content-Type',
    document.contentType,
    'ETag',
    etag,
    'Cache-Control',
    CACHE,
    'Vary',
    'Accept-Encoding',
    'X-Content-Type-Options',
    'nosniff',
    'Referrer-Policy',
    'no-referrer',
    ...(html ? ['Content-Security-Policy', POLICY] : ['Access-Control-Allow-Origin', '*']),
  ];
  const variant = (encoding: string | undefined, content: Buffer): Variant => ({
    headers: [
      ...head,
      ...(encoding ? ['Content-Encoding', encoding] : []),
      'Content-Length',
      String(content.length),
    ],
    body: content.toString('latin1'),
  });
  const plain = variant(undefined, bytes);
  if (bytes.length < COMPRESS_BYTES_MIN) return { etag, head, plain, brotli: plain, gzip: plain };
  return {
    etag,
    head,
    plain,
    brotli: variant(
      'br',
      brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
    ),
    gzip: variant('gzip', gzipSync(bytes)),
  };
}

function answer(request: IncomingMessage, response: ServerResponse, memory: Memory | undefined): boolean {
  const path = pathOf(request.url ?? '');
  if (path === undefined) return false;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD', 'Content-Length': '0' }).end();
    return true;
  }
  if (path === null) {
    response.writeHead(308, { Location: '/status/', 'Content-Length': '0' }).end();
    return true;
  }
  if (!memory?.held.size) {
    response
      .writeHead(503, { 'Retry-After': '2', 'Content-Type': 'text/plain; charset=utf-8' })
      .end('This page is being prepared. Ask again in a few seconds.\n');
    return true;
  }
  const held = memory.held.get(path);
  if (held) send(request, response, 200, held);
  else send(request, response, 404, memory.held.get(NOT_FOUND)!);
  return true;
}

/** @returns the path of the document, null for a redirect to the page, undefined when it is not about the page at all */
function pathOf(url: string): string | null | undefined {
  if (url === '/status/') return '';
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  if (path.startsWith('/status/')) {
    const rest = path.slice('/status/'.length);
    return rest === NOT_FOUND
      ? `${NOT_FOUND}/`
      : rest.endsWith('/') && rest.length > 1
        ? rest.slice(0, -1)
        : rest;
  }
  if (path === '/status') return null;
  return ROOT_ALIAS.test(path) ? path.slice(1) : undefined;
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
  const { headers, body } = held[encodingFor(accepted)];
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
