/** Pages follow their incident: withdrawn when their reasons end, answered when it is acknowledged elsewhere, paused while all is quiet. */
import { z } from 'zod';
import type { Incident } from '#incident/types.ts';
import { transaction } from '#platform/db/database.ts';
import { pageOf } from './execute.ts';
import type { Oncall } from './house.ts';
import { answerable, live, type Page, type PageCommand } from './page.ts';
import { restUntil } from './rest.ts';
import { isQuiet, settlePostponed } from './settle.ts';
import { endedBecause, openPromises } from './stands.ts';

// Acting in an incident a day later is not the night's work any more.
const SAME_WORK_HOURS_MAX = 24;

export const incidentJob = z.object({ incidentId: z.string() });
export const acknowledgedJob = z.object({
  incidentId: z.string(),
  personId: z.string(),
  noComputer: z.boolean(),
  via: z.string(),
});

/** Reads every reason again and ends those that no longer stand. @returns the page as it is then, undefined when there is none */
export async function stillNeeded(oncall: Oncall, pageId: string): Promise<Page | undefined> {
  const page = await oncall.pages.load(pageId);
  if (!page || page.kind === 'test' || !answerable(page)) return page;
  const about = new Map<string, { incident: Incident; open: ReadonlySet<string> } | undefined>();
  const ended: { incidentId: string; key: string }[] = [];
  let why = '';
  for (const reason of live(page)) {
    if (!about.has(reason.incidentId))
      about.set(reason.incidentId, await standing(oncall, reason.incidentId));
    const known = about.get(reason.incidentId);
    const because = known
      ? endedBecause(known.incident, reason, known.open, page.person.personId)
      : 'There is no such incident.';
    if (because) ended.push({ incidentId: reason.incidentId, key: reason.key });
    why ||= because ?? '';
  }
  return ended.length ? (await oncall.pages.execute(pageId, { type: 'end_reasons', ended, why })).page : page;
}

async function standing({ platform, incidents }: Oncall, incidentId: string) {
  const incident = await incidents.load(incidentId);
  return incident && { incident, open: await openPromises(platform.db, incidentId) };
}

/** Something was done in the incident that may have kept a promise. */
export async function check(oncall: Oncall, incidentId: string): Promise<void> {
  for (const page of await openPagesOf(oncall, incidentId)) await stillNeeded(oncall, page.id);
}

/** Acknowledging in the app answers one's own page, as far as it is about this incident. */
export async function acknowledgedElsewhere(
  oncall: Oncall,
  what: z.output<typeof acknowledgedJob>,
): Promise<void> {
  for (const page of await openPagesOf(oncall, what.incidentId)) {
    if (page.person.personId !== what.personId || what.noComputer) continue;
    const own = live(page).filter((reason) => reason.incidentId === what.incidentId);
    const alone = own.length === live(page).length;
    const command: PageCommand = alone
      ? { type: 'note_acknowledgement', via: what.via }
      : {
          type: 'end_reasons',
          ended: own.map(({ incidentId, key }) => ({ incidentId, key })),
          why: 'Acknowledged in the incident.',
        };
    await oncall.pages.execute(page.id, command);
  }
  await check(oncall, what.incidentId);
}

/** Every alert has recovered and nobody has acknowledged: first pages wait, and the incident may dismiss itself. */
export async function pause(oncall: Oncall, incidentId: string): Promise<void> {
  const incident = await oncall.incidents.load(incidentId);
  if (!incident || !isQuiet(incident)) return;
  for (const page of await openPagesOf(oncall, incidentId))
    if (onlyFirst(page, incidentId))
      await oncall.pages.execute(page.id, { type: 'pause', why: 'Every alert has recovered by itself.' });
}

export async function resume(oncall: Oncall, incidentId: string): Promise<void> {
  const incident = await oncall.incidents.load(incidentId);
  if (!incident || isQuiet(incident)) return;
  for (const page of await openPagesOf(oncall, incidentId))
    await oncall.pages.execute(page.id, { type: 'resume' });
  await settlePostponed(oncall, incidentId);
}

function onlyFirst(page: Page, incidentId: string): boolean {
  return live(page).every((reason) => reason.incidentId === incidentId && reason.kind === 'first');
}

async function openPagesOf({ platform }: Oncall, incidentId: string): Promise<Page[]> {
  const rows = await platform.db
    .selectFrom('page')
    .select('document')
    .where('state', 'in', ['held', 'sent', 'unanswered'])
    .where('id', 'in', (select) =>
      select.selectFrom('page_reason').select('page_id').where('incident_id', '=', incidentId),
    )
    .orderBy('created_at')
    .execute();
  return rows.map((row) => pageOf(row.document));
}

/** The protected rest of those who answered at night begins anew when their work in the incident ends. */
export async function extendRest({ platform }: Oncall, incidentId: string): Promise<void> {
  const rows = await platform.db
    .selectFrom('page_reason')
    .innerJoin('page', 'page.id', 'page_reason.page_id')
    .innerJoin('presence', (join) =>
      join
        .onRef('presence.incident_id', '=', 'page_reason.incident_id')
        .onRef('presence.person_id', '=', 'page_reason.person_id'),
    )
    .select(['page_reason.person_id', 'page.document', 'acted_at'])
    .where('page_reason.incident_id', '=', incidentId)
    .where('page.state', '=', 'acknowledged')
    .where('page.night', '=', true)
    .execute();
  for (const row of rows) {
    const page = pageOf(row.document);
    const last = page.answeredAt?.add({ hours: SAME_WORK_HOURS_MAX });
    if (!last || Temporal.Instant.compare(row.acted_at, last) > 0) continue;
    await transaction(platform.db, async (tx) => {
      const person = await tx
        .selectFrom('person')
        .select('rest_until')
        .where('id', '=', row.person_id)
        .forNoKeyUpdate()
        .executeTakeFirst();
      const until = restUntil(row.acted_at, page.rest.milliseconds, person?.rest_until ?? null);
      await tx.updateTable('person').set({ rest_until: until }).where('id', '=', row.person_id).execute();
    });
  }
}
