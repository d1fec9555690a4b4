/** Whether mail works for an incident now: when it does not, the telephone is the next step. */
import { sql } from 'kysely';
import type { Db } from '#platform/db/database.ts';
import { MAIL_COMMAND, type Mailer, NO_MAIL_SERVER } from '#platform/mail.ts';

export type MailState = {
  configured: boolean;
  /** Messages of this incident wait because no server is configured or none can be reached. */
  down: boolean;
  /** How many of its messages wait for that reason. */
  waiting: number;
  words: string | null;
  /** What to type to mend it. */
  command: string | null;
};

export async function readMailState(
  db: Db,
  mailer: Pick<Mailer, 'configured'>,
  incidentId: string,
): Promise<MailState> {
  const { rows } = await sql<{ waiting: number; error: string | null }>`
    select count(*)::int as waiting, max(last_error) as error from delivery
    where incident_id = ${incidentId} and channel = 'email' and (state = 'not_configured' or (unreachable and state in ('queued', 'sending')))`.execute(
    db,
  );
  const { waiting = 0, error = null } = rows[0] ?? {};
  const down = waiting > 0;
  if (!mailer.configured)
    return {
      configured: false,
      down,
      waiting,
      words: down ? `${NO_MAIL_SERVER}. ${CALL_THEM}` : NO_MAIL_SERVER,
      command: MAIL_COMMAND,
    };
  return {
    configured: true,
    down,
    waiting,
    words: down ? `Mail is down: ${error ?? 'the server cannot be reached.'} ${CALL_THEM}` : null,
    command: null,
  };
}

const CALL_THEM = 'The call list is the next step: call those who have not been told.';

/** True while messages of this incident wait for mail that is down. */
export async function mailDown(
  db: Db,
  mailer: Pick<Mailer, 'configured'>,
  incidentId: string,
): Promise<boolean> {
  return (await readMailState(db, mailer, incidentId)).down;
}
