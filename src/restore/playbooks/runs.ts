/** Carries playbooks out in an incident: which fit, starting one, and how far it is. The text is kept here, the ticks are the incident's. */
import { sql } from 'kysely';
import { boxEnds, doerOf, isRunning } from '#incident/decide-playbook.ts';
import type { Fact } from '#incident/facts.ts';
import type { Happening } from '#incident/room.ts';
import type { Incident, PlaybookRun, PlaybookStep } from '#incident/types.ts';
import type { Db, Tx } from '#platform/db/database.ts';
import { json } from '#platform/db/database.ts';
import { knownValues } from './gaps-filled.ts';
import type { PlaybookRow } from './library.ts';
import { type Part, parsePlaybook, type Step } from './parse.ts';
import type { OfferedView, RunStepView, RunView } from './shapes.ts';
import { type Showing, summariesOf, variableOf } from './show.ts';
import { filledBlock, filledInlines, type Values } from './variables.ts';

const OFFERED_MAX = 20;

/** Service and kind of failure first, then the service, then the kind of failure. @param asked one more, whatever it is for */
export async function offeredFor(
  incident: Incident,
  showing: Showing,
  asked: string | undefined,
): Promise<OfferedView[]> {
  const { db } = showing;
  const { category, serviceIds } = incident;
  const rows = await db
    .selectFrom('playbook')
    .selectAll()
    .where('archived_at', 'is', null)
    .where('steps', '>', 0)
    .where((eb) =>
      eb.or([
        ...(asked ? [eb('id', '=', asked)] : []),
        ...(serviceIds.length ? [sql<boolean>`service_ids && ${serviceIds}::text[]`] : []),
        ...(category ? [eb.and([eb('category', '=', category), sql<boolean>`service_ids = '{}'`])] : []),
        sql<boolean>`false`,
      ]),
    )
    .orderBy('title')
    .execute();
  const ranked = rows
    .flatMap((row) => {
      // What runs already is gone on with, not started again.
      if (incident.playbooks?.some((run) => run.playbookId === row.id && isRunning(run))) return [];
      const why = row.id === asked ? 'asked' : whyOf(row, incident);
      return why ? [{ row, why }] : [];
    })
    .toSorted((one, other) => RANK[one.why] - RANK[other.why])
    .slice(0, OFFERED_MAX);
  const summaries = await summariesOf(
    ranked.map(({ row }) => row),
    showing,
  );
  return Promise.all(
    ranked.map(async ({ row, why }, index) => {
      const summary = summaries[index];
      if (!summary) throw new Error('A playbook that was read has no summary.');
      const known = await knownValues(db, incident, row.service_ids);
      return {
        ...summary,
        why,
        variables: parsePlaybook(row.body).variables.map((each) =>
          variableOf(each, (known as Record<string, string>)[each.name] ?? null),
        ),
      };
    }),
  );
}

const RANK: Record<OfferedView['why'], number> = {
  asked: 0,
  service_and_category: 1,
  service: 2,
  category: 3,
};

function whyOf(
  row: Pick<PlaybookRow, 'category' | 'service_ids'>,
  { category, serviceIds }: Incident,
): OfferedView['why'] | undefined {
  const here = row.service_ids.some((id) => serviceIds.includes(id));
  const kind = category !== undefined && row.category === category;
  if (here && kind) return 'service_and_category';
  // Before the kind of failure is chosen, every playbook of the service may be the one.
  if (here && (row.category === null || category === undefined)) return 'service';
  return kind && row.service_ids.length === 0 ? 'category' : undefined;
}

/** Copies the version into the incident, in the transaction of its fact. */
export async function keepText(
  fact: Extract<Fact, { kind: 'playbook_started' }>,
  { incident, tx, now }: Pick<Happening, 'incident' | 'tx' | 'now'>,
): Promise<void> {
  const { run, values } = fact;
  const version = await tx
    .selectFrom('playbook_version')
    .select('body')
    .where('playbook_id', '=', run.playbookId)
    .where('version', '=', run.version)
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('playbook_run')
    .values({
      id: run.id,
      incident_id: incident.id,
      playbook_id: run.playbookId,
      version: run.version,
      body: version.body,
      filled_in: json(values),
      started_by: fact.actor.name,
      started_at: now,
    })
    .execute();
}

