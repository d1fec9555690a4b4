/** Postmortems over HTTP: listed, read, saved by programs. Where somebody else changed the same words, a save is refused together with their text. */
import { z } from 'zod';
import { type Db, transaction } from '#platform/db/database.ts';
import { notFound } from '#platform/errors.ts';
import { type App, type Caller, callerOf } from '#platform/http/app.ts';
import { pageQuery, text } from '#platform/http/fields.ts';
import { saveOnto, sectionsAt, unkept } from './documents.ts';
import { HUMDRUM } from './of-record.ts';
import { findPostmortem, listPostmortems, publishHint, publishTextHint } from './postmortems.ts';
import { QUESTION_GROUPS } from './questions.ts';
import type { House } from './room.ts';
import { settleOwn, settleTimeline } from './save.ts';
import type { Sections } from './sections.ts';
import {
  collision,
  params,
  postmortem as postmortemShape,
  sections as sectionsShape,
  sentSections,
  summary,
} from './shapes.ts';
import { postmortemFor, show } from './show.ts';

/** Thousands of lines of a timeline are more than other requests may bring. */
const POSTMORTEM_BYTES_MAX = 4 * 1024 * 1024;

const tags = ['learn'];
const viewer = { access: 'viewer' as const };
const question = z.object({ field: z.string(), label: z.string(), question: z.string(), help: z.string() });

