/** Finds postmortems by their words, the best first, each with an excerpt in which the hits are marked. */
import { type RawBuilder, sql } from 'kysely';
import type { Db } from '#platform/db/database.ts';
import { cursorOf, readCursor } from '#platform/http/fields.ts';
import { type Term, termsOf } from './asked.ts';
import { hasHit, type Part, partsOf } from './excerpt.ts';
import { HIT_BEGINS, HIT_ENDS } from './searchable.ts';

// Of a word that stands in every postmortem, the newest are ranked; nobody reads further, and the answer stays fast.
export const RANKED_MAX = 500;
// The causes and the summary come first in a text; only where no hit is among them the rest is looked through.
const EXCERPT_FROM_CHARACTERS = 6000;
const EXCERPT_FROM_CHARACTERS_MAX = 200_000;
const EXCERPT = `StartSel=${HIT_BEGINS},StopSel=${HIT_ENDS},MaxFragments=2,MaxWords=18,MinWords=9,FragmentDelimiter= … `;

export type Asked = {
  q: string;
  state: 'all' | 'draft' | 'published';
  severity?: string | undefined;
  serviceId?: string | undefined;
  from?: Temporal.Instant | undefined;
  to?: Temporal.Instant | undefined;
};

export type FoundPostmortem = {
  id: string;
  incidentId: string;
  incidentNumber: number;
  title: Part[];
  severity: string;
  state: 'draft' | 'published';
  detectedAt: string;
  publishedAt: string | null;
  services: string[];
  excerpt: Part[];
};

/**
 * @param viewerId postmortems of restricted incidents are found by their viewers alone
 * @returns nothing for a text without a word in it
 */
export async function searchPostmortems(
  db: Db,
  asked: Asked,
  viewerId: string | undefined,
  page: { cursor?: string | undefined; limit: number },
): Promise<{ items: FoundPostmortem[]; next: string | null }> {
  const terms = termsOf(asked.q);
  if (!terms.some((term) => !term.without)) return { items: [], next: null };
  const query = queryOf(terms);
  const after = page.cursor ? readCursor(page.cursor) : undefined;
  const { rows } = await sql<Row>`
    with hit as (
      select t.postmortem_id as id, t.words from postmortem_text t
      join postmortem p on p.id = t.postmortem_id
      join incident i on i.id = p.incident_id
      where t.words @@ ${query} and (not i.restricted or ${viewerId ?? ''} = any(i.viewers)) and ${narrowed(asked)}
      order by p.created_at desc, p.id desc limit ${RANKED_MAX}
    ), ranked as (
      select id, round(ts_rank(words, ${query}, 1)::numeric, 6) as rank from hit
    ), shown as (
      select id, rank from ranked
      where ${after ? sql`(rank, id) < (${Number(after[0]) || 0}::numeric, ${after[1]}::text)` : sql`true`}
      order by rank desc, id desc limit ${page.limit + 1}
    )
    select s.id, s.rank::text as rank, p.incident_id, i.number, i.document->>'highestSeverity' as severity, p.state,
      i.detected_at, p.published_at,
      array(select name from service where service.id = any(i.service_ids) order by name) as services,
      ts_headline('english', t.title, ${query}, ${`${EXCERPT},HighlightAll=true`}) as title,
      ts_headline('english', left(t.body, ${EXCERPT_FROM_CHARACTERS}), ${query}, ${EXCERPT}) as excerpt,
      length(t.body) > ${EXCERPT_FROM_CHARACTERS} as longer
    from shown s
    join postmortem_text t on t.postmortem_id = s.id
    join postmortem p on p.id = s.id
    join incident i on i.id = p.incident_id
    order by s.rank desc, s.id desc`.execute(db);
  const shown = rows.slice(0, page.limit);
  const deeper = await deeperExcerpts(db, shown, query);
  const last = shown.at(-1);
  return {
    items: shown.map((row) => toFound(row, deeper.get(row.id) ?? row.excerpt)),
    next: rows.length > page.limit && last ? cursorOf(last.rank, last.id) : null,
  };
}

type Row = {
  id: string;
  rank: string;
  incident_id: string;
  number: number;
  severity: string;
  state: FoundPostmortem['state'];
  detected_at: Temporal.Instant;
  published_at: Temporal.Instant | null;
  services: string[];
  title: string;
  excerpt: string;
  longer: boolean;
};

/** Every word must be there: as it begins, so that one may still be typing, or as its English stem. */
function queryOf(terms: Term[]): RawBuilder<unknown> {
  return sql`(${sql.join(terms.map(termQuery), sql` && `)})`;
}

function termQuery({ words, phrase, without }: Term): RawBuilder<unknown> {
  const asks = phrase
    ? sql`(phraseto_tsquery('simple', ${words}::text) || phraseto_tsquery('english', ${words}::text))`
    : sql`(to_tsquery('simple', ${words
        .split(/\s+/)
        .map((word) => `'${word}':*`)
        .join(' & ')}::text) || plainto_tsquery('english', ${words}::text))`;
  return without ? sql`(!! ${asks})` : asks;
}

function narrowed({ state, severity, serviceId, from, to }: Asked): RawBuilder<unknown> {
  return sql.join(
    [
      sql`true`,
      ...(state === 'all' ? [] : [sql`p.state = ${state}`]),
      ...(severity ? [sql`i.document->>'highestSeverity' = ${severity}`] : []),
      ...(serviceId ? [sql`${serviceId} = any(i.service_ids)`] : []),
      ...(from ? [sql`i.detected_at >= ${from}`] : []),
      ...(to ? [sql`i.detected_at < ${to}`] : []),
    ],
    sql` and `,
  );
}

/** For the few whose hit is only far down in a long timeline. */
async function deeperExcerpts(
  db: Db,
  rows: readonly Row[],
  query: RawBuilder<unknown>,
): Promise<Map<string, string>> {
  const ids = rows
    .filter((row) => row.longer && !hasHit(row.excerpt) && !hasHit(row.title))
    .map((row) => row.id);
  if (ids.length === 0) return new Map();
  const found = await sql<{ id: string; excerpt: string }>`
    select postmortem_id as id,
      ts_headline('english', substr(body, ${EXCERPT_FROM_CHARACTERS}, ${EXCERPT_FROM_CHARACTERS_MAX}), ${query}, ${EXCERPT}) as excerpt
    from postmortem_text where postmortem_id = any(${ids}::text[])`.execute(db);
  return new Map(found.rows.map((row) => [row.id, row.excerpt]));
}

function toFound(row: Row, excerpt: string): FoundPostmortem {
  return {
    id: row.id,
    incidentId: row.incident_id,
    incidentNumber: row.number,
    title: partsOf(row.title),
    severity: row.severity,
    state: row.state,
    detectedAt: row.detected_at.toString(),
    publishedAt: row.published_at?.toString() ?? null,
    services: row.services,
    excerpt: partsOf(excerpt),
  };
}
