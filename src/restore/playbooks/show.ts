/** Reads playbooks for showing: rows, the names of their services, and when each was last carried out. */
import { sql } from 'kysely';
import type { Db } from '#platform/db/database.ts';
import type { Caller } from '#platform/http/app.ts';
import type { CardCategory } from '../cards.ts';
import { mayEdit } from './editors.ts';
import type { PlaybookRow } from './library.ts';
import type { Finding } from './lint.ts';
import { type ParsedPlaybook, type Part, parsePlaybook } from './parse.ts';
import type { FindingView, PlaybookSummary, PlaybookView, VariableView } from './shapes.ts';
import { filledBlock, filledInlines, type Values, type Variable } from './variables.ts';

/** A runbook is to be confirmed at least twice a year, as it rots unseen. */
export const REVIEW_DAYS = 180;
const EXECUTIONS_MAX = 20;

export type Showing = { db: Db; now: Temporal.Instant; caller: Caller; link: string | undefined };

export async function summariesOf(rows: PlaybookRow[], showing: Showing): Promise<PlaybookSummary[]> {
  if (!rows.length) return [];
  const names = await serviceNames(
    showing.db,
    rows.flatMap((row) => row.service_ids),
  );
  const executed = await lastExecuted(
    showing.db,
    rows.map((row) => row.id),
    showing.caller.personId,
  );
  return rows.map((row) => summaryOf(row, parsePlaybook(row.body), names, executed.get(row.id), showing));
}

export async function viewOf(row: PlaybookRow, showing: Showing): Promise<PlaybookView> {
  const parsed = parsePlaybook(row.body);
  const names = await serviceNames(showing.db, row.service_ids);
  const executions = await executionsOf(showing.db, row.id, showing.caller.personId);
  const newest = executions[0];
  const mayReview = await mayEdit(showing.db, showing.caller, row.service_ids);
  return {
    ...summaryOf(row, parsed, names, newest?.startedAt, showing),
    body: row.body,
    parts: partsOf(parsed.parts, new Map()),
    variables: parsed.variables.map((each) => variableOf(each, null)),
    findings: parsed.findings.map(findingOf),
    mayEdit: row.source === 'app' && mayReview,
    mayReview,
    executions,
  };
}

function summaryOf(
  row: PlaybookRow,
  { steps, findings }: ParsedPlaybook,
  names: Map<string, string>,
  lastExecutedAt: string | undefined,
  { now, link }: Showing,
): PlaybookSummary {
  const { reviewed_at: reviewed, updated_at: updated } = row;
  const since = reviewed && Temporal.Instant.compare(reviewed, updated) > 0 ? reviewed : updated;
  const due = since.add({ hours: REVIEW_DAYS * 24 });
  return {
    id: row.id,
    title: row.title,
    category: row.category as CardCategory | null,
    services: row.service_ids.map((id) => ({ id, name: names.get(id) ?? id })),
    steps: row.steps,
    minutes: steps.reduce((sum, step) => sum + (step.minutes ?? 0), 0),
    version: row.version,
    source: row.source as 'app' | 'folder',
    path: row.path,
    link: row.path && link ? `${link}/${row.path.split('/').map(encodeURIComponent).join('/')}` : null,
    updatedAt: updated.toString(),
    updatedBy: row.updated_by,
    reviewedAt: reviewed?.toString() ?? null,
    reviewedBy: row.reviewed_by,
    reviewDueAt: due.toString(),
    reviewOverdue: Temporal.Instant.compare(due, now) <= 0,
    testedOn: row.tested_on,
    lastExecutedAt: lastExecutedAt ?? null,
    archivedAt: row.archived_at?.toString() ?? null,
    missing: findings.filter((each) => each.level !== 'hint').length,
  };
}

export async function serviceNames(db: Db, ids: string[]): Promise<Map<string, string>> {
  if (!ids.length) return new Map();
  const rows = await db
    .selectFrom('service')
    .select(['id', 'name'])
    .where('id', 'in', [...new Set(ids)])
    .execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** Of what the caller may see: a restricted incident is not told by the playbook that it used. */
function seen(personId: string | undefined) {
  return sql<boolean>`(not incident.restricted or ${personId ?? ''} = any(incident.viewers))`;
}

async function lastExecuted(
  db: Db,
  ids: string[],
  personId: string | undefined,
): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('playbook_run')
    .innerJoin('incident', 'incident.id', 'playbook_run.incident_id')
    .select(['playbook_run.playbook_id', sql<Temporal.Instant>`max(playbook_run.started_at)`.as('at')])
    .where('playbook_run.playbook_id', 'in', ids)
    .where(seen(personId))
    .groupBy('playbook_run.playbook_id')
    .execute();
  return new Map(rows.map((row) => [row.playbook_id, row.at.toString()]));
}

async function executionsOf(
  db: Db,
  id: string,
  personId: string | undefined,
): Promise<PlaybookView['executions']> {
  const rows = await db
    .selectFrom('playbook_run')
    .innerJoin('incident', 'incident.id', 'playbook_run.incident_id')
    .select([
      'incident.id',
      'incident.number',
      'incident.title',
      'incident.drill',
      'playbook_run.version',
      'playbook_run.started_at',
    ])
    .where('playbook_run.playbook_id', '=', id)
    .where(seen(personId))
    .orderBy('playbook_run.started_at', 'desc')
    .limit(EXECUTIONS_MAX)
    .execute();
  return rows.map((row) => ({
    incidentId: row.id,
    number: row.number,
    title: row.title,
    drill: row.drill,
    version: row.version,
    startedAt: row.started_at.toString(),
  }));
}

export function partsOf(parts: Part[], values: Values): Record<string, unknown>[] {
  return parts.map((part) =>
    part.kind === 'block'
      ? { kind: 'block', block: filledBlock(part.block, values) }
      : {
          kind: 'step',
          step: {
            id: part.step.id,
            number: part.step.number,
            depth: part.step.depth,
            line: part.step.line,
            role: part.step.owner ?? null,
            minutes: part.step.minutes ?? null,
            words: filledInlines(part.step.words, values),
            blocks: part.step.blocks.map((block) => filledBlock(block, values)),
          },
        },
  );
}

export function variableOf({ name, type, options }: Variable, value: string | null): VariableView {
  return { name, type, options, value };
}

export function findingOf({ line, level, code, message, step }: Finding): FindingView {
  return { line, level, code, message, step: step ?? null };
}
