/** Action items from elsewhere: one file, all of it or nothing, every problem with its line in words. */
import { parse as parseYaml, stringify } from 'yaml';
import { type Db, type Tx, transaction } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { endOfWorkingDay } from '#promise/calendar.ts';
import { ruleOf } from '#promise/policy.ts';
import { openMany } from '#promise/reconcile.ts';
import { ACTION_ITEM, DONE_PROMISE } from './action-items.ts';
import { csvLine, readCsv } from './csv.ts';
import { keepText } from './library/text.ts';
import type { House } from './room.ts';
import { ACTION_ITEMS_MAX } from './show.ts';

export const ITEMS_MAX = 10_000;
export const FILE_CHARACTERS_MAX = 8_000_000;
const BATCH = 500;
const PROBLEMS_MAX = 100;
const TEXT_CHARACTERS_MAX = 1000;
const ID_CHARACTERS_MAX = 100;

export const COLUMNS = [
  'id',
  'text',
  'owner',
  'due',
  'done_when',
  'strength',
  'state',
  'evidence',
  'incident',
  'service',
] as const;
type Column = (typeof COLUMNS)[number];
const NEEDED: Column[] = ['text', 'owner', 'due', 'done_when'];

export type Format = 'csv' | 'json' | 'yaml';
type Given = { line: number; of: Partial<Record<Column, string>> };
export type Imported = { read: number; created: number; unchanged: number };
type Problem = { path: string; message: string };

type Ready = {
  externalId: string | null;
  text: string;
  ownerId: string;
  zone: string;
  dueOn: string;
  doneCondition: string;
  strength: string;
  state: 'open' | 'done' | 'dropped';
  evidence: string | null;
  incidentId: string | null;
  postmortemId: string | null;
  serviceId: string | null;
};

/**
 * @param by whose name stands on them
 * @returns how many were read, how many are new; what has an id that is here already stays as it is
 * @throws Refused with the first hundred problems, by line; then nothing was changed
 */
export async function importItems(
  house: House,
  file: { text: string; format: Format; dryRun: boolean },
  by: { name: string; personId: string | undefined },
): Promise<Imported> {
  const { db, clock, live } = house.platform;
  const now = clock.now();
  const given = rowsIn(file.text, file.format);
  const known = await whatIsKnown(db, given, by.personId);
  const { ready, unchanged } = checked(given, known, now);
  if (file.dryRun || ready.length === 0) return { read: given.length, created: ready.length, unchanged };
  await transaction(db, async (tx) => {
    for (let at = 0; at < ready.length; at += BATCH)
      await insert(house, tx, { items: ready.slice(at, at + BATCH), by: by.name }, now);
    await live.publish(tx, { kind: 'action_item', id: 'imported', version: now.epochMilliseconds }, now);
  });
  return { read: given.length, created: ready.length, unchanged };
}

function rowsIn(text: string, format: Format): Given[] {
  const rows = format === 'csv' ? csvRows(text) : listRows(text, format);
  if (rows.length === 0)
    throw refused(
      'The file holds no action item.',
      `Its columns are ${COLUMNS.join(', ')}; ${NEEDED.join(', ')} are needed.`,
    );
  if (rows.length > ITEMS_MAX)
    throw refused(
      `The file holds ${rows.length} action items; at most ${ITEMS_MAX} are read at once.`,
      'Split it into several files.',
    );
  return rows;
}

function csvRows(text: string): Given[] {
  let rows: ReturnType<typeof readCsv>;
  try {
    rows = readCsv(text);
  } catch (error) {
    throw refused((error as Error).message, 'Close it, or write it twice where it belongs to the text.');
  }
  const [head, ...rest] = rows;
  const columns = (head?.cells ?? []).map((cell) => cell.toLowerCase().replaceAll(/[\s-]+/g, '_') as Column);
  refuseColumns(columns);
  return rest.map(({ line, cells }) => ({
    line,
    of: Object.fromEntries(columns.map((column, place) => [column, cells[place] ?? ''])),
  }));
}

