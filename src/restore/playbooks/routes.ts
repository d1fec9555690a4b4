/** The library over HTTP: everybody reads, the owning team and administrators write, a folder is read when it is asked for. */
import { z } from 'zod';
import type { Db } from '#platform/db/database.ts';
import { transaction } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { cursorOf, day, filled, pageQuery, readCursor, text } from '#platform/http/fields.ts';
import { diffLines } from '#promise/diff.ts';
import { CATEGORIES, type CardCategory } from '../cards.ts';
import type { House } from '../room.ts';
import { demandEdit } from './editors.ts';
import { SERVICES_MAX, TITLE_CHARACTERS_MAX, writeFile } from './front-matter.ts';
import {
  accepted,
  create,
  lockPlaybook,
  matches,
  playbookRow,
  revise,
  servicesExist,
  type Written,
} from './library.ts';
import { missingOf } from './missing.ts';
import { parsePlaybook, TEXT_CHARACTERS_MAX } from './parse.ts';
import { category, checked, missingView, sourceView, summary, versionView, whole } from './shapes.ts';
import { findingOf, partsOf, type Showing, serviceNames, summariesOf, variableOf, viewOf } from './show.ts';
import type { Sync } from './sync.ts';

const tags = ['playbooks'];
const AT = '/api/v1/playbooks';
const NOTE_CHARACTERS_MAX = 500;
const SEARCH_CHARACTERS_MAX = 200;
const VERSION_MAX = 2_147_483_647;

const byId = z.object({ id: text(64) });
const version = z.coerce.number().int().min(1).max(VERSION_MAX);
const writing = z.object({
  title: filled(TITLE_CHARACTERS_MAX),
  category: category.nullable().default(null).describe('Null: whatever kind of failure it is.'),
  serviceIds: z.array(text(64)).max(SERVICES_MAX).default([]).describe('None: for every service.'),
  body: filled(TEXT_CHARACTERS_MAX).describe(
    'Markdown. A step is “- [ ] what @hands (5 min)”; {{service.name}} and the like are filled in, others asked for.',
  ),
  note: text(NOTE_CHARACTERS_MAX).default('').describe('Why, for those who read the history.'),
});
const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable() });

