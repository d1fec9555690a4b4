/** What returns across the published postmortems of a time, over HTTP. */
import { sql } from 'kysely';
import { z } from 'zod';
import type { Db } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { instant } from '#platform/http/fields.ts';
import type { House } from '../room.ts';
import { FACTOR_NAMES, type Sections } from '../sections.ts';
import { type Learnt, themesOf } from './themes.ts';

const POSTMORTEMS_MAX = 2000;
const HOURS_DEFAULT = 90 * 24;

const theme = z.object({
  key: z.string(),
  name: z.string(),
  count: z.number().describe('In how many of the postmortems'),
  postmortems: z.array(
    z.object({ id: z.string(), incidentNumber: z.number(), title: z.string(), severity: z.string() }),
  ),
});
export const themesShape = z.object({
  from: z.string(),
  to: z.string(),
  n: z.number().describe('Published postmortems that were looked at'),
  notPublished: z.number().describe('Drafts of the same time, which are not counted'),
  factors: z.array(theme).describe('Contributing factors that were answered with yes'),
  categories: z.array(theme),
  services: z.array(theme),
  triggers: z.array(theme).describe('The same trigger more than once, its figures aside'),
  alerts: z.array(theme).describe('The same alert more than once, its figures aside'),
  setOffByChange: z.object({ count: z.number(), n: z.number() }),
  strengths: z.object({ stronger: z.number(), intermediate: z.number(), weaker: z.number() }),
  onlyWeaker: theme,
  onlyDashboards: theme,
});

export function themesRoutes(app: App, { platform }: House): void {
  app.get(
    '/api/v1/postmortem-themes',
    {
      config: { access: 'viewer' },
      schema: {
        querystring: z.object({
          from: instant()
            .optional()
            .describe('Detected at this time or later; left out: 90 days before `to`'),
          to: instant().optional().describe('Detected before this time; left out: now'),
        }),
        response: { 200: themesShape },
        tags: ['learn'],
        summary: 'What returns across the published postmortems of a time',
        description:
          'Counted by system, never by person or team. A postmortem counts once for each theme. At most the newest 2,000 are looked at.',
        operationId: 'postmortemThemes',
      },
    },
    async (request) => {
      const to = request.query.to ?? platform.clock.now();
      const from = request.query.from ?? to.subtract({ hours: HOURS_DEFAULT });
      if (Temporal.Instant.compare(from, to) >= 0)
        throw new Refused('invalid', 'The time ends before it begins.', {
          mend: 'Let `from` be earlier than `to`.',
        });
      const { learnt, notPublished } = await readLearnt(
        platform.db,
        { from, to },
        callerOf(request).personId,
      );
      return { from: from.toString(), to: to.toString(), notPublished, ...themesOf(learnt) };
    },
  );
}

type Row = {
  id: string;
  state: string;
  number: number;
  title: string | null;
  severity: string;
  category: string | null;
  services: Learnt['services'];
  factors: Sections['contributingFactors'] | null;
  written_trigger: string | null;
  change_id: string | null;
  marked_trigger: { kind: string; summary?: string; what?: string } | null;
  alerts: { title: string }[] | null;
  items: Learnt['items'];
};

/** What themes look at and no more: the timelines stay where they are. */
async function readLearnt(
  db: Db,
  { from, to }: { from: Temporal.Instant; to: Temporal.Instant },
  viewerId: string | undefined,
): Promise<{ learnt: Learnt[]; notPublished: number }> {
  const { rows } = await sql<Row>`
    select p.id, p.state, i.number, p.published->>'title' as title, i.document->>'highestSeverity' as severity,
      i.document->>'category' as category,
      (select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name) order by s.name), '[]')
        from service s where s.id = any(i.service_ids)) as services,
      p.published->'sections'->'contributingFactors' as factors,
      p.published->'sections'->>'trigger' as written_trigger,
      p.published->'sections'->>'triggerChangeId' as change_id,
      i.document->'trigger' as marked_trigger,
      i.document->'alerts' as alerts,
      (select coalesce(jsonb_agg(jsonb_build_object('text', a.text, 'strength', a.strength) order by a.id), '[]')
        from action_item a where a.postmortem_id = p.id and a.state <> 'dropped') as items
    from postmortem p join incident i on i.id = p.incident_id
    where i.detected_at >= ${from} and i.detected_at < ${to} and p.covered_by is null
      and (not i.restricted or ${viewerId ?? ''} = any(i.viewers))
    order by i.detected_at desc limit ${POSTMORTEMS_MAX}`.execute(db);
  const published = rows.filter((row) => row.state === 'published');
  return { learnt: published.map(toLearnt), notPublished: rows.length - published.length };
}

function toLearnt(row: Row): Learnt {
  return {
    id: row.id,
    incidentNumber: row.number,
    title: row.title ?? '',
    severity: row.severity,
    category: row.category,
    services: row.services,
    factors: FACTOR_NAMES.filter((name) => row.factors?.[name].answer === 'yes'),
    trigger: triggerOf(row),
    alerts: (row.alerts ?? []).map((alert) => alert.title),
    items: row.items,
  };
}

/** What was marked in the lane; else what the postmortem says in its own words, of a change where it is linked with one. */
function triggerOf({ marked_trigger: marked, change_id, written_trigger }: Row): Learnt['trigger'] {
  if (marked?.kind === 'change') return { kind: 'change', text: marked.summary ?? '' };
  if (marked) return { kind: 'not_a_change', text: marked.what ?? '' };
  if (!written_trigger?.trim()) return null;
  return { kind: change_id ? 'change' : 'written', text: written_trigger.trim() };
}
