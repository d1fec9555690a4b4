/** Which of our messages a mail answers, and who may speak in that thread. */
import { sql } from 'kysely';
import type { Db } from '#platform/db/database.ts';
import type { IncomingLetter } from './letter.ts';

export type Thread = {
  /** Undefined: the thread of a report that belongs to no incident. */
  incidentId: string | undefined;
  questionId: string | undefined;
  /** The clients whom this thread reaches. */
  clientIds: string[];
  /** The address that our message went to. */
  address: string | undefined;
  restricted: boolean;
  viewers: string[];
};

/** @param domain behind the @ of our Message-IDs */
export async function findThread(
  db: Db,
  letter: Pick<IncomingLetter, 'answers' | 'subject'>,
  domain: string,
): Promise<Thread | undefined> {
  for (const id of letter.answers) {
    const found = await threadOf(db, id, domain);
    if (found) return found;
  }
  // Some programs forget what they answer; people leave the reference in the subject.
  const reference = /\(([0-9A-Z]{4}-[0-9A-Z]{4})\)/.exec(letter.subject)?.[1];
  return reference ? byReference(db, reference) : undefined;
}

async function threadOf(db: Db, id: string, domain: string): Promise<Thread | undefined> {
  const at = id.lastIndexOf('@');
  const local = id.slice(0, at);
  const own = id.slice(at + 1).toLowerCase() === domain.toLowerCase();
  if (own && local.startsWith('dlv_')) return byDelivery(db, local);
  if (own && local.startsWith('let_')) return byLetter(db, local);
  if (own && /^[0-9A-Z]{4}-[0-9A-Z]{4}$/.test(local)) return byReference(db, local);
  return byQuestionThread(db, id);
}

async function byDelivery(db: Db, id: string): Promise<Thread | undefined> {
  const row = await db
    .selectFrom('delivery')
    .innerJoin('incident', 'incident.id', 'delivery.incident_id')
    .select(['delivery.incident_id', 'delivery.client_ids', 'delivery.address', 'restricted', 'viewers'])
    .where('delivery.id', '=', id)
    .executeTakeFirst();
  return (
    row && {
      incidentId: row.incident_id,
      questionId: undefined,
      clientIds: row.client_ids,
      address: row.address,
      restricted: row.restricted,
      viewers: row.viewers,
    }
  );
}

async function byLetter(db: Db, id: string): Promise<Thread | undefined> {
  const row = await db.selectFrom('letter').select('question_id').where('id', '=', id).executeTakeFirst();
  return row?.question_id ? byQuestion(db, row.question_id) : undefined;
}

async function byQuestionThread(db: Db, messageId: string): Promise<Thread | undefined> {
  const row = await db
    .selectFrom('question')
    .select('id')
    .where(sql<boolean>`thread @> array[${messageId}]::text[]`)
    .orderBy('asked_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && byQuestion(db, row.id);
}

async function byQuestion(db: Db, id: string): Promise<Thread | undefined> {
  const row = await db
    .selectFrom('question')
    .leftJoin('incident', 'incident.id', 'question.incident_id')
    .select(['question.id', 'incident_id', 'client_id', 'asker_address', 'restricted', 'viewers'])
    .where('question.id', '=', id)
    .executeTakeFirst();
  return (
    row && {
      incidentId: row.incident_id ?? undefined,
      questionId: row.id,
      clientIds: row.client_id ? [row.client_id] : [],
      address: row.asker_address ?? undefined,
      restricted: row.restricted ?? false,
      viewers: row.viewers ?? [],
    }
  );
}

/** The reference alone proves little: whoever speaks must belong to a client that has been told of it. */
async function byReference(db: Db, reference: string): Promise<Thread | undefined> {
  const row = await db
    .selectFrom('incident')
    .select(['id', 'restricted', 'viewers'])
    .where('reference', '=', reference)
    .executeTakeFirst();
  if (!row) return undefined;
  const { rows } = await sql<{ id: string }>`
    select distinct unnest(client_ids) as id from delivery
    where incident_id = ${row.id} and audience = 'client' and state in ('sent', 'delivered')`.execute(db);
  return {
    incidentId: row.id,
    questionId: undefined,
    clientIds: rows.map((each) => each.id),
    address: undefined,
    restricted: row.restricted,
    viewers: row.viewers,
  };
}
