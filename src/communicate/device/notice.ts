/** Whoever reads at the address of a used link hears that a device was added, and can turn it off from there. */
import { sql } from 'kysely';
import type { Db } from '#platform/db/database.ts';
import { earliest } from '#platform/db/due-times.ts';
import type { Logger } from '#platform/log.ts';
import type { Mailer } from '#platform/mail.ts';
import type { Due } from '#platform/platform.ts';
import { readOrganisation } from '../organisation.ts';
import { languageFor, speechOf } from '../page/language.ts';
import { letter, sealed } from '../subscribe/message.ts';
import { deviceOffPath } from './link.ts';
import { deviceWords } from './words.ts';

const AT_ONCE = 10;
const AGAIN_SECONDS = 60;
const TRY_FOR_HOURS = 12;

type Row = {
  token_hash: string;
  channel_id: string;
  label: string;
  address: string;
  used_at: Temporal.Instant;
  language: string;
  zone: string;
};

export function deviceNoticeDue(means: {
  db: Db;
  mailer: Mailer;
  log: Logger;
  url: string | undefined;
  secret: string;
}): Due {
  const { db, mailer, log, url, secret } = means;
  return {
    name: 'communicate.device_notice',
    next: () => earliest('device_link', 'notice_at'),
    async run(now) {
      // Taken by putting it off: whoever dies with it leaves it to others.
      const { rows } = await sql<Row>`
        with due as (
          select token_hash from device_link where notice_at <= ${now}::timestamptz order by notice_at limit ${AT_ONCE} for update skip locked
        )
        update device_link l set notice_at = ${now.add({ seconds: AGAIN_SECONDS })}::timestamptz
        from due, contact k where l.token_hash = due.token_hash and k.id = l.contact_id
        returning l.token_hash, l.channel_id, l.label, l.address, l.used_at, k.language, k.zone`.execute(db);
      for (const row of rows) {
        try {
          if (mailer.configured && url) await send({ db, mailer, url, secret }, row, now);
        } catch (error) {
          log.warn({ err: error }, 'the notice of a new device was not sent; it is tried again');
          if (now.since(row.used_at).total('hours') < TRY_FOR_HOURS) continue;
        }
        await db
          .updateTable('device_link')
          .set({ notice_at: null })
          .where('token_hash', '=', row.token_hash)
          .execute();
      }
      return rows.length;
    },
  };
}

async function send(
  { db, mailer, url, secret }: { db: Db; mailer: Mailer; url: string; secret: string },
  row: Row,
  now: Temporal.Instant,
): Promise<void> {
  const words = deviceWords(row.language);
  const speech = speechOf(languageFor(row.language), row.zone);
  const from = (await readOrganisation(db)).name ?? 'Humdrum';
  const at = speech.reader(row.used_at.epochMilliseconds, now.epochMilliseconds);
  const spoken = {
    subject: words.notice.subject(row.label),
    thread: undefined,
    brief: '',
    payload: {},
    ...letter(
      [words.notice.text(row.label, at, from), words.notice.not],
      `${url}${deviceOffPath(secret, row.channel_id)}`,
    ),
  };
  await mailer.sendMail({
    to: row.address,
    subject: spoken.subject,
    ...sealed({ speech, heading: from }, spoken, undefined),
    urgent: true,
  });
}
