/** A page as its person and its incident's people see it. */
import type { Db } from '#platform/db/database.ts';
import type { Page } from './page.ts';
import type { PageView } from './shapes.ts';
import { wordsOf } from './words.ts';

export async function showPages(db: Db, pages: Page[]): Promise<PageView[]> {
  if (pages.length === 0) return [];
  const rows = await db
    .selectFrom('page_delivery')
    .select(['page_id', 'channel', 'ring', 'state', 'attempts', 'evidence', 'problem', 'sent_at'])
    .where(
      'page_id',
      'in',
      pages.map((page) => page.id),
    )
    .orderBy('ring')
    .orderBy('position')
    .execute();
  const deliveries = Map.groupBy(rows, (row) => row.page_id);
  const iso = (at: Temporal.Instant | null | undefined) => at?.toString() ?? null;
  return pages.map((page) => ({
    id: page.id,
    kind: page.kind,
    personId: page.person.personId,
    personName: page.person.name,
    state: page.state,
    title: wordsOf(page).title,
    reasons: page.reasons.map(({ incidentId, number, title, severity, text, level, addedAt, endedAt }) => ({
      incidentId,
      number,
      title,
      severity,
      text,
      level,
      addedAt: addedAt.toString(),
      endedAt: iso(endedAt),
    })),
    heldUntil: page.state === 'held' ? iso(page.heldUntil) : null,
    sentAt: iso(page.sentAt),
    answerBy: page.state === 'sent' ? iso(page.dueAt) : null,
    answer: page.answer ?? null,
    answeredAt: iso(page.answeredAt),
    via: page.via ?? null,
    why: page.why ?? null,
    createdAt: page.createdAt.toString(),
    deliveries: (deliveries.get(page.id) ?? []).map((row) => ({
      channel: row.channel,
      ring: row.ring,
      state: row.state,
      attempts: row.attempts,
      evidence: row.evidence,
      problem: row.problem,
      sentAt: iso(row.sent_at),
    })),
  }));
}
