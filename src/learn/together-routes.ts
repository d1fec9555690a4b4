/** Writing together over HTTP: a browser sends its edit, is given what it lacks, and hears by a hint that there is more. */
import { z } from 'zod';
import { seenBy } from '#incident/seen-by.ts';
import { type Db, type Tx, transaction } from '#platform/db/database.ts';
import { notFound } from '#platform/errors.ts';
import { type App, type Caller, callerOf } from '#platform/http/app.ts';
import { filled } from '#platform/http/fields.ts';
import { accepted, Gap } from './accept.ts';
import { holdDocument, keepEdit, lacking } from './documents.ts';
import { findPostmortem, type Postmortem, publishHint, publishTextHint } from './postmortems.ts';
import type { House } from './room.ts';
import { params } from './shapes.ts';
import { forgetWriter, seeWriter, writersOf } from './writers.ts';

const tags = ['learn'];
const responder = { access: 'responder' as const };
/** Base64 of an edit; a larger one does not fit into a request anyway. */
const EDIT_CHARACTERS_MAX = 500_000;
const VERSION_MAX = 2_000_000_000;

const version = z.coerce.number().int().min(0).max(VERSION_MAX);
const place = params.extend({ place: z.string().regex(/^[A-Za-z0-9]{1,32}$/) });
const document = z.object({
  version: z.number().describe('Whoever applies the edit has everything up to this version'),
  edit: z.string().nullable().describe('A Yjs update (version 1) in base64; null when nothing is lacking'),
  writers: z.array(z.object({ place: z.string(), name: z.string(), field: z.string() })),
});
const gap = z.object({
  type: z.string(),
  title: z.string(),
  status: z.literal(409),
  detail: z.string(),
  request: z.string(),
  /** The state vector of the server's document in base64: send everything after it. */
  vector: z.string(),
});

export function togetherRoutes(app: App, house: House): void {
  const { platform } = house;
  const { db, live, clock } = platform;

  app.get(
    '/api/v1/postmortems/:id/document',
    {
      config: { access: 'viewer' },
      schema: {
        params,
        querystring: z.object({ after: version.optional() }),
        response: { 200: document },
        tags,
        summary: 'The text as a Yjs document, or what was written after a version; and who is writing now',
        operationId: 'getPostmortemDocument',
      },
    },
    async (request) => {
      const { postmortem } = await writable(db, request.params.id, callerOf(request));
      return answer(postmortem, await lacking(db, postmortem, request.query.after));
    },
  );

  app.post(
    '/api/v1/postmortems/:id/edits',
    {
      config: responder,
      schema: {
        params,
        body: z.object({
          edit: z.base64('must be base64').min(1).max(EDIT_CHARACTERS_MAX),
          after: version.optional().describe('Everything up to this version is known already'),
        }),
        response: { 200: document, 409: gap },
        tags,
        summary: 'Add an edit of the Yjs document, and be given what was written meanwhile',
        description:
          'Edits commute: sending one twice changes nothing. The answer is 409 when it builds on edits that the server does not have.',
        operationId: 'editPostmortem',
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { edit, after } = request.body;
      try {
        const { postmortem, own } = await take(request.params.id, caller, Buffer.from(edit, 'base64'));
        const alone = own !== undefined && own - 1 === after;
        return await answer(postmortem, alone ? undefined : await lacking(db, postmortem, after));
      } catch (error) {
        if (!(error instanceof Gap)) throw error;
        return reply.code(409).send({
          type: 'urn:humdrum:conflict',
          title: error.message,
          status: 409,
          detail: 'Send everything after the state vector in this answer.',
          request: request.id,
          vector: Buffer.from(error.vector).toString('base64'),
        });
      }
    },
  );

  app.put(
    '/api/v1/postmortems/:id/writers/:place',
    {
      config: responder,
      schema: {
        params: place,
        body: z.object({ field: filled(100) }),
        response: { 204: z.null() },
        tags,
        summary: 'Say that you are writing here; forgotten after 45 seconds',
        operationId: 'writeHere',
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { id, place: at } = request.params;
      const { postmortem, incident } = await writable(db, id, caller);
      const now = clock.now();
      await transaction(db, async (tx) => {
        const writer = { place: at, name: caller.name, field: request.body.field };
        if (await seeWriter(tx, id, writer, now)) await publishTextHint(live, tx, postmortem, incident, now);
      });
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/api/v1/postmortems/:id/writers/:place',
    {
      config: responder,
      schema: {
        params: place,
        response: { 204: z.null() },
        tags,
        summary: 'Say that you have stopped writing',
        operationId: 'stopWritingHere',
      },
    },
    async (request, reply) => {
      const { id, place: at } = request.params;
      const { postmortem, incident } = await writable(db, id, callerOf(request));
      const now = clock.now();
      await transaction(db, async (tx) => {
        if (await forgetWriter(tx, id, at)) await publishTextHint(live, tx, postmortem, incident, now);
      });
      return reply.code(204).send(null);
    },
  );

  async function answer(postmortem: Postmortem, edit: Uint8Array | undefined) {
    return {
      version: postmortem.version,
      edit: edit ? Buffer.from(edit).toString('base64') : null,
      writers: await writersOf(db, postmortem.id, clock.now()),
    };
  }

  /** One edit under the lock of the row: what it makes is checked before anything is stored. */
  async function take(id: string, caller: Caller, edit: Uint8Array): Promise<Taken> {
    const now = clock.now();
    return transaction(db, async (tx) => {
      const { postmortem: locked, incident } = await writable(tx, id, caller, 'lock');
      const held = await holdDocument(tx, locked);
      const fresh = accepted(held.doc, edit);
      if (!fresh) return { postmortem: locked, own: undefined };
      const kept = { edit: fresh, by: caller.name, how: 'typing' } as const;
      const { postmortem, told } = await keepEdit(tx, held, kept, now);
      await publishTextHint(live, tx, postmortem, incident, now);
      if (told) await publishHint(live, tx, postmortem, incident, now);
      return { postmortem, own: postmortem.version };
    });
  }
}

/** `own`: the version that this edit made; undefined when all of it was there already. */
type Taken = { postmortem: Postmortem; own: number | undefined };
type Seen = { restricted: boolean; viewers: string[] };

/** @throws Refused (not found) when there is none, or the caller must not know of it */
async function writable(
  db: Db | Tx,
  id: string,
  caller: Caller,
  lock: 'lock' | 'look' = 'look',
): Promise<{ postmortem: Postmortem; incident: Seen }> {
  const postmortem = await findPostmortem(db, { id }, lock);
  const incident =
    postmortem &&
    (await db
      .selectFrom('incident')
      .select(['restricted', 'viewers'])
      .where('id', '=', postmortem.incidentId)
      .executeTakeFirst());
  if (!postmortem || !incident || !seenBy(incident, caller.personId)) throw notFound('postmortem', id);
  return { postmortem, incident };
}