function listRows(text: string, format: 'json' | 'yaml'): Given[] {
  let parsed: unknown;
  try {
    parsed = format === 'json' ? JSON.parse(text) : parseYaml(text, { maxAliasCount: 0 });
  } catch (error) {
    const said = error instanceof Error ? error.message.split('\n')[0] : '';
    throw refused(
      `The file is not ${format === 'json' ? 'JSON' : 'YAML'}: ${said}`,
      'Mend it and send it again.',
    );
  }
  const list: unknown = Array.isArray(parsed)
    ? parsed
    : (parsed as { actionItems?: unknown } | null)?.actionItems;
  if (!Array.isArray(list))
    throw refused('The file is no list of action items.', 'Write a list, or a list under "actionItems".');
  return list.map((entry: unknown, index) => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
      throw refused(`Entry ${index + 1} is no action item.`, `Each has ${NEEDED.join(', ')}.`);
    refuseColumns(Object.keys(entry), index + 1);
    return {
      line: index + 1,
      of: Object.fromEntries(
        Object.entries(entry).map(([name, value]) => [
          name,
          value === null || typeof value === 'object' ? '' : String(value).trim(),
        ]),
      ),
    };
  });
}

function refuseColumns(columns: string[], entry?: number): void {
  const where = entry === undefined ? 'The first line' : `Entry ${entry}`;
  const strange = columns.find((column) => !(COLUMNS as readonly string[]).includes(column));
  const missing = NEEDED.filter((column) => !columns.includes(column));
  if (strange !== undefined)
    throw refused(
      `${where} has "${strange.slice(0, 40)}", which is none of our columns.`,
      `They are ${COLUMNS.join(', ')}.`,
    );
  if (missing.length)
    throw refused(`${where} lacks ${missing.join(', ')}.`, `The columns are ${COLUMNS.join(', ')}.`);
}

type Known = Awaited<ReturnType<typeof whatIsKnown>>;

/** Everything that the rows name, asked once for all of them. */
async function whatIsKnown(db: Db, given: Given[], viewerId: string | undefined) {
  const people = await db
    .selectFrom('person')
    .select(['id', 'email', 'zone', 'name'])
    .where('archived_at', 'is', null)
    .execute();
  const services = await db
    .selectFrom('service')
    .select(['id', 'slug', 'name'])
    .where('archived_at', 'is', null)
    .execute();
  const numbers = [...new Set(given.map(({ of }) => numberIn(of.incident ?? '')))].filter(
    (each) => each !== undefined,
  );
  const incidents = numbers.length
    ? await db
        .selectFrom('incident')
        .leftJoin('postmortem', 'postmortem.incident_id', 'incident.id')
        .select([
          'incident.id',
          'incident.number',
          'incident.restricted',
          'incident.viewers',
          'postmortem.id as postmortem_id',
        ])
        .where('incident.number', 'in', numbers)
        .execute()
    : [];
  const counts = await db
    .selectFrom('action_item')
    .select((row) => ['postmortem_id', row.fn.countAll<number>().as('count')])
    .where('postmortem_id', 'is not', null)
    .groupBy('postmortem_id')
    .execute();
  const ids = await db.selectFrom('action_item').select(['id', 'external_id']).execute();
  return {
    people: new Map(
      people.flatMap((each) => (each.email ? [[each.email.toLowerCase(), each] as const] : [])),
    ),
    services: new Map(
      services.flatMap((each) => [
        [each.slug, each.id] as const,
        [each.name.toLowerCase(), each.id] as const,
      ]),
    ),
    incidents: new Map(
      incidents
        .filter((each) => !each.restricted || (viewerId !== undefined && each.viewers.includes(viewerId)))
        .map((each) => [Number(each.number), each]),
    ),
    counts: new Map(counts.map((each) => [each.postmortem_id ?? '', Number(each.count)])),
    // What was exported here comes back under its own id.
    ids: new Set(ids.flatMap((each) => [each.id, each.external_id ?? each.id])),
  };
}

