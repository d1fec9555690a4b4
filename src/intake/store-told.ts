/** Brings what a sender told to the ledger: each change with its service, in the order of its sender's clock, after the version before it. */
import { sql } from 'kysely';
import type {
  ChangeState,
  IncomingChange,
  KeepChanges,
  Kept as KeptChange,
  RecordChanges,
} from '#incident/change.ts';
import { json, type Tx } from '#platform/db/database.ts';
import { shortVersion } from '#platform/versions.ts';
import { advance, type Course, incomingOf, type Kept } from './course.ts';
import type { Parsed } from './incoming.ts';
import type { Integration } from './integrations.ts';
import { rulesOf } from './reading.ts';
import { route } from './route.ts';
import { type Services, servicesNamed } from './services.ts';
import { type ToldChange, within } from './told.ts';

const EARLIER_VERSIONS = 10;

type Placed = { step: ToldChange; serviceId: string | undefined };

/**
 * Records within a transaction; nothing else is asked in it.
 * @param version of the integrations by which the changes were read
 * @returns how many changes were handed on; those that a routing rule ignores are not counted
 * @throws Stale when the integrations have been changed since; then nothing is recorded
 */
export async function storeChanges(
  tx: Tx,
  recordChanges: RecordChanges,
  {
    integration,
    steps,
    now,
    version,
  }: { integration: Integration; steps: readonly ToldChange[]; now: Temporal.Instant; version: number },
): Promise<number> {
  const ways = waysOf(integration, steps.map(within));
  const names = [...new Set(ways.flatMap(({ way }) => way.names))];
  const placed = places(ways, await servicesNamed(tx, names, version));
  const courses = await takeSteps(tx, integration.id, placed.filter(isCourse), now);
  const alone = placed.filter((each) => !isCourse(each)).map((each) => aloneOf(integration, each, now));
  const all: IncomingChange[] = [...alone, ...courses].sort((one, other) =>
    (one.externalId ?? '') < (other.externalId ?? '') ? -1 : 1,
  );
  if (all.length) await recordChanges(tx, all);
  return placed.length;
}

/**
 * Keeps what comes alone, with no course to follow: outside of any transaction, those of many requests in one commit.
 * @returns what became of each, without those that a routing rule ignores
 */
export async function keepAlone(
  services: Services,
  keepChanges: KeepChanges,
  {
    integration,
    steps,
    now,
  }: { integration: Integration; steps: readonly ToldChange[]; now: Temporal.Instant },
): Promise<KeptChange[]> {
  const ways = waysOf(integration, steps.map(within));
  if (!ways.length) return [];
  const placed = places(ways, await services.named(ways.map(({ way }) => ({ route: way }))));
  return keepChanges(placed.map((each) => aloneOf(integration, each, now)));
}

function aloneOf(
  integration: Integration,
  { step, serviceId }: Placed,
  now: Temporal.Instant,
): IncomingChange {
  return {
    ...incomingOf(advance(undefined, step, now), {
      integrationId: integration.id,
      externalId: step.externalId,
    }),
    serviceId,
    serviceNamed: step.names[0],
  };
}

function isCourse({ step }: Placed): boolean {
  return step.externalId !== undefined && (step.inSteps === true || step.place !== undefined);
}

type Way = { step: ToldChange; way: ReturnType<typeof route> };

/** By the integration's rules, its table of names, and its own service; without what they ignore. */
function waysOf(integration: Integration, steps: readonly ToldChange[]): Way[] {
  const rules = rulesWithNames(integration);
  return steps.map((step) => ({ step, way: route(rules, asEvent(step)) })).filter(({ way }) => !way.ignore);
}

const withNames = new WeakMap<Integration, Integration>();

/** Made once for as long as memory holds this integration; its table can have hundreds of names. */
function rulesWithNames(integration: Integration): Integration {
  const known = withNames.get(integration);
  if (known) return known;
  const rules = {
    ...integration,
    routing: [...integration.routing, ...rulesOf(integration.reading.services)],
  };
  withNames.set(integration, rules);
  return rules;
}

function places(ways: readonly Way[], found: Map<string, string>): Placed[] {
  return ways.map(({ step, way }) => ({
    step,
    serviceId: way.serviceId ?? way.names.map((name) => found.get(name)).find((id) => id !== undefined),
  }));
}

/** Routing rules read events; of a change they see its words, names and labels. */
function asEvent(step: ToldChange): Parsed {
  return {
    action: 'trigger',
    dedupKey: step.externalId ?? '',
    title: step.summary,
    source: step.source,
    severity: 'info',
    serviceNames: step.names,
    labels: step.labels,
    links: [],
    details: step.details,
    startedAt: Temporal.Instant.fromEpochMilliseconds(0),
    expiresAt: undefined,
    payload: undefined,
  };
}

type Row = {
  external_id: string;
  place: string | null;
  version: string | null;
  state: ChangeState | null;
  state_at: Temporal.Instant | null;
  began_at: Temporal.Instant;
  live_at: Temporal.Instant | null;
  told: Kept;
};

