/** Review and sign-off of a postmortem over HTTP, and bringing back the text of an old version. */
import { z } from 'zod';
import { transaction } from '#platform/db/database.ts';
import { notFound } from '#platform/errors.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { filled, text } from '#platform/http/fields.ts';
import { keepThisVersion, saveOnto } from './documents.ts';
import { findPostmortem, publishHint, publishTextHint } from './postmortems.ts';
import { answerReview, askReviewers, listReviews, takeBackReview } from './reviews.ts';
import type { House } from './room.ts';
import type { Sections } from './sections.ts';
import { params, postmortem as postmortemShape } from './shapes.ts';
import { postmortemFor, show } from './show.ts';
import { restoredSections } from './versions.ts';

const REVIEWERS_MAX = 20;
const TEXT_CHARACTERS_MAX = 4000;
const tags = ['learn'];
const viewer = { access: 'viewer' as const };
const responder = { access: 'responder' as const };

const version = z.number().int().min(1).max(1_000_000).describe('The version that was read');
const review = z.object({
  personId: z.string(),
  name: z.string(),
  state: z.enum(['asked', 'signed_off', 'changes_asked']),
  askedBy: z.string(),
  askedAt: z.string(),
  version: z.number().nullable(),
  text: z.string(),
  answeredAt: z.string().nullable(),
  changedSince: z
    .array(z.string())
    .nullable()
    .describe('The parts that read differently since; null where nothing was read yet'),
});
export const reviews = z.object({ items: z.array(review) });

export function reviewRoutes(app: App, house: House): void {
  const { platform } = house;
  const asked = async (request: Parameters<typeof callerOf>[0] & { params: { id: string } }) => {
    const caller = callerOf(request);
    return { house, caller, ...(await postmortemFor(house, request.params.id, caller)) };
  };
  const all = async (id: string) => {
    const postmortem = await findPostmortem(platform.db, { id });
    return { items: postmortem ? await listReviews(platform.db, postmortem) : [] };
  };

  app.get(
    '/api/v1/postmortems/:id/reviews',
    {
      config: viewer,
      schema: {
        params,
        response: { 200: reviews },
        tags,
        summary: 'Who was asked to review it, and what they said',
        operationId: 'listPostmortemReviews',
      },
    },
    async (request) => all((await asked(request)).postmortem.id),
  );

  app.post(
    '/api/v1/postmortems/:id/reviews',
    {
      config: responder,
      schema: {
        params,
        body: z.object({ personIds: z.array(filled(64)).min(1).max(REVIEWERS_MAX) }),
        response: { 201: reviews },
        tags,
        summary: 'Ask people by name; they are told by mail in their working hours',
        operationId: 'askPostmortemReviewers',
      },
    },
    async (request, reply) => {
      const on = await asked(request);
      await askReviewers(on, request.body.personIds);
      return reply.code(201).send(await all(on.postmortem.id));
    },
  );

  app.delete(
    '/api/v1/postmortems/:id/reviews/:person',
    {
      config: responder,
      schema: {
        params: params.extend({ person: text(64) }),
        response: { 200: reviews },
        tags,
        summary: 'Wait for this person no more',
        operationId: 'takeBackPostmortemReview',
      },
    },
    async (request) => {
      const on = await asked(request);
      await takeBackReview(on, request.params.person);
      return all(on.postmortem.id);
    },
  );

  app.post(
    '/api/v1/postmortems/:id/sign-off',
    {
      config: viewer,
      schema: {
        params,
        body: z.object({ version, text: text(TEXT_CHARACTERS_MAX).default('') }),
        response: { 201: reviews },
        tags,
        summary: 'Sign off the version that you read; for those who were asked',
        operationId: 'signOffPostmortem',
      },
    },
    async (request, reply) => {
      const on = await asked(request);
      await answerReview(on, { ...request.body, state: 'signed_off' });
      return reply.code(201).send(await all(on.postmortem.id));
    },
  );

  app.post(
    '/api/v1/postmortems/:id/change-request',
    {
      config: viewer,
      schema: {
        params,
        body: z.object({ version, text: filled(TEXT_CHARACTERS_MAX).describe('What should change') }),
        response: { 201: reviews },
        tags,
        summary: 'Ask for changes; for those who were asked to review',
        operationId: 'requestPostmortemChanges',
      },
    },
    async (request, reply) => {
      const on = await asked(request);
      await answerReview(on, { ...request.body, state: 'changes_asked' });
      return reply.code(201).send(await all(on.postmortem.id));
    },
  );

  app.post(
    '/api/v1/postmortems/:id/versions/:version/restoration',
    {
      config: responder,
      schema: {
        params: params.extend({ version: z.coerce.number().int().min(1).max(1_000_000) }),
        response: { 201: postmortemShape },
        tags,
        summary: 'Bring back the text of an old version, as a new version',
        description:
          'Nothing is lost: the text as it is now stays as a version. Lines of the record since stay.',
        operationId: 'restorePostmortemVersion',
      },
    },
    async (request, reply) => {
      const { postmortem, incident, caller } = await asked(request);
      const now = platform.clock.now();
      await transaction(platform.db, async (tx) => {
        const current = await findPostmortem(tx, { id: postmortem.id }, 'lock');
        const old = await tx
          .selectFrom('postmortem_version')
          .select('sections')
          .where('postmortem_id', '=', postmortem.id)
          .where('version', '=', request.params.version)
          .executeTakeFirst();
        if (!current || !old) throw notFound('version', String(request.params.version));
        const sections = restoredSections(old.sections as Sections, current.sections);
        await keepThisVersion(tx, current);
        const onto = {
          base: current.sections,
          next: sections,
          by: caller.name,
          whenTouched: 'merge',
        } as const;
        const saved = await saveOnto(tx, current, onto, now);
        const told = 'postmortem' in saved ? saved.postmortem : current;
        await publishHint(platform.live, tx, told, incident, now);
        await publishTextHint(platform.live, tx, told, incident, now);
      });
      return reply.code(201).send(await show(house, postmortem.id, caller));
    },
  );
}
