/** Which incident a thread of Slack is about: the first message that our bot posted there began it. */
import { sql } from 'kysely';
import type { Db } from '#platform/db/database.ts';
import type { FindSlackThread } from './slack.ts';

/** A channel may be kept by its name, and Slack tells its id: the time stamp of the thread decides, the channel breaks a tie. */
export const findSlackThread: FindSlackThread = async (db: Db, { channel, threadTs }) => {
  const { rows } = await sql<{ incident_id: string; client_id: string | null; name: string | null }>`
    select d.incident_id, c.id as client_id, c.name from delivery d left join client c on c.id = d.client_id
    where d.channel = 'slack' and d.evidence ->> 'thread' = ${threadTs}
    order by (d.address = ${channel}) desc, d.created_at limit 1`.execute(db);
  const [row] = rows;
  return (
    row && {
      incidentId: row.incident_id,
      clientId: row.client_id ?? undefined,
      clientName: row.name ?? undefined,
    }
  );
};
