/** The kind of failure, and the card that goes with it. */
import { z } from 'zod';
import { doingOf } from '#incident/doing.ts';
import { incidentFor } from '#incident/seen-by.ts';
import type { Incident } from '#incident/types.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { text } from '#platform/http/fields.ts';
import { CATEGORIES, cardOf, riskiest } from './cards.ts';
import type { Handed, House, KnownChange } from './room.ts';

const category = z.enum(CATEGORIES);
const card = z.object({
  category,
  name: z.string(),
  firstLever: z.string(),
  because: z.string(),
  doNot: z.array(z.string()),
  evidence: z.array(z.string()),
});
const suspect = z.object({
  changeId: z.string(),
  summary: z.string(),
  rollback: z.enum(['safe', 'unsafe', 'unknown']),
  links: z.array(z.object({ href: z.string(), text: z.string() })),
});
const shown = z.object({
  category: category.nullable(),
  /** Of the suspects: the riskiest answer counts. */
  rollback: z.enum(['safe', 'unsafe', 'unknown', 'none']),
  suspects: z.array(suspect),
  card: card.nullable(),
  /** Every card, to choose by its first lever. */
  cards: z.array(card),
});
const params = z.object({ id: text(64) });

export function categoryRoutes(app: App, house: House, handed: Handed): void {
  const { incidents } = house;

  app.get(
    '/api/v1/incidents/:id/restoration-card',
    {
      config: { access: 'viewer' },
      schema: {
        params,
        response: { 200: shown },
        tags: ['restore'],
        summary: 'The first lever for this kind of failure',
        operationId: 'restorationCard',
      },
    },
    async (request) => show(await incidentFor(incidents, request.params.id, callerOf(request)), handed),
  );

  app.post(
    '/api/v1/incidents/:id/category',
    {
      config: { access: 'responder' },
      schema: {
        params,
        body: z.object({ category }),
        response: { 201: shown },
        tags: ['restore'],
        summary: 'Choose the kind of failure',
        operationId: 'chooseCategory',
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      await incidentFor(incidents, request.params.id, caller);
      const command = { type: 'choose_category', category: request.body.category } as const;
      const { incident } = await incidents.execute(request.params.id, command, doingOf(request));
      return reply.code(201).send(await show(incident, handed));
    },
  );
}

async function show(incident: Incident, handed: Handed): Promise<z.input<typeof shown>> {
  const suspects = await suspectsOf(incident, handed);
  const rollback = riskiest(suspects.map((each) => each.rollback));
  return {
    category: incident.category ?? null,
    rollback,
    suspects: suspects.map(({ id, summary, rollback: safety, links }) => ({
      changeId: id,
      summary,
      rollback: safety,
      links,
    })),
    card: incident.category ? cardOf(incident.category, rollback) : null,
    cards: CATEGORIES.map((each) => cardOf(each, rollback)),
  };
}

function suspectsOf(incident: Incident, handed: Handed): Promise<KnownChange[]> {
  return handed.findChanges(
    Object.entries(incident.suspects).flatMap(([id, mark]) => (mark.state === 'suspect' ? [id] : [])),
  );
}
