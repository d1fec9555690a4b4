/** Shows something in every browser of a person at once: for a page, which does not wait for its turn in a list of channels. */
import { secretOf } from '#directory/channels.ts';
import type { Platform } from '#platform/platform.ts';
import { Gone } from './channels/answer.ts';
import type { Teller } from './channels/channels.ts';

const BROWSERS_MAX = 8;

export type BrowserNotice = {
  /** One notification per subject: a newer one takes the place of the older. */
  about: string;
  title: string;
  text: string;
  /** The page that a click opens; undefined without a public address. */
  link: string | undefined;
};

/** @returns by how many push services it was taken; one that has ended is turned off, one that stumbles is not waited for */
export type ShowInBrowsers = (personId: string, notice: BrowserNotice) => Promise<number>;

export function createShowInBrowsers(
  { db, secret, clock, log }: Pick<Platform, 'db' | 'secret' | 'clock' | 'log'>,
  channel: Teller,
): ShowInBrowsers {
  return async (personId, { about, title, text, link }) => {
    const rows = await db
      .selectFrom('channel')
      .select(['id', 'address', 'sealed'])
      .where('person_id', '=', personId)
      .where('kind', '=', 'web_push')
      .where('off_at', 'is', null)
      .orderBy('position')
      .limit(BROWSERS_MAX)
      .execute();
    const show = async (row: (typeof rows)[number]): Promise<boolean> => {
      try {
        await channel.send({
          deliveryId: about,
          wording: {
            language: 'en',
            subject: title,
            lines: [],
            footer: [],
            link,
            brief: { from: '', impact: text, action: '', next: '', reference: '' },
            event: { type: 'notice', at: clock.now().epochMilliseconds, data: {} },
          },
          reference: about,
          to: { name: '', address: row.address, secret: secretOf(secret, row.sealed) },
          urgent: true,
          thread: undefined,
          unsubscribe: undefined,
        });
        return true;
      } catch (error) {
        if (error instanceof Gone)
          await db
            .updateTable('channel')
            .set({ off_at: clock.now(), off_why: error.message })
            .where('id', '=', row.id)
            .where('off_at', 'is', null)
            .execute();
        else log.warn({ channel: row.id, why: (error as Error).message }, 'a browser was not reached');
        return false;
      }
    };
    return (await Promise.all(rows.map(show))).filter(Boolean).length;
  };
}
