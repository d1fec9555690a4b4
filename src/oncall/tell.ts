/** What happened to a page is told to its incidents, each under its own lock and never under the page's. */
import { z } from 'zod';
import type { Command } from '#incident/commands.ts';
import type { Doing } from '#incident/execute.ts';
import { Refused } from '#platform/errors.ts';
import { factOfPage } from './history.ts';
import type { Oncall } from './house.ts';
import type { Page, PageFact, Reason } from './page.ts';

export const tellJob = z.object({ pageId: z.string(), seq: z.number().int() });

/** May run twice; then the timeline says it twice. */
export async function tell(oncall: Oncall, { pageId, seq }: z.output<typeof tellJob>): Promise<void> {
  const page = await oncall.pages.load(pageId);
  const fact = await factOfPage(oncall.platform.db, pageId, seq);
  if (!page || !fact) return;
  const reasons = fact.kind === 'reason_added' ? [fact.reason] : standingAt(page, fact.recordedAt);
  for (const [incidentId, list] of Map.groupBy(reasons, (reason) => reason.incidentId)) {
    const command = await commandOf(oncall, page, fact, list);
    if (command) await record(oncall, incidentId, command, doingOf(page, fact));
  }
}

function standingAt(page: Page, at: Temporal.Instant): Reason[] {
  return page.reasons.filter(
    (reason) =>
      Temporal.Instant.compare(reason.addedAt, at) <= 0 &&
      (!reason.endedAt || Temporal.Instant.compare(reason.endedAt, at) >= 0),
  );
}

async function commandOf(
  oncall: Oncall,
  page: Page,
  fact: PageFact,
  reasons: Reason[],
): Promise<Command | undefined> {
  const who = { personId: page.person.personId, name: page.person.name };
  const level = reasons.at(-1)?.level ?? 'primary';
  const reason = [...new Set(reasons.map((each) => each.text))].join(' ');
  switch (fact.kind) {
    case 'sent':
    case 'resumed':
      return {
        type: 'record_page',
        fact: { kind: 'paged', who, level, reason, channel: await channelsOf(oncall, page.id) },
      };
    case 'reason_added':
      return {
        type: 'record_page',
        fact: { kind: 'paged', who, level, reason, channel: 'the page that rings already' },
      };
    case 'unanswered':
      return { type: 'record_page', fact: { kind: 'page_unanswered', who, level } };
    case 'declined':
      return { type: 'record_page', fact: { kind: 'page_declined', who, level } };
    case 'acknowledged':
      return {
        type: 'acknowledge',
        by: who,
        zone: page.person.zone,
        via: fact.via,
        noComputer: fact.answer === 'have_it_no_computer',
      };
    case 'paged':
    case 'reasons_ended':
    case 'withdrawn':
    case 'paused':
    case 'channel_proven':
      return undefined;
  }
}

async function channelsOf({ platform }: Oncall, pageId: string): Promise<string> {
  const rows = await platform.db
    .selectFrom('page_delivery')
    .select('channel')
    .where('page_id', '=', pageId)
    .orderBy('position')
    .execute();
  return [...new Set(rows.map((row) => row.channel))].join(', ') || 'none';
}

function doingOf(page: Page, fact: PageFact): Doing {
  const answered = fact.kind === 'acknowledged' || fact.kind === 'declined';
  const { personId, name } = page.person;
  return {
    actor: answered ? { kind: 'person', personId, name } : { kind: 'system', name: 'Humdrum' },
    source: 'page',
    happenedAt: fact.recordedAt,
  };
}

async function record(oncall: Oncall, incidentId: string, command: Command, doing: Doing): Promise<void> {
  try {
    await oncall.incidents.execute(incidentId, command, doing);
  } catch (error) {
    // The incident is over or merged; its own timeline says so, and the page keeps its history.
    if (!(error instanceof Refused)) throw error;
  }
}