/** One change after the other, each under its lock, in one order: two deliveries about one deployment wait for each other. */
async function takeSteps(
  tx: Tx,
  integrationId: string,
  placed: Placed[],
  now: Temporal.Instant,
): Promise<IncomingChange[]> {
  const byId = Map.groupBy(placed, ({ step }) => step.externalId as string);
  const handed = new Map<string, IncomingChange>();
  for (const externalId of [...byId.keys()].sort()) {
    let course = await locked(tx, integrationId, externalId, now);
    let place: string | undefined;
    let compare: string | undefined;
    for (const { step, serviceId } of byId.get(externalId) ?? []) {
      place = step.place ?? place;
      compare = step.compare ?? compare;
      course = advance(course, step, now);
      course.told.serviceId ??= serviceId;
      course.told.serviceNamed ??= step.names[0];
    }
    if (!course) continue;
    const earlier = place ? await versionsBefore(tx, { integrationId, externalId, place, course }) : [];
    const { changed, taken } = amongVersions(course, earlier, compare);
    await keep(tx, { integrationId, externalId, place, course: changed, now });
    handed.set(externalId, incomingOf(changed, { integrationId, externalId }));
    const back = taken && (await takenBack(tx, integrationId, taken.external_id));
    if (back)
      handed.set(
        back.external_id,
        incomingOf(courseOf(back), { integrationId, externalId: back.external_id }),
      );
  }
  return [...handed.values()];
}

/** Read again under its lock: a step of it may have come in the meantime. */
async function takenBack(tx: Tx, integrationId: string, externalId: string): Promise<Row | undefined> {
  const { rows } = await sql<Row>`update change_course set state = 'rolled_back'
    where integration_id = ${integrationId} and external_id = ${externalId} and state = 'done' returning *`.execute(
    tx,
  );
  return rows[0];
}

async function locked(
  tx: Tx,
  integrationId: string,
  externalId: string,
  now: Temporal.Instant,
): Promise<Course | undefined> {
  const { rows: made } = await sql<{ made: boolean }>`
    insert into change_course (integration_id, external_id, began_at, told, received_at)
    values (${integrationId}, ${externalId}, ${now}, '{}', ${now})
    on conflict (integration_id, external_id) do nothing returning true as made`.execute(tx);
  if (made.length) return undefined;
  const { rows } = await sql<Row>`select * from change_course
    where integration_id = ${integrationId} and external_id = ${externalId} for update`.execute(tx);
  return rows[0] && courseOf(rows[0]);
}

function courseOf(row: Row): Course {
  return {
    state: row.state ?? undefined,
    stateAt: row.state_at ?? undefined,
    beganAt: row.began_at,
    liveAt: row.live_at ?? undefined,
    told: row.told,
  };
}

type Found = { integrationId: string; externalId: string; place: string; course: Course };

/** What was live there before, newest first, one row for each deployment. */
async function versionsBefore(tx: Tx, { integrationId, externalId, place, course }: Found): Promise<Row[]> {
  const { rows } = await sql<Row>`select * from change_course
    where integration_id = ${integrationId} and place = ${place} and external_id <> ${externalId}
      and began_at <= ${course.beganAt} and state in ('done','rolled_back') and version is not null
    order by began_at desc, external_id desc limit ${EARLIER_VERSIONS}`.execute(tx);
  return rows;
}

/** A version that was there before the last one is a way back: it mends, and what it replaces was rolled back. */
function amongVersions(
  course: Course,
  earlier: Row[],
  compare: string | undefined,
): { changed: Course; taken: Row | undefined } {
  const { told } = course;
  const last = earlier[0];
  const before = told.versionBefore ?? last?.version ?? undefined;
  const wayBack =
    told.version !== undefined &&
    last?.version !== told.version &&
    earlier.slice(1).some(({ version }) => version === told.version);
  const link =
    compare && before && told.version && before !== told.version
      ? [
          {
            href: compare
              .replace('{before}', encodeURIComponent(before))
              .replace('{after}', encodeURIComponent(told.version)),
            text: `What changed since ${shortVersion(before)}`,
          },
        ]
      : [];
  const hrefs = new Set(told.links.map(({ href }) => href));
  return {
    changed: {
      ...course,
      told: {
        ...told,
        versionBefore: before,
        mends: told.mends || wayBack,
        links: [...told.links, ...link.filter(({ href }) => !hrefs.has(href))],
      },
    },
    taken: wayBack && course.state === 'done' && last?.state === 'done' ? last : undefined,
  };
}

type Keeping = {
  integrationId: string;
  externalId: string;
  place: string | undefined;
  course: Course;
  now: Temporal.Instant;
};

async function keep(tx: Tx, { integrationId, externalId, place, course, now }: Keeping): Promise<void> {
  await sql`update change_course set place = coalesce(${place ?? null}::text, place),
      version = ${course.told.version ?? null}::text, state = ${course.state ?? null}::text,
      state_at = ${course.stateAt ?? null}::timestamptz, began_at = ${course.beganAt},
      live_at = ${course.liveAt ?? null}::timestamptz, told = ${json(course.told)}, received_at = ${now}
    where integration_id = ${integrationId} and external_id = ${externalId}`.execute(tx);
}
