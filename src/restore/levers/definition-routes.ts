/** Levers as administrators define them: whom to ask, with which inputs, and how the answer comes. What is secret is never shown again. */
import { z } from 'zod';
import { transaction } from '#platform/db/database.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { text } from '#platform/http/fields.ts';
import { newId } from '#platform/ids.ts';
import type { Handed, House } from '../room.ts';
import { checkedInputs, type Given } from './inputs.ts';
import { knownOf, nameOfParty, orderOf, serviceCalled } from './order.ts';
import { newLever, shownLever } from './shapes.ts';
import { archiveLever, leverCalled, readLevers, renewSigning, showLevers, writeLever } from './store.ts';
import { shownTrial, tryOut } from './trial.ts';
import { effectIn } from './words.ts';

const tags = ['restore'];
const params = z.object({ id: text(64) });
const kept = shownLever.extend({
  signingSecret: z
    .string()
    .nullable()
    .describe('Made just now and shown this once; null: it stays as it was'),
});

export function definitionRoutes(app: App, house: House, handed: Handed): void {
  const { db, clock, live, secret } = house.platform;
  const shown = async (id: string) => {
    const [lever] = await showLevers(db, [await leverCalled(db, secret, id, true)]);
    return lever!;
  };
  const keep = async (given: z.output<typeof newLever>, id?: string) => {
    const now = clock.now();
    const made = await transaction(db, async (tx) => {
      const written = await writeLever(tx, secret, { ...(id ? { id } : {}), given, now });
      await live.publish(tx, { kind: 'lever', id: 'levers', version: now.epochMilliseconds }, now);
      return written;
    });
    return { ...(await shown(made.id)), signingSecret: made.signingSecret };
  };

  app.get(
    '/api/v1/levers',
    {
      config: { access: 'viewer' },
      schema: {
        querystring: z.object({ archived: z.enum(['true', 'false']).default('false') }),
        response: { 200: z.object({ items: z.array(shownLever) }) },
        tags,
        summary: 'The levers that can be pulled',
        operationId: 'listLevers',
      },
    },
    async ({ query }) => ({
      items: await showLevers(db, await readLevers(db, secret, { archived: query.archived === 'true' })),
    }),
  );
  app.get(
    '/api/v1/levers/:id',
    {
      config: { access: 'viewer' },
      schema: { params, response: { 200: shownLever }, tags, summary: 'One lever', operationId: 'getLever' },
    },
    ({ params: { id } }) => shown(id),
  );
  app.post(
    '/api/v1/levers',
    {
      config: { access: 'administrator', keepsAnswer: false },
      schema: {
        body: newLever,
        response: { 201: kept },
        tags,
        summary: 'Define a lever',
        description: 'Headers, tokens and signing secrets are sealed and never shown again.',
        operationId: 'defineLever',
      },
    },
    async ({ body }, reply) => reply.code(201).send(await keep(body)),
  );
  app.put(
    '/api/v1/levers/:id',
    {
      config: { access: 'administrator', keepsAnswer: false },
      schema: {
        params,
        body: newLever,
        response: { 200: kept },
        tags,
        summary: 'Change a lever',
        description: 'A secret that is left out stays as it was, unless the lever now asks another server.',
        operationId: 'changeLever',
      },
    },
    ({ params: { id }, body }) => keep(body, id),
  );
  app.delete(
    '/api/v1/levers/:id',
    {
      config: { access: 'administrator' },
      schema: {
        params,
        response: { 200: shownLever },
        tags,
        summary: 'Take a lever out of use',
        description: 'What it is doing now is waited for; what it did stays on the timelines.',
        operationId: 'archiveLever',
      },
    },
    async ({ params: { id } }) => {
      const now = clock.now();
      await transaction(db, async (tx) => {
        await leverCalled(tx, secret, id);
        await archiveLever(tx, id, now);
        await live.publish(tx, { kind: 'lever', id: 'levers', version: now.epochMilliseconds }, now);
      });
      return shown(id);
    },
  );
  app.post(
    '/api/v1/levers/:id/signing-secret',
    {
      config: { access: 'administrator', keepsAnswer: false },
      schema: {
        params,
        response: { 201: z.object({ signingSecret: z.string() }) },
        tags,
        summary: 'A new signing secret, shown once',
        operationId: 'renewLeverSigningSecret',
      },
    },
    async ({ params: { id } }, reply) =>
      reply.code(201).send({
        signingSecret: await transaction(db, (tx) => renewSigning(tx, secret, id, clock.now())),
      }),
  );
  app.post(
    '/api/v1/levers/:id/trial',
    {
      config: { access: 'administrator' },
      schema: {
        params,
        body: z
          .object({
            inputs: z.record(z.string().max(40), z.unknown()).default({}),
            serviceId: text(64).nullable().default(null),
          })
          .default({ inputs: {}, serviceId: null }),
        response: { 200: shownTrial },
        tags,
        summary:
          'A dry run without an incident: the exact request, and what the target says if it knows dry runs',
        operationId: 'tryLever',
      },
    },
    async (request) => {
      const { inputs, serviceId } = request.body;
      const lever = await leverCalled(db, secret, request.params.id);
      const service = await serviceCalled(db, serviceId ?? lever.serviceIds[0]);
      const versions = service ? await handed.versionsOf(service.id) : [];
      const values = checkedInputs(lever.inputs, inputs as Given, versions);
      const known = knownOf(values, {
        service: service?.name,
        thirdParty: await nameOfParty(db, lever.thirdPartyId),
      });
      const now = clock.now();
      return tryOut(
        handed.outbound,
        orderOf(house.platform, {
          runId: newId('run'),
          lever,
          effect: effectIn(lever.effect, known),
          values,
          known,
          incident: undefined,
          service,
          askedBy: callerOf(request).name,
          askedAt: now,
          dryRun: true,
          now,
        }),
      );
    },
  );
}