/** The newest first. */
export async function runsOf(db: Db | Tx, incident: Incident): Promise<RunView[]> {
  const runs = (incident.playbooks ?? []).toReversed();
  if (!runs.length) return [];
  const texts = await db
    .selectFrom('playbook_run')
    .select(['id', 'body', 'filled_in'])
    .where('incident_id', '=', incident.id)
    .execute();
  const notes = await notesOf(db, incident.id);
  return runs.map((run) => {
    const text = texts.find((each) => each.id === run.id);
    const values = new Map(
      ((text?.filled_in as { name: string; value: string }[] | undefined) ?? []).map(({ name, value }) => [
        name,
        value,
      ]),
    );
    return runView(incident, run, text?.body ?? '', values, notes.get(run.id) ?? new Map());
  });
}

type Notes = Map<string, RunStepView['notes']>;

async function notesOf(db: Db | Tx, incidentId: string): Promise<Map<string, Notes>> {
  const rows = await db
    .selectFrom('fact')
    .select([
      'happened_at',
      sql<string>`data->>'runId'`.as('run'),
      sql<string>`data->>'stepId'`.as('step'),
      sql<string>`data->>'text'`.as('text'),
      sql<string>`actor->>'name'`.as('by'),
    ])
    .where('incident_id', '=', incidentId)
    .where('kind', '=', 'step_noted')
    .orderBy('seq')
    .execute();
  const found = new Map<string, Notes>();
  for (const row of rows) {
    const run = found.get(row.run) ?? new Map();
    found.set(row.run, run);
    const note = { text: row.text, by: row.by, at: row.happened_at.toString() };
    run.set(row.step, [...(run.get(row.step) ?? []), note]);
  }
  return found;
}

function runView(incident: Incident, run: PlaybookRun, body: string, values: Values, notes: Notes): RunView {
  const current = isRunning(run) ? run.steps.find((step) => step.state === 'open') : undefined;
  const shown = (step: PlaybookStep, read: Step | undefined): RunView['parts'][number] => ({
    kind: 'step',
    step: stepView(incident, step, read, values, {
      current: step.id === current?.id,
      notes: notes.get(step.id) ?? [],
    }),
  });
  const parts = parsePlaybook(body).parts.flatMap((part: Part): RunView['parts'] => {
    if (part.kind === 'block') return [{ kind: 'block', block: filledBlock(part.block, values) }];
    const step = run.steps.find((each) => each.number === part.step.number);
    return step ? [shown(step, part.step)] : [];
  });
  const done = run.steps.filter((step) => step.state !== 'open').length;
  return {
    id: run.id,
    playbookId: run.playbookId,
    version: run.version,
    title: run.title,
    startedAt: run.startedAt.toString(),
    startedBy: run.startedBy,
    stoppedAt: run.stoppedAt?.toString() ?? null,
    stopReason: run.stopReason ?? null,
    running: isRunning(run),
    done,
    total: run.steps.length,
    parts: body ? parts : run.steps.map((step) => shown(step, undefined)),
  };
}

function stepView(
  incident: Incident,
  step: PlaybookStep,
  read: Step | undefined,
  values: Values,
  { current, notes }: { current: boolean; notes: RunStepView['notes'] },
): RunStepView {
  const holder = doerOf(incident, step);
  return {
    id: step.id,
    number: step.number,
    depth: read?.depth ?? 0,
    what: step.what,
    words: read ? filledInlines(read.words, values) : [{ kind: 'text', text: step.what }],
    blocks: read?.blocks.map((block) => filledBlock(block, values)) ?? [],
    role: step.role ?? null,
    ownerId: holder?.personId ?? null,
    ownerName: holder?.name ?? null,
    taken: step.owner !== undefined,
    minutes: step.minutes ?? null,
    beganAt: step.beganAt?.toString() ?? null,
    dueAt: step.state === 'open' ? (boxEnds(step)?.toString() ?? null) : null,
    state: step.state,
    current,
    endedAt: step.endedAt?.toString() ?? null,
    endedBy: step.endedBy ?? null,
    result: step.result ?? null,
    reason: step.reason ?? null,
    notes,
  };
}
