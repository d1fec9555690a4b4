/** The texts for people outside over HTTP: written, checked, published to the status pages, corrected, withdrawn. */
import { z } from 'zod';
import { doingOf } from '#incident/doing.ts';
import { transaction } from '#platform/db/database.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { filled, text } from '#platform/http/fields.ts';
import {
  checkText,
  listOutside,
  needsSecondTap,
  OUTSIDE_CHARACTERS_MAX,
  type Outside,
  type OutsideAudience,
  publishedText,
  readersOf,
  saveOutside,
  textToPublish,
} from './outside-texts.ts';
import { publishHint } from './postmortems.ts';
import type { House } from './room.ts';
import { params } from './shapes.ts';
import { postmortemFor } from './show.ts';

const REASON_CHARACTERS_MAX = 1000;
const tags = ['learn'];
const viewer = { access: 'viewer' as const };
const responder = { access: 'responder' as const };

const audience = z
  .string()
  .max(100)
  .regex(/^(?:clients|public|client:[\w-]{1,80})$/, 'must be clients, public or client:<id>')
  .transform((value) => value as OutsideAudience);
const forAudience = params.extend({ audience });
const finding = z.object({
  code: z.string(),
  level: z.enum(['must', 'warn', 'hint']),
  start: z.number(),
  end: z.number(),
  question: z.string(),
  rewrite: z.string(),
  confirms: z.enum(['secret', 'client_name']).nullable(),
});
const outsideText = z.object({
  audience: z.string(),
  text: z.string(),
  version: z.number(),
  updatedBy: z.string(),
  updatedAt: z.string(),
  published: z.string().nullable(),
  publishedAt: z.string().nullable(),
  publishedBy: z.string().nullable(),
  correctedAt: z.string().nullable(),
  withdrawnAt: z.string().nullable(),
  withdrawnBecause: z.string().nullable(),
});
export const outsideTexts = z.object({
  items: z.array(outsideText),
  readers: z
    .array(z.object({ id: z.string(), name: z.string(), page: z.string().nullable(), told: z.boolean() }))
    .describe(
      'The affected clients; empty for a restricted incident or a drill, of which nothing is told outside',
    ),
  staysInside: z.enum(['restricted', 'drill']).nullable(),
});
export const outsideChecked = z.object({ findings: z.array(finding) });

export function outsideRoutes(app: App, house: House, outside: Outside): void {
  const { platform, incidents } = house;
  const { db, clock } = platform;
  const all = async (id: string, caller: Parameters<typeof postmortemFor>[2]) => {
    const { incident } = await postmortemFor(house, id, caller);
    const staysInside = incident.restricted ? 'restricted' : incident.drill ? 'drill' : null;
    return {
      items: await listOutside(db, id),
      readers: await outside.readers(db, incident),
      staysInside: staysInside as 'restricted' | 'drill' | null,
    };
  };

  app.get(
    '/api/v1/postmortems/:id/outside-texts',
    {
      config: viewer,
      schema: {
        params,
        response: { 200: outsideTexts },
        tags,
        summary: 'The texts for people outside, and which clients would read them',
        operationId: 'listPostmortemOutsideTexts',
      },
    },
    async (request) => all(request.params.id, callerOf(request)),
  );

  app.put(
    '/api/v1/postmortems/:id/outside-texts/:audience',
    {
      config: responder,
      schema: {
        params: forAudience,
        body: z.object({
          version: z.number().int().min(0).describe('The version that was read; 0 where there was none'),
          text: text(OUTSIDE_CHARACTERS_MAX),
        }),
        response: { 200: outsideTexts },
        tags,
        summary: 'Write the text for these readers; nobody outside reads it before it is published',
        operationId: 'savePostmortemOutsideText',
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { postmortem, incident } = await postmortemFor(house, request.params.id, caller);
      const now = clock.now();
      await transaction(db, async (tx) => {
        const saved = { ...request.body, audience: request.params.audience, by: caller.name };
        await saveOutside(tx, postmortem, saved, now);
        await publishHint(platform.live, tx, postmortem, incident, now);
      });
      return all(postmortem.id, caller);
    },
  );

  app.post(
    '/api/v1/postmortems/:id/outside-texts/:audience/check',
    {
      config: viewer,
      schema: {
        params: forAudience,
        body: z.object({ text: text(OUTSIDE_CHARACTERS_MAX) }),
        response: { 200: outsideChecked },
        tags,
        summary: 'What does not belong into a text for these readers; nothing is saved or counted',
        operationId: 'checkPostmortemOutsideText',
      },
    },
    async (request) => {
      await postmortemFor(house, request.params.id, callerOf(request));
      return { findings: await checkText(outside, db, request.body.text, request.params.audience) };
    },
  );

  app.post(
    '/api/v1/postmortems/:id/outside-texts/:audience/publication',
    {
      config: responder,
      schema: {
        params: forAudience,
        body: z
          .object({
            confirmed: z
              .array(z.enum(['secret', 'client_name']))
              .max(2)
              .default([])
              .describe('What a second tap has confirmed'),
          })
          .nullish(),
        response: { 201: outsideTexts },
        tags,
        summary:
          'Publish it on the status pages of these readers; published again, it is marked as corrected',
        operationId: 'publishPostmortemOutsideText',
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { id, audience } = request.params;
      const { postmortem, incident } = await postmortemFor(house, id, caller);
      const { text, corrected, same } = await textToPublish(db, postmortem, audience);
      // A restricted incident or a drill is refused by the incident itself, with its reason.
      const staysInside = incident.restricted || incident.drill;
      const readers = staysInside
        ? { clientIds: [], to: 'nobody' }
        : readersOf(audience, await outside.readers(db, incident));
      const findings = await checkText(outside, db, text, audience);
      if (!staysInside) needsSecondTap(findings, request.body?.confirmed ?? []);
      if (!same)
        await incidents.execute(
          incident.id,
          { type: 'publish_postmortem_text', audience, text, corrected, ...readers },
          doingOf(request),
        );
      return reply.code(201).send(await all(id, caller));
    },
  );

  app.post(
    '/api/v1/postmortems/:id/outside-texts/:audience/withdrawal',
    {
      config: responder,
      schema: {
        params: forAudience,
        body: z.object({ reason: filled(REASON_CHARACTERS_MAX).describe('It stays inside') }),
        response: { 201: outsideTexts },
        tags,
        summary: 'Take it off the status pages; the text itself is kept',
        operationId: 'withdrawPostmortemOutsideText',
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { id, audience } = request.params;
      const { postmortem, incident } = await postmortemFor(house, id, caller);
      await publishedText(db, postmortem.id, audience);
      const readers = await outside.readers(db, incident);
      const only = readers.find((each) => audience === `client:${each.id}`);
      const to =
        audience === 'public'
          ? 'the public status page'
          : only
            ? `${only.name} alone`
            : 'the affected clients';
      await incidents.execute(
        incident.id,
        { type: 'withdraw_postmortem_text', audience, to, reason: request.body.reason },
        doingOf(request),
      );
      return reply.code(201).send(await all(id, caller));
    },
  );
}
