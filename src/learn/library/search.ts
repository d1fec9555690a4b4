/** Finds postmortems by their words, the best first, each with an excerpt in which the hits are marked. */
import { type RawBuilder, sql } from 'kysely';
import type { Db } from '#platform/db/database.ts';
import { cursorOf, readCursor } from '#platform/http/fields.ts';
import { type Term, termsOf } from './asked.ts';
import { hasHit, type Part, partsOf } from './excerpt.ts';
import { HIT_BEGINS, HIT_ENDS } from './searchable.ts';

// Of a word that stands in every postmortem, the newest are ranked; nobody reads further, and the answer stays fast.
export const RANKED_MAX = 500;
// The summary and the causes come first in a text; only where no hit is among them the rest is looked through.
const EXCERPT_FROM_CHARACTERS = 2500;
const BEFORE_HIT_CHARACTERS = 300;
// So much of a word is looked for when an excerpt is cut: enough to find "policy" by "policies".
const WORD_SHARE = 0.7;
const WORD_CHARACTERS_MIN = 3;
// Whole: HighlightAll counts only where there are no fragments.
const TITLE = `StartSel=${HIT_BEGINS},StopSel=${HIT_ENDS},HighlightAll=true`;
const EXCERPT = `StartSel=${HIT_BEGINS},StopSel=${HIT_ENDS},MaxFragments=2,MaxWords=18,MinWords=9,FragmentDelimiter=" … "`;

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
      select t.postmortem_id as id, t.head, t.opened_at from postmortem_search t
      join postmortem p on p.id = t.postmortem_id
      join incident i on i.id = p.incident_id
      where t.words @@ ${query} and (not i.restricted or ${viewerId ?? ''} = any(i.viewers)) and ${narrowed(asked)}
      order by t.opened_at desc, t.postmortem_id desc limit ${RANKED_MAX}
    ), ranked as (
      -- those without a hit in title or cause follow, the newest first
      select id, to_char(ts_rank(head, ${query}), 'FM0.000000') || to_char(opened_at, 'YYYYMMDDHH24MISSMS') as place from hit
    ), shown as (
      select id, place from ranked
      where ${after ? sql`(place, id) < (${after[0]}::text, ${after[1]}::text)` : sql`true`}
      order by place desc, id desc limit ${page.limit + 1}
    )
    select s.id, s.place, p.incident_id, i.number, i.document->>'highestSeverity' as severity, p.state,
      i.detected_at, p.published_at,
      array(select name from service where service.id = any(i.service_ids) order by name) as services,
      ts_headline('english', t.title, ${query}, ${TITLE}) as title,
      ts_headline('english', left(t.body, ${EXCERPT_FROM_CHARACTERS}), ${query}, ${EXCERPT}) as excerpt,
      length(t.body) > ${EXCERPT_FROM_CHARACTERS} as longer
    from shown s
    join postmortem_search t on t.postmortem_id = s.id
    join postmortem p on p.id = s.id
    join incident i on i.id = p.incident_id
    order by s.place desc, s.id desc`.execute(db);
  const shown = rows.slice(0, page.limit);
  const deeper = await deeperExcerpts(db, shown, { query, terms });
  const last = shown.at(-1);
  return {
    items: shown.map((row) => toFound(row, deeper.get(row.id) ?? row.excerpt)),
    next: rows.length > page.limit && last ? cursorOf(last.place, last.id) : null,
  };
}

type Row = {
  id: string;
  /** Where it stands among the hits: the better, and of equals the newer, is the greater text. */
  place: string;
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

/** For those whose hit is only further down: the text around the first word that was asked for. */
async function deeperExcerpts(
  db: Db,
  rows: readonly Row[],
  { query, terms }: { query: RawBuilder<unknown>; terms: Term[] },
): Promise<Map<string, string>> {
  const ids = rows
    .filter((row) => row.longer && !hasHit(row.excerpt) && !hasHit(row.title))
    .map((row) => row.id);
  if (ids.length === 0) return new Map();
  const word = terms.find((term) => !term.without)?.words.split(/\s+/)[0] ?? '';
  const begins = word.slice(0, Math.max(WORD_CHARACTERS_MIN, Math.floor(word.length * WORD_SHARE)));
  const found = await sql<{ id: string; excerpt: string }>`
    select postmortem_id as id, ts_headline('english', substr(body,
      greatest(1, strpos(lower(body), lower(${begins}::text)) - ${BEFORE_HIT_CHARACTERS}), ${EXCERPT_FROM_CHARACTERS}), ${query}, ${EXCERPT}) as excerpt
    from postmortem_search where postmortem_id = any(${ids}::text[])`.execute(db);
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
