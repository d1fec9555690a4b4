/** A believable public page: six services, sixty days with a few incidents, one open. */
import { json, openDatabase } from '#platform/db/database.ts';

const SERVICES = ['Checkout', 'E-mail', 'Invoices', 'Order API', 'Search', 'Website'];

export async function fillPage(url: string): Promise<void> {
  const database = await openDatabase({ url });
  const { db } = database;
  const now = Temporal.Now.instant();
  const long = now.subtract({ hours: 24 * 100 });
  const policy = await db.selectFrom('policy_version').select('version').executeTakeFirstOrThrow();
  const person = { created_at: long, updated_at: now };
  for (let index = 0; index < 8; index++) {
    const open = index === 0;
    const startedAt = now.subtract({ minutes: open ? 40 : index * 24 * 60 * 7 });
    const endedAt = open ? null : startedAt.add({ minutes: 55 });
    const id = `inc_bench${index}`;
    const service = `svc_bench${index % SERVICES.length}`;
    await db
      .insertInto('incident')
      .values({
        id,
        reference: `BNCH-000${index}`,
        seq: 9,
        title: 'internal',
        state: open ? 'confirmed' : 'closed',
        severity: 'P1',
        policy_version: policy.version,
        service_ids: [service],
        detected_at: startedAt,
        declared_at: startedAt,
        ended_at: endedAt,
        updated_at: now,
        document: json({}),
      })
      .execute();
    await db
      .insertInto('public_incident')
      .values({
        incident_id: id,
        reference: `BNCH-000${index}`,
        state: open ? 'confirmed' : 'closed',
        severity: 'P1',
        level: 'partly',
        service_ids: [service],
        started_at: startedAt,
        restored_at: endedAt,
        ended_at: endedAt,
        promised_at: open ? now.add({ minutes: 20 }) : null,
        hidden: false,
        updated_at: now,
      })
      .execute();
    for (let message = 0; message < 4; message++) {
      const impact = message
        ? 'Since 02:02 UTC nobody can pay by card. Bank transfer and invoices work.'
        : 'We are aware of an issue affecting Checkout.';
      const action = 'We have undone our last change and are checking that payments succeed again.';
      const updateId = `upd_bench${index}_${message}`;
      await db
        .insertInto('incident_update')
        .values({
          id: updateId,
          incident_id: id,
          seq: message + 2,
          kind: message ? 'next' : 'first',
          status: 'looking',
          impact,
          action,
          next_at: null,
          nothing_new: false,
          automatic: false,
          client_ids: [],
          internal: false,
          public_page: true,
          about: json({}),
          sent_by: 'Ana',
          created_at: startedAt.add({ minutes: 5 + message * 10 }),
        })
        .execute();
      await db
        .insertInto('update_text')
        .values({ update_id: updateId, audience: 'public', impact, action })
        .execute();
    }
  }
  // Last: a change of a service is what makes the page render again.
  await db
    .insertInto('service')
    .values(
      SERVICES.map((name, index) => ({
        id: `svc_bench${index}`,
        name: `internal-${index}`,
        slug: `internal-${index}`,
        public_name: name,
        on_public_page: true,
        ...person,
      })),
    )
    .execute();
  await database.close();
}
