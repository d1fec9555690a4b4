/** A client's report of a fault: a signal like any other, whose reporter is owed an answer from the first minute on. */

import type { QuestionVia } from '#incident/types.ts';
import { type Db, transaction } from '#platform/db/database.ts';
import { NEVER } from '#platform/db/due-times.ts';
import { newId } from '#platform/ids.ts';
import type { Due } from '#platform/platform.ts';
import { LOOSE_MINUTES, oweLoose } from './loose.ts';
import { type Asker, type Means, takeQuestion, tell } from './questions.ts';

export const TITLE_CHARACTERS_MAX = 200;
const PLACED_PER_SWEEP_MAX = 50;
// Told longer ago than this, the time is the reporter's memory and not our detection.
const REPORTED_HOURS_MAX = 24;

/** A report as intake takes it: an event under a key of its own, in the shape that rules can match. */
export type ReportSignal = {
  key: string;
  title: string;
  text: string;
  reporter: string;
  clientName: string | undefined;
  serviceId: string | null;
  serviceNamed: string;
  mainTaskImpossible: boolean;
  reportedAt: Temporal.Instant;
};

/** What communicate is handed of intake. */
export type Reports = {
  /** Stores the report as a signal; the rules of the integration "Client reports" say what it leads to. */
  recordReport(report: ReportSignal): Promise<void>;
  /** @returns the incident of each of these reports that has been put into one */
  incidentsOfReports(db: Db, keys: string[]): Promise<Map<string, string>>;
};

export type Reported = {
  /** Given where the same report may come twice. */
  id?: string | undefined;
  asker: Asker;
  via: QuestionVia;
  text: string;
  title?: string | undefined;
  service?: string | undefined;
  mainTaskImpossible?: boolean | undefined;
  reportedAt?: Temporal.Instant | undefined;
  thread?: readonly string[] | undefined;
  /** False for what anybody could have typed: such a report never declares an incident by itself. */
  verified: boolean;
};

/** @returns the id of the question that its answer belongs to */
export type TakeReport = (reported: Reported) => Promise<string>;

export function createTakeReport(means: Means, reports: Reports): TakeReport {
  const { db, clock } = means.house.platform;
  return async (reported) => {
    const key = reported.id ?? newId('rep').slice(4);
    const now = clock.now();
    const reportedAt = believed(reported.reportedAt, now);
    const service = reported.service ? await serviceNamed(db, reported.service) : undefined;
    const client = reported.asker.clientId
      ? await db
          .selectFrom('client')
          .select('name')
          .where('id', '=', reported.asker.clientId)
          .executeTakeFirst()
      : undefined;
    const title = titleOf(reported);
    const impossible = (reported.mainTaskImpossible ?? false) && reported.verified;
    const id = await takeQuestion(means, {
      id: key,
      incidentId: undefined,
      asker: reported.asker,
      via: reported.via === 'api' ? 'report' : reported.via,
      subject: title,
      text: reported.text,
      thread: reported.thread,
      report: {
        serviceId: service?.id ?? null,
        serviceNamed: service?.name ?? reported.service ?? '',
        mainTaskImpossible: reported.mainTaskImpossible ?? false,
        verified: reported.verified,
        reportedAt: reportedAt.toString(),
      },
      dueAt: now.add({ minutes: LOOSE_MINUTES }),
    });
    await reports.recordReport({
      key,
      title,
      text: reported.text,
      reporter: reported.asker.name,
      clientName: client?.name,
      // What anybody could have typed joins nothing by itself, and reopens nothing.
      serviceId: reported.verified ? (service?.id ?? null) : null,
      serviceNamed: reported.service ?? '',
      mainTaskImpossible: impossible,
      reportedAt,
    });
    return id;
  };
}

function believed(claimed: Temporal.Instant | undefined, now: Temporal.Instant): Temporal.Instant {
  if (!claimed || Temporal.Instant.compare(claimed, now) > 0) return now;
  return now.since(claimed).total('hours') <= REPORTED_HOURS_MAX ? claimed : now;
}

function titleOf({ title, text, service }: Reported): string {
  const words =
    title?.trim() || text.trim().split('\n')[0]?.trim() || `A fault${service ? ` of ${service}` : ''}`;
  return words.length <= TITLE_CHARACTERS_MAX
    ? words
    : `${words.slice(0, TITLE_CHARACTERS_MAX - 1).toWellFormed()}…`;
}

async function serviceNamed(db: Db, name: string): Promise<{ id: string; name: string } | undefined> {
  const wanted = name.trim().toLowerCase();
  const rows = await db
    .selectFrom('service')
    .select(['id', 'name', 'slug', 'public_name'])
    .where('archived_at', 'is', null)
    .where((where) =>
      where.or([
        where('id', '=', name.trim()),
        where(where.fn<string>('lower', ['slug']), '=', wanted),
        where(where.fn<string>('lower', ['name']), '=', wanted),
        where(where.fn<string>('lower', ['public_name']), '=', wanted),
      ]),
    )
    .orderBy('id')
    .limit(1)
    .execute();
  return rows[0];
}

/** Once its signal has been put into an incident, the answer is owed there. */
export function placedDue(means: Means, reports: Reports): Due {
  const { db } = means.house.platform;
  const waiting = () =>
    db
      .selectFrom('question')
      .select('id')
      .where('incident_id', 'is', null)
      .where('report', 'is not', null)
      .where('state', '=', 'open')
      .orderBy('asked_at', 'desc')
      .limit(PLACED_PER_SWEEP_MAX);
  const placed = async (): Promise<Map<string, string>> => {
    const rows = await waiting().execute();
    return rows.length
      ? reports.incidentsOfReports(
          db,
          rows.map((row) => row.id.slice('que_'.length)),
        )
      : new Map();
  };
  return {
    name: 'communicate.reports',
    next: () => NEVER,
    // Only the reports' own room knows where a signal was put.
    looks: () => true,
    async run(now) {
      const found = await placed();
      for (const [key, incidentId] of found) await join(means, `que_${key}`, incidentId, now);
      return found.size;
    },
  };
}

async function join(means: Means, id: string, incidentId: string, now: Temporal.Instant): Promise<void> {
  const { db } = means.house.platform;
  await transaction(db, async (tx) => {
    await tx
      .updateTable('question')
      .set({ incident_id: incidentId, tell_at: now, updated_at: now })
      .where('id', '=', id)
      .where('incident_id', 'is', null)
      .execute();
    await oweLoose(tx, id, now);
  });
  await tell(means, id);
}
