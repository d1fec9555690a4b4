/** Copies finished public pages to a folder or an S3-compatible bucket whenever they change, so that they survive us. Private pages never leave. */

import { createHash } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AwsV4Signer } from 'aws4fetch';
import { sql } from 'kysely';
import type { StatusCopy } from '#platform/config.ts';
import type { Db } from '#platform/db/database.ts';
import { NEVER } from '#platform/db/due-times.ts';
import { Failed } from '#platform/errors.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import type { Logger } from '#platform/log.ts';
import type { Due } from '#platform/platform.ts';
import { fileOf, isCopied, type Listed, type Place, relocated } from './copy.ts';
import type { Language } from './language.ts';
import { baseOf } from './pages.ts';
import { fill } from './serve.ts';

type Target = {
  /** Tells one target from another in what has been copied. */
  name: string;
  put(file: string, contentType: string, bytes: Uint8Array, now: Temporal.Instant): Promise<void>;
  remove(file: string, now: Temporal.Instant): Promise<void>;
};

const BATCH_MAX = 40;
const AT_ONCE = 8;
const BACKOFF_SECONDS = 30;
const BACKOFF_SECONDS_MAX = 600;

type Changed = Listed & {
  page: string;
  slug: string | null;
  language: string;
  bytes: Uint8Array;
  etag: string;
};

/** The row of what was copied is written after the copy: killed in between it is copied twice, never left out. */
export function copyDue(means: {
  db: Db;
  log: Logger;
  outbound: Outbound;
  url: string | undefined;
  to: StatusCopy | undefined;
}): Due {
  const { db, log, outbound, url, to } = means;
  const target = to && targetOf(to, outbound);
  let doneFor: string | undefined;
  let failures = 0;
  let retryAt: Temporal.Instant | undefined;
  return {
    name: 'communicate.copy',
    next: () =>
      target
        ? sql`(select case when ${MARK} is distinct from ${doneFor ?? null}::text then coalesce(${retryAt ?? null}::timestamptz, min(s.rendered_at)) end ${COPIED})`
        : NEVER,
    async run(now) {
      if (!target) return 0;
      const mark = await readMark(db);
      try {
        const copied = await copyChanged(db, target, url, now);
        const removed = copied < BATCH_MAX ? await removeGone(db, target, now) : 0;
        if (copied < BATCH_MAX) doneFor = mark;
        failures = 0;
        retryAt = undefined;
        return copied + removed;
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        failures += 1;
        retryAt = now.add({ seconds: Math.min(BACKOFF_SECONDS * 2 ** (failures - 1), BACKOFF_SECONDS_MAX) });
        log.warn({ err: error, retryAt: String(retryAt) }, 'the status pages could not be copied');
        return 0;
      }
    },
  };
}

/** What changes when anything public changes: cheap enough to be asked every second. */
const MARK = sql<string>`coalesce(string_agg(s.page || ':' || s.revision, ',' order by s.page), '')`;
const COPIED = sql`from page_state s join status_page p on p.id = s.page where p.client_id is null and p.archived_at is null`;

async function readMark(db: Db): Promise<string> {
  const { rows } = await sql<{ mark: string }>`select ${MARK} as mark ${COPIED}`.execute(db);
  return rows[0]?.mark ?? '';
}

async function copyChanged(
  db: Db,
  target: Target,
  url: string | undefined,
  now: Temporal.Instant,
): Promise<number> {
  const { rows } = await sql<Changed>`
    select d.page, d.path, d.content_type as "contentType", d.bytes, d.etag, p.slug, p.language
    from page_document d join status_page p on p.id = d.page and p.client_id is null and p.archived_at is null
    left join page_copy c on c.target = ${target.name} and c.page = d.page and c.path = d.path
    where c.etag is distinct from d.etag and d.path not in ('subscribe', 'documents.json')
    order by d.page, d.path limit ${BATCH_MAX}`.execute(db);
  const documents = await documentsOf(db, [...new Set(rows.map((row) => row.page))]);
  for (let from = 0; from < rows.length; from += AT_ONCE)
    await Promise.all(
      rows.slice(from, from + AT_ONCE).map(async (row) => {
        const place = placeOf(row);
        const file = fileOf(place, row);
        await target.put(
          file,
          row.contentType,
          contentOf(row, { place, documents: documents.get(row.page) ?? [], url }, now),
          now,
        );
        const copied = { file, etag: row.etag, copied_at: now };
        await db
          .insertInto('page_copy')
          .values({ target: target.name, page: row.page, path: row.path, ...copied })
          .onConflict((conflict) => conflict.columns(['target', 'page', 'path']).doUpdateSet(copied))
          .execute();
      }),
    );
  return rows.length;
}