export function postmortemRoutes(app: App, house: House): void {
  const { platform } = house;

  app.get(
    '/api/v1/postmortems',
    {
      config: viewer,
      schema: {
        querystring: z.object({
          show: z.enum(['all', 'due', 'draft', 'published']).default('all'),
          owner: text(64).optional().describe('The id of a person, or "me"'),
          ...pageQuery,
        }),
        response: { 200: z.object({ items: z.array(summary), next: z.string().nullable() }) },
        tags,
        summary: 'Postmortems: all, due (the most urgent first), drafts, published',
        operationId: 'listPostmortems',
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { show: shown, owner, cursor, limit } = request.query;
      const ownerId = owner === 'me' ? (caller.personId ?? 'nobody') : owner;
      return listPostmortems(platform.db, { show: shown, ownerId }, caller.personId, platform.clock.now(), {
        cursor,
        limit,
      });
    },
  );

  app.get(
    '/api/v1/postmortem-questions',
    {
      config: viewer,
      schema: {
        response: {
          200: z.array(
            z.object({
              section: z.string(),
              title: z.string(),
              explanation: z.string(),
              questions: z.array(question),
            }),
          ),
        },
        tags,
        summary: 'The four sections and the questions that help to write them',
        operationId: 'postmortemQuestions',
      },
    },
    async () => QUESTION_GROUPS,
  );

  app.get(
    '/api/v1/postmortems/:id',
    {
      config: viewer,
      schema: {
        params,
        response: { 200: postmortemShape },
        tags,
        summary: 'One postmortem',
        operationId: 'getPostmortem',
      },
    },
    async (request) => show(house, request.params.id, callerOf(request)),
  );

  app.put(
    '/api/v1/postmortems/:id',
    {
      bodyLimit: POSTMORTEM_BYTES_MAX,
      config: { access: 'responder' },
      schema: {
        params,
        body: z.object({ version: z.number().int().min(1), sections: sentSections }),
        response: { 200: postmortemShape, 409: collision },
        tags,
        summary: 'Save what was written, on top of the version that was read',
        description:
          'What others wrote meanwhile stays. Where they changed the same words, or the version is too old to compare, nothing is saved: the answer is 409 and carries their text.',
        operationId: 'savePostmortem',
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { id } = request.params;
      const { version, sections: sent } = request.body;
      const { incident } = await postmortemFor(house, id, caller);
      const now = platform.clock.now();
      const collided = await transaction(platform.db, async (tx) => {
        const current = await findPostmortem(tx, { id }, 'lock');
        if (!current) throw notFound('postmortem', id);
        const base = await sectionsAt(tx, current, version);
        if (!base) return true;
        const next = {
          ...sent,
          timeline: settleTimeline(sent.timeline, base.timeline, now),
          own: settleOwn(sent.own, base.own),
        };
        const saved = await saveOnto(
          tx,
          current,
          { base, next, by: caller.name, whenTouched: 'refuse' },
          now,
        );
        if ('touched' in saved) return true;
        if (saved.postmortem.version === current.version) return false;
        await publishHint(platform.live, tx, saved.postmortem, incident, now);
        await publishTextHint(platform.live, tx, saved.postmortem, incident, now);
        return false;
      });
      if (!collided) return show(house, id, caller);
      const current = await newestVersion(house, id, caller);
      return reply.code(409).send({
        type: 'urn:humdrum:conflict',
        title: `${current.savedBy} changed the same words meanwhile; yours were not saved.`,
        status: 409,
        detail: 'Their text is in this answer. Bring the two together and save on top of their version.',
        request: request.id,
        current,
      });
    },
  );

  app.get(
    '/api/v1/postmortems/:id/versions',
    {
      config: viewer,
      schema: {
        params,
        response: {
          200: z.object({
            items: z.array(z.object({ version: z.number(), savedBy: z.string(), savedAt: z.string() })),
            next: z.null(),
          }),
        },
        tags,
        summary: 'Every version that was saved, newest first',
        operationId: 'listPostmortemVersions',
      },
    },
    async (request) => {
      const { postmortem } = await postmortemFor(house, request.params.id, callerOf(request));
      const newest = await unkept(platform.db, postmortem);
      const rows = await versions(platform.db, request.params.id).limit(VERSIONS_MAX).execute();
      const items = rows.map((row) => ({
        version: row.version,
        savedBy: row.saved_by,
        savedAt: row.saved_at.toString(),
      }));
      return {
        items: newest ? [newest, ...items] : items,
        next: null,
      };
    },
  );

  app.get(
    '/api/v1/postmortems/:id/versions/:version',
    {
      config: viewer,
      schema: {
        params: params.extend({ version: z.coerce.number().int().min(1).max(1_000_000) }),
        response: {
          200: z.object({
            version: z.number(),
            savedBy: z.string(),
            savedAt: z.string(),
            sections: sectionsShape,
          }),
        },
        tags,
        summary: 'One version as it was saved',
        operationId: 'getPostmortemVersion',
      },
    },
    async (request) => {
      const { id, version } = request.params;
      const { postmortem } = await postmortemFor(house, id, callerOf(request));
      if (version === postmortem.version) return newestVersion(house, id, callerOf(request));
      const row = await versions(platform.db, id).where('version', '=', version).executeTakeFirst();
      if (!row) throw notFound('version', String(version));
      return {
        version: row.version,
        savedBy: row.saved_by,
        savedAt: row.saved_at.toString(),
        sections: row.sections as Sections,
      };
    },
  );
}

const VERSIONS_MAX = 500;

function versions(db: Db, id: string) {
  return db
    .selectFrom('postmortem_version')
    .select(['version', 'saved_by', 'saved_at', 'sections'])
    .where('postmortem_id', '=', id)
    .orderBy('version', 'desc');
}

/** The text as it is now, with whoever wrote last. */
async function newestVersion(house: House, id: string, caller: Caller) {
  const { postmortem } = await postmortemFor(house, id, caller);
  const { version, sections, updatedAt } = postmortem;
  const newest = await unkept(house.platform.db, postmortem);
  if (newest) return { ...newest, sections };
  const row = await versions(house.platform.db, id).where('version', '=', version).executeTakeFirst();
  return {
    version,
    savedBy: row?.saved_by ?? HUMDRUM,
    savedAt: (row?.saved_at ?? updatedAt).toString(),
    sections,
  };
}
