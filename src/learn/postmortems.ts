/** Postmortems as rows: found, listed, and their versions kept. */
import { sql } from 'kysely';
import type { Incident } from '#incident/types.ts';
import { type Db, json, type Tx } from '#platform/db/database.ts';
import { cursorOf, readTimeCursor } from '#platform/http/fields.ts';
import type { Live } from '#platform/http/live.ts';
import type { Sections } from './sections.ts';
import type { TakenTemplate } from './template.ts';

export type Published = { title: string; sections: Sections };

export type Postmortem = {
  id: string;
  incidentId: string;
  state: 'draft' | 'published';
  ownerId: string | null;
  version: number;
  sections: Sections;
  /** What it took over from the organisation's template. */
  template: TakenTemplate | null;
  draftedThrough: number;
  coveredBy: string | null;
  published: Published | null;
  publishedVersion: number | null;
  publishedAt: Temporal.Instant | null;
  updatedAt: Temporal.Instant;
};

type Find = { id: string } | { incidentId: string };

/** @param lock hold the row until the transaction ends */
export async function findPostmortem(
  db: Db | Tx,
  find: Find,
  lock: 'lock' | 'look' = 'look',
): Promise<Postmortem | undefined> {
  const query = db
    .selectFrom('postmortem')
    .selectAll()
    .where((row) => ('id' in find ? row('id', '=', find.id) : row('incident_id', '=', find.incidentId)));
  const row = await (lock === 'lock' ? query.forUpdate() : query).executeTakeFirst();
  return (
    row && {
      id: row.id,
      incidentId: row.incident_id,
      state: row.state as Postmortem['state'],
      ownerId: row.owner_id,
      version: row.version,
      sections: row.sections as Sections,
      template: row.template as TakenTemplate | null,
      draftedThrough: row.drafted_through,
      coveredBy: row.covered_by,
      published: row.published as Published | null,
      publishedVersion: row.published_version,
      publishedAt: row.published_at,
      updatedAt: row.updated_at,
    }
  );
}

export async function keepVersion(
  tx: Tx,
  kept: { id: string; version: number; sections: Sections; by: string },
  now: Temporal.Instant,
): Promise<void> {
  await tx
    .insertInto('postmortem_version')
    .values({
      postmortem_id: kept.id,
      version: kept.version,
      sections: json(kept.sections),
      saved_by: kept.by,
      saved_at: now,
    })
    .execute();
}

/** Keeps the version that the row has just been given; copied where it is, for it may be large. */
export async function keepFirstVersion(
  tx: Tx,
  { id, by }: { id: string; by: string },
  now: Temporal.Instant,
): Promise<void> {
  await tx
    .insertInto('postmortem_version')
    .columns(['postmortem_id', 'version', 'sections', 'saved_by', 'saved_at'])
    .expression((row) =>
      row
        .selectFrom('postmortem')
        .select([
          'id',
          'version',
          'sections',
          sql<string>`${by}::text`.as('saved_by'),
          sql<Temporal.Instant>`${now}::timestamptz`.as('saved_at'),
        ])
        .where('id', '=', id),
    )
    .execute();
}

type Hint = (
  live: Live,
  tx: Tx,
  postmortem: { id: string; version: number },
  incident: Pick<Incident, 'restricted' | 'viewers'>,
  now: Temporal.Instant,
) => Promise<void>;

export const publishHint = hintOf('postmortem');
/** For those who have it open to write: new words, or somebody who writes there. */
export const publishTextHint = hintOf('postmortem_text');

function hintOf(kind: 'postmortem' | 'postmortem_text'): Hint {
  return (live, tx, { id, version }, { restricted, viewers }, now) =>
    live.publish(tx, { kind, id, version, viewers: restricted ? viewers : undefined }, now);
}

export type PostmortemSummary = {
  id: string;
  incidentId: string;
  incidentNumber: number;
  title: string;
  severity: string;
  state: 'draft' | 'published';
  ownerId: string | null;
  ownerName: string | null;
  version: number;
  restoredAt: string | null;
  /** Null when nothing is owed: published, covered by another, or the incident is open again. */
  dueAt: string | null;
  overdue: boolean;
  publishedAt: string | null;
  coveredBy: { id: string; number: number } | null;
  openActionItems: number;
};

