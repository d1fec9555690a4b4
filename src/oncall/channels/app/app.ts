/** Rings in the app: a live hint that makes an open one sound, and a notification in every browser that has them turned on. */
import { transaction } from '#platform/db/database.ts';
import type { Platform } from '#platform/platform.ts';
import { wordsOf } from '../../words.ts';
import type { ChannelRinger } from '../channels.ts';

/** @returns by how many browsers' push services it was taken */
export type ShowInBrowsers = (
  personId: string,
  notice: { about: string; title: string; text: string; link: string | undefined },
) => Promise<number>;

export function appChannel(
  { db, live, clock }: Platform,
  showInBrowsers: ShowInBrowsers = async () => 0,
): ChannelRinger {
  return {
    async send({ page, link }) {
      const { personId } = page.person;
      await transaction(db, (tx) =>
        live.publish(
          tx,
          { kind: 'page_rings', id: page.id, version: page.seq, viewers: [personId] },
          clock.now(),
        ),
      );
      const { title, lines } = wordsOf(page);
      const text = lines.slice(page.kind === 'test' ? 0 : 1).join('\n');
      const taken = await showInBrowsers(personId, { about: page.id, title, text, link });
      const pushed = taken ? `, and taken by the push service of ${taken} of their browsers` : '';
      return `offered to every open app of this person${pushed}; only an answer proves that it was heard`;
    },
  };
}
