/** The kind of failure, and the card that goes with it. */
import { z } from 'zod';
import { doingOf } from '#incident/doing.ts';
import { incidentFor } from '#incident/seen-by.ts';
import type { Incident } from '#incident/types.ts';
import { notFound } from '#platform/errors.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { filled, text } from '#platform/http/fields.ts';
import { CATEGORIES, type Card, cardOf, evidenceCalled, riskiest } from './cards.ts';
import type { Handed, House, KnownChange } from './room.ts';

const category = z.enum(CATEGORIES);
const card = z.object({
  category,
  name: z.string(),
  firstLever: z.string(),
  because: z.string(),
  doNot: z.array(z.string()),
  evidence: z.array(
    z.object({
      id: z.string(),
      what: z.string(),
      collected: z.object({ result: z.string(), by: z.string(), at: z.string() }).nullable(),
    }),
  ),
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
  /** A security incident that everybody can read is restricted before anything is written into it. */
  restrictFirst: z.boolean(),
  /** Every card, to choose by its first lever. */
  cards: z.array(card),
});
const params = z.object({ id: text(64) });
const RESULT_CHARACTERS_MAX = 500;

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

  app.post(
    '/api/v1/incidents/:id/evidence',
    {
      config: { access: 'responder' },
      schema: {
        params,
        body: z.object({
          evidenceId: text(64).describe('the id of a line of a card'),
          result: filled(RESULT_CHARACTERS_MAX).describe('a text, a number or a link'),
        }),
        response: { 201: shown },
        tags: ['restore'],
        summary: 'Write down evidence that a card asks for; again corrects it by a new line',
        operationId: 'collectEvidence',
      },
    },
    async (request, reply) => {
      const { evidenceId, result } = request.body;
      await incidentFor(incidents, request.params.id, callerOf(request));
      const line = evidenceCalled(evidenceId);
      if (!line) throw notFound('line of evidence', evidenceId);
      const command = { type: 'collect_evidence', evidenceId, what: line.what, result } as const;
      const { incident } = await incidents.execute(request.params.id, command, doingOf(request));
      return reply.code(201).send(await show(incident, handed));
    },
  );
}

function withCollected({ evidence, ...card }: Card, { collected }: Incident) {
  return {
    ...card,
    evidence: evidence.map((line) => {
      const found = collected?.[line.id];
      return { ...line, collected: found ? { ...found, at: found.at.toString() } : null };
    }),
  };
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
    card: incident.category ? withCollected(cardOf(incident.category, rollback), incident) : null,
    restrictFirst: incident.category === 'security' && !incident.restricted,
    cards: CATEGORIES.map((each) => withCollected(cardOf(each, rollback), incident)),
  };
}

function suspectsOf(incident: Incident, handed: Handed): Promise<KnownChange[]> {
  return handed.findChanges(
    Object.entries(incident.suspects).flatMap(([id, mark]) => (mark.state === 'suspect' ? [id] : [])),
  );
}