export type PostmortemFilter = {
  show: 'all' | 'due' | 'draft' | 'published';
  ownerId?: string | undefined;
  id?: string | undefined;
};

/** @param viewerId postmortems of restricted incidents are listed for their viewers alone */
export async function listPostmortems(
  db: Db,
  filter: PostmortemFilter,
  viewerId: string | undefined,
  now: Temporal.Instant,
  page: { cursor?: string | undefined; limit: number },
): Promise<{ items: PostmortemSummary[]; next: string | null }> {
  const due = filter.show === 'due';
  const at = due ? sql.ref('promise.due_at') : sql.ref('postmortem.created_at');
  let query = summaries(db)
    .select(sql<Temporal.Instant>`${at}`.as('sorted_at'))
    .where((row) =>
      row.or([
        row('incident.restricted', '=', false),
        sql<boolean>`${viewerId ?? ''} = any(incident.viewers)`,
      ]),
    )
    .orderBy(at, due ? 'asc' : 'desc')
    .orderBy('postmortem.id', due ? 'asc' : 'desc')
    .limit(page.limit + 1);
  if (due) query = query.where('promise.due_at', 'is not', null);
  if (filter.show === 'draft' || filter.show === 'published')
    query = query.where('postmortem.state', '=', filter.show);
  if (filter.ownerId) query = query.where('postmortem.owner_id', '=', filter.ownerId);
  if (filter.id) query = query.where('postmortem.id', '=', filter.id);
  if (page.cursor) {
    const cursor = readTimeCursor(page.cursor);
    query = query.where(
      sql<boolean>`(${at}, postmortem.id) ${sql.raw(due ? '>' : '<')} (${cursor.at}::timestamptz, ${cursor.id}::text)`,
    );
  }
  const rows = await query.execute();
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    items: shown.map((row) => toSummary(row, now)),
    next: rows.length > page.limit && last ? cursorOf(last.sorted_at.toString(), last.id) : null,
  };
}

function summaries(db: Db) {
  return db
    .selectFrom('postmortem')
    .innerJoin('incident', 'incident.id', 'postmortem.incident_id')
    .leftJoin('person', 'person.id', 'postmortem.owner_id')
    .leftJoin('incident as covering', 'covering.id', 'postmortem.covered_by')
    .leftJoin('promise', (join) =>
      join
        .onRef('promise.subject_id', '=', 'postmortem.incident_id')
        .on('promise.subject_kind', '=', 'incident')
        .on('promise.kind', '=', 'postmortem_published')
        .on('promise.state', '=', 'open'),
    )
    .select([
      'postmortem.id',
      'postmortem.incident_id',
      'incident.number',
      'incident.title',
      sql<string>`incident.document->>'highestSeverity'`.as('severity'),
      'postmortem.state',
      'postmortem.owner_id',
      'person.name as owner_name',
      'postmortem.version',
      'incident.restored_at',
      'promise.due_at',
      'postmortem.published_at',
      'covering.id as covering_id',
      'covering.number as covering_number',
      sql<number>`(select count(*)::int from action_item where action_item.postmortem_id = postmortem.id and action_item.state = 'open')`.as(
        'open_items',
      ),
    ]);
}

type SummaryRow = Awaited<ReturnType<ReturnType<typeof summaries>['execute']>>[number];

function toSummary(row: SummaryRow, now: Temporal.Instant): PostmortemSummary {
  return {
    id: row.id,
    incidentId: row.incident_id,
    incidentNumber: row.number,
    title: row.title,
    severity: row.severity,
    state: row.state as PostmortemSummary['state'],
    ownerId: row.owner_id,
    ownerName: row.owner_name,
    version: row.version,
    restoredAt: row.restored_at?.toString() ?? null,
    dueAt: row.due_at?.toString() ?? null,
    overdue: row.due_at !== null && Temporal.Instant.compare(row.due_at, now) <= 0,
    publishedAt: row.published_at?.toString() ?? null,
    coveredBy:
      row.covering_id && row.covering_number ? { id: row.covering_id, number: row.covering_number } : null,
    openActionItems: row.open_items,
  };
}
