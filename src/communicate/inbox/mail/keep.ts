/** Every mail that arrives becomes a row before anything is made of it: once by its Message-ID, together with how far we have read. */
import { createHash } from 'node:crypto';
import type { Clock } from '#platform/clock.ts';
import type { Db } from '#platform/db/database.ts';
import { transaction } from '#platform/db/database.ts';
import { newId } from '#platform/ids.ts';
import type { Keeper, Received } from '#platform/mailbox.ts';

const HEADER_BYTES_MAX = 64 * 1024;
const MESSAGE_ID_CHARACTERS_MAX = 500;
const OLDER_HOURS_MAX = 24;

export function createKeeper({ db, clock }: { db: Db; clock: Clock }, mailbox: string): Keeper {
  return {
    async place() {
      const row = await db
        .selectFrom('mailbox_position')
        .select(['uid_validity', 'uid_next'])
        .where('mailbox', '=', mailbox)
        .executeTakeFirst();
      return row && { uidValidity: row.uid_validity, uidNext: Number(row.uid_next) };
    },
    async keep(mails, place) {
      const now = clock.now();
      await transaction(db, async (tx) => {
        const position = await tx
          .insertInto('mailbox_position')
          .values({
            mailbox,
            uid_validity: place.uidValidity,
            uid_next: place.uidNext,
            since: now,
            read_at: now,
          })
          .onConflict((conflict) =>
            conflict
              .column('mailbox')
              .doUpdateSet({ uid_validity: place.uidValidity, uid_next: place.uidNext, read_at: now }),
          )
          .returning('since')
          .executeTakeFirstOrThrow();
        const fresh = mails.filter((mail) => isNews(mail, position.since));
        if (!fresh.length) return;
        await tx
          .insertInto('incoming_mail')
          .values(
            fresh.map(({ raw, size, truncated }) => ({
              id: newId('mil'),
              message_id: messageIdOf(raw),
              raw,
              size,
              truncated,
              state: 'received',
              received_at: now,
              sort_at: now,
            })),
          )
          .onConflict((conflict) => conflict.column('message_id').doNothing())
          .execute();
      });
    },
  };
}

function isNews({ arrivedAt }: Received, since: Temporal.Instant): boolean {
  return !arrivedAt || Temporal.Instant.compare(arrivedAt, since.subtract({ hours: OLDER_HOURS_MAX })) > 0;
}

/** The id that its sender gave it, else one of its bytes: the same mail is never two. */
function messageIdOf(raw: Buffer): string {
  const text = raw.subarray(0, HEADER_BYTES_MAX).toString('latin1');
  const end = /\r?\n\r?\n/.exec(text);
  const headers = end ? text.slice(0, end.index) : text;
  const found = /^message-id:\s*<?([^<>\s]{1,500})>?\s*$/im.exec(headers.replace(/\r?\n[ \t]+/g, ' '));
  return found
    ? found[1]!.slice(0, MESSAGE_ID_CHARACTERS_MAX)
    : `sha256:${createHash('sha256').update(raw).digest('hex')}`;
}
