/** Whom to call when mail is not enough: every contact of the affected clients with a number, those who know nothing first. */
import { z } from 'zod';
import type { Incident } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';
import { type BoardClient, readBoard } from './board.ts';

export const callListView = z.object({
  asOf: z.string().describe('When this was true.'),
  incident: z.object({
    id: z.string(),
    number: z.number(),
    reference: z.string(),
    title: z.string(),
    severity: z.string(),
  }),
  items: z.array(
    z.object({
      contactId: z.string(),
      name: z.string(),
      role: z.string().nullable(),
      phone: z.string(),
      client: z.object({ id: z.string(), name: z.string() }),
      language: z.string(),
      zone: z.string(),
      told: z.enum(['not_told', 'half', 'told']),
      words: z.string(),
      needsCall: z.boolean(),
      cover: z.object({ words: z.string(), reads: z.boolean() }).nullable(),
      lastCall: z
        .object({ at: z.string(), reached: z.boolean(), by: z.string() })
        .nullable()
        .describe('The newest call to this contact.'),
    }),
  ),
  withoutNumber: z
    .array(z.object({ client: z.string(), told: z.enum(['not_told', 'half', 'told']) }))
    .describe('Affected clients whom nobody can call.'),
});
export type CallList = z.output<typeof callListView>;

export async function readCallList(db: Db, incident: Incident, now: Temporal.Instant): Promise<CallList> {
  const board = (await readBoard(db, incident, now)).filter((client) => client.state !== 'not_affected');
  const { id, number, reference, title, severity } = incident;
  return {
    asOf: now.toString(),
    incident: { id, number, reference, title, severity },
    items: board.flatMap(linesOf),
    withoutNumber: board
      .filter((client) => !client.recipients.some((each) => each.phone && each.contactId))
      .map((client) => ({ client: client.name, told: toldOf(client) })),
  };
}

function linesOf(client: BoardClient): CallList['items'] {
  return client.recipients.flatMap(({ contactId, name, role, phone, language, zone }) => {
    if (!contactId || !phone) return [];
    const last = client.calls.find((each) => each.contactId === contactId);
    return [
      {
        contactId,
        name,
        role,
        phone,
        client: { id: client.id, name: client.name },
        language: language ?? 'en',
        zone,
        told: toldOf(client),
        words: client.words,
        needsCall: client.needsCall,
        cover: client.cover,
        lastCall: last ? { at: last.at, reached: last.reached, by: last.calledBy } : null,
      },
    ];
  });
}

function toldOf({ state }: BoardClient): 'not_told' | 'half' | 'told' {
  return state === 'not_affected' ? 'told' : state;
}
