/** "It could happen again this week": mailed at once to the learning owner, redacted, and forgotten when it has left. */
import { sql } from 'kysely';
import { type Db, transaction } from '#platform/db/database.ts';
import { earliest } from '#platform/db/due-times.ts';
import type { Due, Platform } from '#platform/platform.ts';
import type { Mailer } from '../mails.ts';
import { nextFullHour } from './days.ts';
import { warningLetter } from './letters.ts';
import { learnersOn } from './settings.ts';

const PER_SWEEP_MAX = 10;
// By then the daily round has told of it twice.
const TRY_FOR_DAYS = 2;

type Claimed = { id: string; reported_on: string; happened: string; stopped: string };

export function nearMissWarnings(platform: Platform, mailer: Mailer): Due {
  const { db } = platform;
  return {
    name: 'near miss warnings',
    next: () => earliest('near_miss_warning', 'send_at'),
    async run(now) {
      const claimed = await claim(db, now);
      for (const warning of claimed) await send(platform, mailer, warning, now);
      return claimed.length;
    },
  };
}

/** Another try comes at the next full hour, which is also when a process that died lets go of it. */
async function claim(db: Db, now: Temporal.Instant): Promise<Claimed[]> {
  const { rows } = await sql<Claimed>`
    update near_miss_warning set send_at = ${nextFullHour(now)}
    where id in (
      select id from near_miss_warning where send_at <= ${now}
      order by id limit ${PER_SWEEP_MAX} for update skip locked
    )
    returning id, reported_on, happened, stopped`.execute(db);
  return rows;
}

async function send(
  { db, log, config }: Platform,
  mailer: Mailer,
  warning: Claimed,
  now: Temporal.Instant,
): Promise<void> {
  const { id, reported_on, happened, stopped } = warning;
  const readers = await learnersOn(db, 'owner');
  const people = readers.length
    ? await db
        .selectFrom('person')
        .select(['name', 'email'])
        .where('archived_at', 'is', null)
        .where('id', 'in', readers)
        .execute()
    : [];
  let told = 0;
  for (const { name, email } of people)
    try {
      await mailer.sendMail({
        to: { name, address: email },
        ...warningLetter({ happened, stopped }, config.url),
      });
      told += 1;
    } catch (error) {
      // Without the report's id: this line says that mail fails, and nothing about a report that could be found.
      log.warn({ why: (error as Error).message }, 'a warning about a near miss was not sent yet');
    }
  const old = Temporal.PlainDate.from(reported_on).add({ days: TRY_FOR_DAYS });
  const tooOld = Temporal.PlainDate.compare(old, now.toZonedDateTimeISO('UTC').toPlainDate()) <= 0;
  if (told || tooOld) await forget(db, id);
}

async function forget(db: Db, id: string): Promise<void> {
  await transaction(db, async (tx) => {
    await sql`lock table near_miss_warning in access exclusive mode`.execute(tx);
    await tx.deleteFrom('near_miss_warning').where('id', '=', id).execute();
    const left = await tx.selectFrom('near_miss_warning').select('id').limit(1).executeTakeFirst();
    // What a deleted row leaves behind in the file goes with the file.
    if (!left) await sql`truncate near_miss_warning`.execute(tx);
  });
}