async function documentsOf(db: Db, pages: string[]): Promise<Map<string, Listed[]>> {
  if (!pages.length) return new Map();
  const rows = await db
    .selectFrom('page_document')
    .select(['page', 'path', 'content_type as contentType'])
    .where('page', 'in', pages)
    .execute();
  return Map.groupBy(rows.filter(isCopied), (row) => row.page) as Map<string, Listed[]>;
}

function placeOf(page: { slug: string | null }): Place {
  return { base: baseOf(page), folder: page.slug ?? '' };
}

function contentOf(row: Changed, around: Parameters<typeof relocated>[2], now: Temporal.Instant): Uint8Array {
  if (!row.contentType.startsWith('text/html')) return row.bytes;
  const html = fill({ language: row.language as Language }, row, { at: now, now, stale: false }, '');
  return Buffer.from(relocated(html.toString(), row.path, around));
}

/** What is on no public page any more leaves the copy, too. */
async function removeGone(db: Db, target: Target, now: Temporal.Instant): Promise<number> {
  const { rows } = await sql<{ page: string; path: string; file: string }>`
    select c.page, c.path, c.file from page_copy c
    where c.target = ${target.name} and not exists (
      select 1 from page_document d join status_page p on p.id = d.page and p.client_id is null and p.archived_at is null
      where d.page = c.page and d.path = c.path)
    limit ${BATCH_MAX}`.execute(db);
  for (const row of rows) {
    await target.remove(row.file, now);
    await db
      .deleteFrom('page_copy')
      .where('target', '=', target.name)
      .where('page', '=', row.page)
      .where('path', '=', row.path)
      .execute();
  }
  return rows.length;
}

function targetOf(to: StatusCopy, outbound: Outbound): Target {
  return 'folder' in to ? folderTarget(to.folder) : bucketTarget(to, outbound);
}

function folderTarget(folder: string): Target {
  return {
    name: folder,
    async put(file, _contentType, bytes) {
      const path = join(folder, file);
      await mkdir(dirname(path), { recursive: true });
      // Whoever reads sees the old file or the new one, never half of it.
      await writeFile(`${path}.part`, bytes);
      await rename(`${path}.part`, path);
    },
    remove: (file) => rm(join(folder, file), { force: true }),
  };
}

function bucketTarget(to: Extract<StatusCopy, { bucket: string }>, outbound: Outbound): Target {
  const ask = async (
    method: 'PUT' | 'DELETE',
    file: string,
    now: Temporal.Instant,
    content?: { type: string; bytes: Uint8Array },
  ): Promise<void> => {
    const url = `${to.bucket}/${file.split('/').map(encodeURIComponent).join('/')}`;
    const signed = await new AwsV4Signer({
      method,
      url,
      accessKeyId: to.keyId,
      secretAccessKey: to.secret,
      service: 's3',
      region: to.region,
      datetime: now.toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, ''),
      allHeaders: true,
      headers: {
        'x-amz-content-sha256': createHash('sha256')
          .update(content?.bytes ?? '')
          .digest('hex'),
        ...(content ? { 'content-type': content.type, 'cache-control': 'public, max-age=15' } : {}),
      },
    }).sign();
    const headers: Record<string, string> = {};
    signed.headers.forEach((value, name) => {
      headers[name] = value;
    });
    const { status, body } = await outbound.request({
      method,
      url,
      headers,
      trusted: true,
      ...(content ? { body: content.bytes } : {}),
    });
    if (status < 200 || (status >= 300 && !(method === 'DELETE' && status === 404)))
      throw new Failed(`The bucket answered ${status} to ${file}: ${body.slice(0, 200)}`);
  };
  return {
    name: to.bucket,
    put: (file, type, bytes, now) => ask('PUT', file, now, { type, bytes }),
    remove: (file, now) => ask('DELETE', file, now),
  };
}