export function playbookRoutes(app: App, house: House, sync: Sync): void {
  const { platform } = house;
  const { db, clock, live } = platform;
  const showing = (request: Parameters<typeof callerOf>[0]): Showing => ({
    db,
    now: clock.now(),
    caller: callerOf(request),
    link: platform.config.playbooks?.link,
  });
  const shown = async (request: Parameters<typeof callerOf>[0], id: string) =>
    viewOf(await playbookRow(db, id), showing(request));

  app.get(
    AT,
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Playbooks, by title',
        operationId: 'listPlaybooks',
        querystring: z.object({
          ...pageQuery,
          search: text(SEARCH_CHARACTERS_MAX).default('').describe('Words of the title and the text.'),
          serviceId: text(64).optional(),
          category: category.optional(),
          state: z.enum(['active', 'archived']).default('active'),
        }),
        response: { 200: page(summary) },
      },
    },
    async (request) => {
      const { cursor, limit, search, serviceId, category, state } = request.query;
      let query = db
        .selectFrom('playbook')
        .selectAll()
        .where('archived_at', state === 'active' ? 'is' : 'is not', null)
        .orderBy('title')
        .orderBy('id')
        .limit(limit + 1);
      if (search) query = query.where(matches(search));
      if (serviceId) query = query.where((eb) => eb(eb.val(serviceId), '=', eb.fn.any('service_ids')));
      if (category) query = query.where('category', '=', category);
      if (cursor) {
        const [title, id] = readCursor(cursor);
        query = query.where((eb) => eb(eb.refTuple('title', 'id'), '>', eb.tuple(title, id)));
      }
      const rows = await query.execute();
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      return {
        items: await summariesOf(items, showing(request)),
        next: rows.length > limit && last ? cursorOf(last.title, last.id) : null,
      };
    },
  );

  app.get(
    `${AT}/missing`,
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Services that have no playbook for a kind of failure',
        operationId: 'missingPlaybooks',
        response: { 200: page(missingView) },
      },
    },
    async () => ({ items: await missingOf(db), next: null }),
  );

  app.get(
    `${AT}/source`,
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'The folder that playbooks are read from, and how it went',
        operationId: 'playbookSource',
        response: { 200: sourceView },
      },
    },
    () => sync.state(),
  );

  app.post(
    `${AT}/source/reading`,
    {
      config: { access: 'responder' },
      schema: {
        tags,
        summary: 'Read the folder now',
        operationId: 'readPlaybookSource',
        response: { 200: sourceView },
      },
    },
    async () => {
      if (!platform.config.playbooks)
        throw new Refused('conflict', 'No folder of playbooks is configured.', {
          mend: 'Set HUMDRUM_PLAYBOOKS to a folder or a repository, and start again.',
        });
      await sync.read();
      return sync.state();
    },
  );

  app.post(
    `${AT}/check`,
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'How a playbook would read and what it is missing; nothing is kept',
        operationId: 'checkPlaybook',
        body: z.object({ body: text(TEXT_CHARACTERS_MAX) }),
        response: { 200: checked },
      },
    },
    async (request) => {
      const parsed = parsePlaybook(request.body.body);
      return {
        parts: partsOf(parsed.parts, new Map()),
        variables: parsed.variables.map((each) => variableOf(each, null)),
        findings: parsed.findings.map(findingOf),
        steps: parsed.steps.length,
      };
    },
  );

  app.post(
    AT,
    {
      config: { access: 'responder' },
      schema: {
        tags,
        summary: 'Write a playbook',
        description: 'For administrators, and for members of the team that owns all of its services.',
        operationId: 'createPlaybook',
        body: writing,
        response: { 201: whole },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const written = writtenOf(request.body);
      await demandEdit(db, caller, written.serviceIds);
      await servicesExist(db, written.serviceIds);
      accepted(written);
      const now = clock.now();
      const id = await transaction(db, async (tx) => {
        const made = await create(tx, written, { by: caller.name, note: request.body.note, now });
        await live.publish(tx, { kind: 'playbook', id: made, version: 1 }, now);
        return made;
      });
      return reply.code(201).send(await shown(request, id));
    },
  );

  app.get(
    `${AT}/:id`,
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'One playbook: its text, its steps, what it is missing',
        operationId: 'getPlaybook',
        params: byId,
        response: { 200: whole },
      },
    },
    (request) => shown(request, request.params.id),
  );

  app.put(
    `${AT}/:id`,
    {
      config: { access: 'responder' },
      schema: {
        tags,
        summary: 'Save a new version',
        description:
          'Incidents that carry out an older version go on with it. The same again makes no new version.',
        operationId: 'savePlaybook',
        params: byId,
        body: writing.extend({
          basedOn: version
            .optional()
            .describe('The version that was edited; refused when there is a newer one.'),
        }),
        response: { 200: whole },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { id } = request.params;
      const written = writtenOf(request.body);
      const before = await writable(db, id);
      await demandEdit(db, caller, before.service_ids);
      await demandEdit(db, caller, written.serviceIds);
      await servicesExist(db, written.serviceIds);
      accepted(written);
      const now = clock.now();
      await transaction(db, async (tx) => {
        const saving = { by: caller.name, note: request.body.note, now };
        const version = await revise(tx, id, written, saving, request.body.basedOn);
        if (version !== before.version) await live.publish(tx, { kind: 'playbook', id, version }, now);
      });
      return shown(request, id);
    },
  );

  app.post(
    `${AT}/:id/review`,
    {
      config: { access: 'responder' },
      schema: {
        tags,
        summary: 'Say that it is still right, and when it was tried',
        operationId: 'reviewPlaybook',
        params: byId,
        body: z.object({ testedOn: day().optional().describe('The day on which somebody tried it.') }),
        response: { 201: whole },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const row = await playbookRow(db, request.params.id);
      await demandEdit(db, caller, row.service_ids);
      const now = clock.now();
      const { testedOn } = request.body;
      const tomorrow = now.add({ hours: 24 }).toString().slice(0, 10);
      if (testedOn && testedOn > tomorrow)
        throw new Refused('invalid', `${testedOn} has not come yet.`, {
          mend: 'Give the day on which it was tried.',
        });
      await transaction(db, async (tx) => {
        await tx
          .updateTable('playbook')
          .set({ reviewed_at: now, reviewed_by: caller.name, ...(testedOn ? { tested_on: testedOn } : {}) })
          .where('id', '=', row.id)
          .execute();
        await live.publish(tx, { kind: 'playbook', id: row.id, version: row.version }, now);
      });
      return reply.code(201).send(await shown(request, row.id));
    },
  );

  for (const archive of [true, false])
    app.route({
      method: archive ? 'POST' : 'DELETE',
      url: `${AT}/:id/archive`,
      config: { access: 'responder' },
      schema: {
        tags,
        summary: archive ? 'Archive it; what incidents have used stays' : 'Take it out of the archive',
        operationId: archive ? 'archivePlaybook' : 'restorePlaybook',
        params: byId,
        response: { 200: whole },
      },
      handler: async (request) => {
        const { id } = request.params as z.output<typeof byId>;
        const row = await writable(db, id);
        await demandEdit(db, callerOf(request), row.service_ids);
        const now = clock.now();
        await transaction(db, async (tx) => {
          await lockPlaybook(tx, id);
          await tx
            .updateTable('playbook')
            .set({ archived_at: archive ? (row.archived_at ?? now) : null })
            .where('id', '=', id)
            .execute();
          await live.publish(tx, { kind: 'playbook', id, version: row.version }, now);
        });
        return shown(request, id);
      },
    });

  app.get(
    `${AT}/:id/versions`,
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Its versions, newest first',
        operationId: 'listPlaybookVersions',
        params: byId,
        querystring: z.object({ ...pageQuery, cursor: version.optional() }),
        response: { 200: page(versionView) },
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      await playbookRow(db, request.params.id);
      let query = db
        .selectFrom('playbook_version')
        .select(['version', 'title', 'note', 'created_by', 'created_at'])
        .where('playbook_id', '=', request.params.id)
        .orderBy('version', 'desc')
        .limit(limit + 1);
      if (cursor) query = query.where('version', '<', cursor);
      const rows = await query.execute();
      const items = rows.slice(0, limit);
      return {
        items: items.map((row) => ({
          version: row.version,
          title: row.title,
          note: row.note,
          createdBy: row.created_by,
          createdAt: row.created_at.toString(),
        })),
        next: rows.length > limit ? String(items.at(-1)?.version) : null,
      };
    },
  );

  app.get(
    `${AT}/:id/diff`,
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'What changed between two versions, line by line',
        operationId: 'diffPlaybook',
        params: byId,
        querystring: z.object({ from: version, to: version }),
        response: {
          200: z.object({
            from: z.number(),
            to: z.number(),
            lines: z.array(
              z.object({
                change: z.enum(['same', 'removed', 'added']),
                text: z.string(),
                from: z.number().nullable(),
                to: z.number().nullable(),
              }),
            ),
          }),
        },
      },
    },
    async (request) => {
      const { from, to } = request.query;
      const [one, other] = [
        await fileOf(db, request.params.id, from),
        await fileOf(db, request.params.id, to),
      ];
      return { from, to, lines: diffLines(one, other) };
    },
  );
}

function writtenOf(body: z.output<typeof writing>): Written {
  return {
    title: body.title,
    category: body.category ?? undefined,
    serviceIds: [...new Set(body.serviceIds)],
    body: body.body.replace(/\r\n?/g, '\n'),
  };
}

async function writable(db: Db, id: string) {
  const row = await playbookRow(db, id);
  if (row.source === 'folder')
    throw new Refused('conflict', `“${row.title}” is read from ${row.path}; nothing was changed.`, {
      mend: 'Change it in its folder; it is read again within five minutes.',
    });
  return row;
}

/** A version with its head, so that a new title or another service is a difference, too. */
async function fileOf(db: Db, id: string, number: number): Promise<string> {
  const row = await db
    .selectFrom('playbook_version')
    .selectAll()
    .where('playbook_id', '=', id)
    .where('version', '=', number)
    .executeTakeFirst();
  if (!row) throw notFound('version of this playbook', String(number));
  const names = await serviceNames(db, row.service_ids);
  return writeFile({
    title: row.title,
    services: row.service_ids.map((each) => names.get(each) ?? each),
    category: CATEGORIES.find((each) => each === row.category) as CardCategory | undefined,
    body: row.body,
  });
}
