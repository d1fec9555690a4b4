/** A house with learning in it, and incidents that are restored, written up and published in one call each. */
import { sql } from 'kysely';
import type { Command } from '#incident/commands.ts';
import type { Room } from '#incident/room.ts';
import type { Incident } from '#incident/types.ts';
import type { ToldChange } from '#src/learn/draft.ts';
import { learnRoom } from '#src/learn/room.ts';
import { HANDED_TO_LEARN } from './handed-to-learn.ts';
import { ANA, type Json, openSmallHouse, type SmallHouse } from './small-house.ts';

const START = '2026-11-25T02:00:00Z';
const PROOF_SINCE = '2026-11-25T02:38:00Z';
const ANSWER = { answer: 'no', text: 'it was there and it was read.' } as const;
export const CHANGE: ToldChange = {
  id: 'chg_1',
  summary: 'checkout 4.12.0',
  serviceName: 'Checkout',
  source: 'ci',
  happenedAt: '2026-11-25T01:54:00Z',
  receivedAt: '2026-11-25T01:54:01Z',
};

export type Library = Awaited<ReturnType<typeof openLibrary>>;
export type Told = { incident: string; id: string };

/** @param more rooms beside learning, by the house that they stand in */
export async function openLibrary(databaseUrl?: string, more: (house: SmallHouse) => Room[] = () => []) {
  const house = await openSmallHouse(
    START,
    (parts) => [
      learnRoom(parts, {
        ...HANDED_TO_LEARN,
        findChanges: async (_db, ids) => [CHANGE].filter((change) => ids.includes(change.id)),
      }),
      ...more(parts),
    ],
    databaseUrl,
  );
  await house.person('per_ana', 'Ana Lima');
  await house.person('per_bo', 'Bo Falk');
  await house.service('svc_checkout', 'Checkout');
  await house.service('svc_search', 'Search');
  const actor = { kind: 'person', name: ANA.name, personId: 'per_ana' } as const;
  const execute = (id: string, command: Command) =>
    house.incidents.execute(id, command, { actor, source: 'app' });

  return {
    ...house,
    execute,
    /** A P1 of Checkout that lasted forty minutes, with its draft. */
    async restored(
      declared: {
        title?: string;
        serviceIds?: string[];
        restricted?: boolean;
        viewers?: string[];
        proposedSeverity?: Incident['severity'];
      } = {},
      before: Command[] = [],
    ): Promise<Told> {
      house.clock.set(Temporal.Instant.from(START));
      const { id: incident } = await house.incidents.declare(
        {
          title: 'Payments fail',
          noticed: { by: 'person' },
          serviceIds: ['svc_checkout'],
          proposedSeverity: 'P1',
          ...declared,
        },
        { actor, source: 'app' },
      );
      await execute(incident, { type: 'confirm', evidence: 'Ana Lima saw the error page' });
      for (const command of before) await execute(incident, command);
      house.clock.set(Temporal.Instant.from('2026-11-25T02:40:00Z'));
      await execute(incident, {
        type: 'restore',
        proof: { check: 'probe', shows: 'payments pass', since: Temporal.Instant.from(PROOF_SINCE) },
      });
      await house.work();
      const row = await house.db
        .selectFrom('postmortem')
        .select('id')
        .where('incident_id', '=', incident)
        .executeTakeFirst();
      return { incident, id: row?.id ?? '' };
    },
    /** A night of alerts, pages and notes: as many facts as are told, in the record of an incident. */
    async tell(id: string, facts: number): Promise<void> {
      await sql`insert into fact (incident_id, seq, kind, happened_at, recorded_at, actor, source, data)
    select ${id}, i.seq + n, k.kind, t.at, t.at, '{"kind":"system","name":"Humdrum"}', 'bench', k.data
    from incident i cross join generate_series(1, ${facts}::int - i.seq) as n
    cross join lateral (select ${'2026-11-25T02:00:00Z'}::timestamptz + make_interval(secs => n * 2) as at) t
    cross join lateral (select * from (values
      (0, 'alert_fired_again', jsonb_build_object('alertId', 'alt_' || n % 40, 'title', 'checkout p99 is ' || n || ' ms in region eu-' || n % 7)),
      (1, 'note_added', jsonb_build_object('text', 'Pool of node ' || n || ' is at ' || n % 100 || '%, requests wait on /basket/v' || n % 9, 'parked', false)),
      (2, 'paged', jsonb_build_object('who', jsonb_build_object('personId', 'per_ana', 'name', 'Ana Lima'), 'level', 'primary', 'reason', 'first message', 'channel', 'push')),
      (3, 'alert_recovered', jsonb_build_object('alertId', 'alt_' || n % 40, 'title', 'checkout p99 is ' || n || ' ms', 'more', 0, 'allQuiet', false))
    ) as kinds (turn, kind, data) where turn = n % 4) k
    where i.id = ${id}`.execute(house.db);
      await sql`update incident set seq = ${facts}::int, document = jsonb_set(document, '{seq}', to_jsonb(${facts}::int)) where id = ${id}`.execute(
        house.db,
      );
    },
    /** A file as a browser saves it. */
    download: (path: string) => house.fetch(`/api/v1${path}`),
    async get(id: string): Promise<Json> {
      return (await house.call('GET', `/postmortems/${id}`)).body;
    },
    /** Saves the sections with these texts; what publishing needs is there as well. */
    async write(id: string, texts: Json): Promise<Json> {
      const { version, sections } = (await house.call('GET', `/postmortems/${id}`)).body;
      const factors = { slowDetection: ANSWER, missingDocumentation: ANSWER, missingMonitoring: ANSWER };
      const answer = await house.call('PUT', `/postmortems/${id}`, {
        version,
        sections: {
          ...sections,
          rootCause: 'The pipeline ships to everybody at once.',
          noActionBecause: 'the pipeline is replaced next week.',
          ...texts,
          contributingFactors: {
            ...sections.contributingFactors,
            ...factors,
            ...texts.contributingFactors,
          },
        },
      });
      if (answer.status !== 200) throw new Error(answer.text);
      return answer.body;
    },
    async publish(id: string): Promise<Json> {
      const answer = await house.call('POST', `/postmortems/${id}/publication`);
      if (answer.status !== 201) throw new Error(answer.text);
      await house.work();
      return answer.body;
    },
    async agree(id: string, item: Json = {}): Promise<Json> {
      const answer = await house.call('POST', `/postmortems/${id}/action-items`, {
        text: 'Ship to 1% of users first',
        ownerId: 'per_bo',
        dueOn: '2026-12-04',
        doneCondition: 'The pipeline refuses a full rollout without it',
        ...item,
      });
      if (answer.status !== 201) throw new Error(answer.text);
      return answer.body;
    },
  };
}