function numberIn(text: string): number | undefined {
  const digits = /^(?:INC-)?(\d{1,9})$/i.exec(text.trim())?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function checked(given: Given[], known: Known, now: Temporal.Instant): { ready: Ready[]; unchanged: number } {
  const problems: Problem[] = [];
  const ready: Ready[] = [];
  const seen = new Map<string, number>();
  let [unchanged, wrong] = [0, 0];
  for (const { line, of } of given) {
    const at = (message: string) => {
      wrong += 1;
      if (problems.length < PROBLEMS_MAX) problems.push({ path: `line ${line}`, message });
    };
    const before = wrong;
    const id = of.id ?? '';
    if (id.length > ID_CHARACTERS_MAX) at(`the id has more than ${ID_CHARACTERS_MAX} characters`);
    if (id && seen.has(id)) at(`the id "${id.slice(0, 40)}" stands on line ${seen.get(id)} already`);
    if (id) seen.set(id, line);
    const item = itemIn(of, known, now, at);
    if (wrong > before) continue;
    if (id && known.ids.has(id)) unchanged += 1;
    else if (item) ready.push({ ...item, externalId: id || null });
  }
  if (wrong)
    throw new Refused(
      'invalid',
      `${wrong === 1 ? 'One thing in the file is' : `${wrong} things in the file are`} not right; nothing was imported.`,
      {
        mend:
          wrong > PROBLEMS_MAX
            ? `The first ${PROBLEMS_MAX} are named here. Mend them and send the file again.`
            : 'Mend what is named here and send the file again.',
        fields: problems,
      },
    );
  return { ready, unchanged };
}

function itemIn(
  of: Given['of'],
  known: Known,
  now: Temporal.Instant,
  wrong: (message: string) => void,
): Omit<Ready, 'externalId'> | undefined {
  const text = textIn(of.text, 'text', wrong);
  const doneCondition = textIn(of.done_when, 'done_when', wrong);
  const owner = known.people.get((of.owner ?? '').toLowerCase());
  if (!of.owner) wrong('owner is empty; write the address of one person');
  else if (!owner) wrong(`nobody in the directory has the address "${of.owner.slice(0, 80)}"`);
  const state = of.state || 'open';
  if (state !== 'open' && state !== 'done' && state !== 'dropped')
    wrong(`state is "${state.slice(0, 40)}"; it is open, done or dropped`);
  const strength = of.strength || 'intermediate';
  if (!['stronger', 'intermediate', 'weaker'].includes(strength))
    wrong(`strength is "${strength.slice(0, 40)}"; it is stronger, intermediate or weaker`);
  const dueOn = dayIn(of.due ?? '');
  if (!dueOn) wrong(`due is "${(of.due ?? '').slice(0, 40)}"; write a day such as 2026-12-04`);
  else if (
    state === 'open' &&
    Temporal.Instant.compare(endOfWorkingDay(dueOn, owner?.zone ?? 'UTC'), now) <= 0
  )
    wrong(`due ${dueOn} has passed; give what is still open a new day`);
  const evidence = of.evidence ? textIn(of.evidence, 'evidence', wrong) : '';
  if (state !== 'open' && !evidence)
    wrong(
      state === 'done'
        ? 'evidence is empty; say what shows that it is done'
        : 'evidence is empty; say why it was decided against',
    );
  const number = of.incident ? numberIn(of.incident) : undefined;
  const incident = number === undefined ? undefined : known.incidents.get(number);
  if (of.incident && !incident)
    wrong(`there is no incident "${of.incident.slice(0, 40)}"; write its number, such as INC-12`);
  const serviceId = of.service
    ? (known.services.get(of.service) ?? known.services.get(of.service.toLowerCase()))
    : undefined;
  if (of.service && !serviceId) wrong(`there is no service "${of.service.slice(0, 80)}"`);
  const postmortemId = incident?.postmortem_id ?? null;
  if (postmortemId) {
    const count = (known.counts.get(postmortemId) ?? 0) + 1;
    known.counts.set(postmortemId, count);
    if (count === ACTION_ITEMS_MAX + 1)
      wrong(`INC-${number} would have more than ${ACTION_ITEMS_MAX} action items`);
  }
  if (!owner || !dueOn) return undefined;
  return {
    text,
    ownerId: owner.id,
    zone: owner.zone,
    dueOn,
    doneCondition,
    strength,
    state: state as Ready['state'],
    evidence: evidence || null,
    incidentId: incident?.id ?? null,
    postmortemId,
    serviceId: serviceId ?? null,
  };
}

function textIn(value: string | undefined, column: Column, wrong: (message: string) => void): string {
  const text = (value ?? '').toWellFormed().replaceAll('\0', '\uFFFD').trim();
  if (!text) wrong(`${column} is empty`);
  if (text.length > TEXT_CHARACTERS_MAX) wrong(`${column} has more than ${TEXT_CHARACTERS_MAX} characters`);
  return text;
}

function dayIn(text: string): string | undefined {
  try {
    return /^\d{4}-\d\d-\d\d$/.test(text)
      ? Temporal.PlainDate.from(text, { overflow: 'reject' }).toString()
      : undefined;
  } catch {
    return undefined;
  }
}

async function insert(
  { policies }: House,
  tx: Tx,
  { items, by }: { items: Ready[]; by: string },
  now: Temporal.Instant,
): Promise<void> {
  const rule = ruleOf(await policies.current(tx), DONE_PROMISE);
  const rows = items.map((item) => ({ ...item, id: newId('ai') }));
  await tx
    .insertInto('action_item')
    .values(
      rows.map((item) => ({
        id: item.id,
        incident_id: item.incidentId,
        postmortem_id: item.postmortemId,
        service_id: item.serviceId,
        external_id: item.externalId,
        text: item.text,
        owner_id: item.ownerId,
        due_on: item.dueOn,
        done_condition: item.doneCondition,
        strength: item.strength,
        state: item.state,
        evidence: item.state === 'done' ? item.evidence : null,
        dropped_because: item.state === 'dropped' ? item.evidence : null,
        created_by: by,
        created_at: now,
        ended_at: item.state === 'open' ? null : now,
      })),
    )
    .execute();
  for (const id of new Set(rows.flatMap((item) => item.postmortemId ?? []))) await keepText(tx, id);
  await openMany(
    tx,
    rows
      .filter((item) => item.state === 'open')
      .map((item) => ({
        subjectKind: ACTION_ITEM,
        subjectId: item.id,
        owed: {
          kind: DONE_PROMISE,
          cycle: 1,
          ownerId: item.ownerId,
          openedAt: now,
          dueAt: endOfWorkingDay(item.dueOn, item.zone),
          ladder: rule.ladder,
          repeatLastAfter: rule.repeatLastAfter,
          state: 'open' as const,
          endedAt: undefined,
        },
      })),
  );
}

/** @returns every action item that the viewer may see, in the columns of the import, as CSV or YAML */
export async function exportItems(
  db: Db,
  viewerId: string | undefined,
  format: 'csv' | 'yaml',
): Promise<string> {
  const rows = await db
    .selectFrom('action_item')
    .innerJoin('person', 'person.id', 'action_item.owner_id')
    .leftJoin('incident', 'incident.id', 'action_item.incident_id')
    .leftJoin('service', 'service.id', 'action_item.service_id')
    .selectAll('action_item')
    .select(['person.email', 'incident.number', 'incident.restricted', 'incident.viewers', 'service.slug'])
    .orderBy('action_item.due_on')
    .orderBy('action_item.id')
    .execute();
  const lines = rows
    .filter((row) => !row.restricted || (viewerId !== undefined && row.viewers?.includes(viewerId)))
    .map(
      (row): Record<Column, string> => ({
        id: row.external_id ?? row.id,
        text: row.text,
        owner: row.email ?? '',
        due: row.due_on,
        done_when: row.done_condition,
        strength: row.strength,
        state: row.state,
        evidence: row.evidence ?? row.dropped_because ?? '',
        incident: row.number === null ? '' : `INC-${row.number}`,
        service: row.slug ?? '',
      }),
    );
  if (format === 'yaml') return stringify({ actionItems: lines });
  return [csvLine([...COLUMNS]), ...lines.map((line) => csvLine(COLUMNS.map((column) => line[column])))].join(
    '',
  );
}

function refused(message: string, mend: string): Refused {
  return new Refused('invalid', `${message} Nothing was imported.`, { mend });
}
