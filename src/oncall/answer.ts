/** Answering a page, by a link or in the app; a genuine answer proves the channel it came through. */

import { channelsOf } from '#directory/fields.ts';
import { json, type Tx, transaction } from '#platform/db/database.ts';
import type { Oncall } from './house.ts';
import type { Answer, Page } from './page.ts';

/** Which channel the answer came through: the position of its link, or the app. */
export type Through = { position: number } | { app: true };

/** @throws Refused when the page is over */
export async function answer(oncall: Oncall, page: Page, given: Answer, through: Through): Promise<Page> {
  const { db, clock, config } = oncall.platform;
  const { personId, name } = page.person;
  const channel = 'position' in through ? await channelAt(oncall, page.id, through.position) : 'app';
  return transaction(db, async (tx) => {
    const done = await oncall.pages.executeIn(
      tx,
      page.id,
      { type: 'acknowledge', answer: given, via: channel },
      { kind: 'person', personId, name },
    );
    if (done.facts.length)
      await prove(tx, {
        personId,
        channel,
        page: done.page,
        everyChannel: config.url === undefined && 'app' in through,
        now: clock.now(),
      });
    return done.page;
  });
}

async function channelAt({ platform }: Oncall, pageId: string, position: number): Promise<string> {
  const row = await platform.db
    .selectFrom('page_delivery')
    .select('channel')
    .where('page_id', '=', pageId)
    .where('position', '=', position)
    .orderBy('ring', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.channel ?? 'link';
}

type Proof = { personId: string; channel: string; page: Page; everyChannel: boolean; now: Temporal.Instant };

/** Without a public address no message carries a link; then an answer to a test in the app stands for every channel that was sent. */
async function prove(tx: Tx, { personId, channel, page, everyChannel, now }: Proof): Promise<void> {
  const sent = await tx
    .selectFrom('page_delivery')
    .select(['channel', 'address'])
    .where('page_id', '=', page.id)
    .where('state', '=', 'sent')
    .execute();
  const proven = (kind: string, address: string) =>
    sent.some((row) => row.channel === kind && row.address === address) &&
    (kind === channel || (everyChannel && page.kind === 'test'));
  const person = await tx
    .selectFrom('person')
    .select('channels')
    .where('id', '=', personId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
  const channels = channelsOf(person.channels).map((each) =>
    proven(each.kind, each.address) ? { ...each, testedAt: now.toString() } : each,
  );
  await tx
    .updateTable('person')
    .set({ channels: json(channels) })
    .where('id', '=', personId)
    .execute();
}
