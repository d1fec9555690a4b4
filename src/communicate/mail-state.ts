/** Whether mail works for an incident now: when it does not, the telephone is the next step. */
import { sql } from 'kysely';
import type { Db } from '#platform/db/database.ts';
import { MAIL_COMMAND, type Mailer, NO_MAIL_SERVER } from '#platform/mail.ts';
import { HAS_EVIDENCE } from './record.ts';

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

/**
 * @returns by incident, the names of the affected clients to whom a message waits because mail is down, and who have it
 * neither on another channel nor by a call since
 */
export async function findCutOff(db: Db, incidentIds: readonly string[]): Promise<Map<string, string[]>> {
  if (!incidentIds.length) return new Map();
  const { rows } = await sql<{ incident_id: string; name: string }>`
    select distinct waiting.incident_id, client.name
    from delivery waiting
      join incident i on i.id = waiting.incident_id
      join incident_update u on u.id = waiting.update_id
      join client on client.id = any(waiting.client_ids) and client.archived_at is null
    where waiting.incident_id = any(${[...incidentIds]}::text[]) and waiting.audience = 'client' and waiting.channel = 'email'
      and (waiting.state = 'not_configured' or (waiting.unreachable and waiting.state in ('queued', 'sending')))
      and coalesce(i.document -> 'clientImpacts' ->> client.id, '') <> 'not_affected'
      and not exists (select 1 from delivery d where d.update_id = waiting.update_id and d.audience = 'client'
                        and d.client_ids @> array[client.id] and ${HAS_EVIDENCE})
      and not exists (select 1 from client_call c where c.incident_id = waiting.incident_id and c.client_id = client.id and c.reached
                        and c.called_at >= u.created_at)
    order by client.name`.execute(db);
  return new Map(
    [...Map.groupBy(rows, (row) => row.incident_id)].map(([id, list]) => [id, list.map((row) => row.name)]),
  );
}
