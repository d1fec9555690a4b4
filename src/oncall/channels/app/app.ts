/** Rings in the open app: a live hint that makes it sound and show a browser notification. */
import { transaction } from '#platform/db/database.ts';
import type { Platform } from '#platform/platform.ts';
import type { ChannelRinger } from '../channels.ts';

export function appChannel({ db, live, clock }: Platform): ChannelRinger {
  return {
    async send({ page }) {
      const { personId } = page.person;
      await transaction(db, (tx) =>
        live.publish(
          tx,
          { kind: 'page_rings', id: page.id, version: page.seq, viewers: [personId] },
          clock.now(),
        ),
      );
      return 'offered to every open app of this person; only an answer proves that it was heard';
    },
  };
}
