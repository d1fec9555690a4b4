/** Trackers as administrators connect them, and an action item's way there and back. */
import { z } from 'zod';
import { transaction } from '#platform/db/database.ts';
import { Failed, Refused } from '#platform/errors.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { text } from '#platform/http/fields.ts';
import { itemAndIncident, itemFor } from '../item-access.ts';
import { addLine, linesOf, lockItem, settled } from '../item-change.ts';
import { actionItem, params } from '../shapes.ts';
import { ask, refuseTwice, trackerFor } from './issues.ts';
import { askerFor, TRACKERS } from './kinds.ts';
import type { TrackerMeans } from './run.ts';
import { newTracker, shownTracker } from './shapes.ts';
import { archiveTracker, readTrackers, showTrackers, trackerCalled, writeTracker } from './store.ts';
import { Gone, unseen } from './tracker.ts';

const tags = ['learn'];
const kept = shownTracker.extend({
  hookSecret: z.string().nullable().describe('Made just now and shown this once; null: it stays as it was'),
});
const trial = z.object({
  ok: z.boolean(),
  words: z.string(),
  caution: z.string().nullable(),
});

export function trackerRoutes(app: App, means: TrackerMeans): void {
  const { house, outbound } = means;
  const { db, clock, live, secret, config } = house.platform;
  const shown = async (id: string) => {
    const [tracker] = await showTrackers(db, [await trackerCalled(db, secret, id)], config.url);
    return tracker!;
  };
  const keep = async (given: z.output<typeof newTracker>, id?: string) => {
    const now = clock.now();
    const made = await transaction(db, async (tx) => {
      const written = await writeTracker(tx, secret, { id, given, now });
      await live.publish(tx, { kind: 'tracker', id: 'trackers', version: now.epochMilliseconds }, now);
      return written;
    });
    return { ...(await shown(made.id)), hookSecret: made.hookSecret };
  };

  app.get(
    '/api/v1/trackers',
    {
      config: { access: 'viewer' },
      schema: {
        response: { 200: z.object({ items: z.array(shownTracker), next: z.null() }) },
        tags,
        summary: 'Trackers that action items can be sent to',
        operationId: 'listTrackers',
      },
    },
    async () => ({ items: await showTrackers(db, await readTrackers(db, secret), config.url), next: null }),
  );
  app.post(
    '/api/v1/trackers',
    {
      config: { access: 'administrator', keepsAnswer: false },
      schema: {
        body: newTracker,
        response: { 201: kept },
        tags,
        summary: 'Connect a tracker: GitHub, GitLab, Jira or Linear',
        description: 'The token and the signing secret are sealed and never shown again.',
        operationId: 'connectTracker',
      },
    },
    async ({ body }, reply) => reply.code(201).send(await keep(body)),
  );
  app.put(
    '/api/v1/trackers/:id',
    {
      config: { access: 'administrator', keepsAnswer: false },
      schema: {
        params,
        body: newTracker,
        response: { 200: kept },
        tags,
        summary: 'Change a tracker',
        description:
          'A secret that is left out stays as it was, unless the tracker is now asked elsewhere. What had failed is asked again.',
        operationId: 'changeTracker',
      },
    },
    ({ params: { id }, body }) => keep(body, id),
  );
  app.delete(
    '/api/v1/trackers/:id',
    {
      config: { access: 'administrator' },
      schema: {
        params,
        response: { 204: z.null() },
        tags,
        summary: 'Take a tracker out of use; its issues and the action items stay as they are',
        operationId: 'disconnectTracker',
      },
    },
    async ({ params: { id } }, reply) => {
      const now = clock.now();
      await trackerCalled(db, secret, id);
      await transaction(db, async (tx) => {
        await archiveTracker(tx, id, now);
        await live.publish(tx, { kind: 'tracker', id: 'trackers', version: now.epochMilliseconds }, now);
      });
      return reply.code(204).send(null);
    },
  );
  app.post(
    '/api/v1/trackers/:id/trial',
    {
      config: { access: 'administrator', keepsAnswer: false },
      schema: {
        params,
        response: { 200: trial },
        tags,
        summary: 'Ask the tracker whether it knows us and shows us the place; nothing is changed there',
        operationId: 'tryTracker',
      },
    },
    async ({ params: { id } }) => {
      const tracker = await trackerCalled(db, secret, id);
      try {
        const { words, isPublic } = await TRACKERS[tracker.kind].reach(askerFor(outbound, tracker), tracker);
        const caution =
          isPublic && tracker.audience === 'inside'
            ? 'Everybody can read this place. Set its readers to public, so that no name and no title goes there.'
            : null;
        return { ok: true, words: `It answers, and shows us ${words}.`, caution };
      } catch (error) {
        if (error instanceof Gone) return { ok: false, words: unseen(tracker.kind).message, caution: null };
        if (!(error instanceof Failed)) throw error;
        return { ok: false, words: error.message, caution: null };
      }
    },
  );

  app.post(
    '/api/v1/action-items/:id/issue',
    {
      config: { access: 'responder' },
      schema: {
        params,
        body: z.object({
          trackerId: text(64).optional().describe('Left out: the one for the service, else the one for any'),
        }),
        response: { 202: actionItem },
        tags,
        summary: 'Send it to a tracker; the answer does not wait for the tracker',
        description:
          'Of a restricted incident too, since somebody asks: its text and done-condition go there.',
        operationId: 'sendActionItem',
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { id } = request.params;
      const { item, incident } = await itemAndIncident(house, id, caller);
      refuseTwice(item);
      const trackerId =
        request.body.trackerId ??
        (await trackerFor(db, incident?.serviceIds ?? (item.serviceId ? [item.serviceId] : [])));
      if (!trackerId)
        throw new Refused('conflict', 'No tracker is connected for it.', {
          mend: 'An administrator connects one under Settings, Trackers.',
        });
      await trackerCalled(db, secret, trackerId);
      const now = clock.now();
      await transaction(db, async (tx) => {
        await lockItem(tx, id);
        await ask(tx, { id, trackerId, by: caller.name }, now);
        await settled(house, tx, id, now);
      });
      return reply.code(202).send(await itemFor(house, id, caller));
    },
  );
  app.delete(
    '/api/v1/action-items/:id/issue',
    {
      config: { access: 'responder' },
      schema: {
        params,
        response: { 200: actionItem },
        tags,
        summary: 'Take it away from its tracker: the issue there stays and is not followed any more',
        operationId: 'unlinkActionItem',
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { id } = request.params;
      const { item } = await itemAndIncident(house, id, caller);
      if (!item.issue) throw new Refused('conflict', 'It is in no tracker.');
      const { shown: called, tracker } = item.issue;
      const now = clock.now();
      await transaction(db, async (tx) => {
        await lockItem(tx, id);
        await tx.deleteFrom('tracker_issue').where('action_item_id', '=', id).execute();
        const what = `Taken away from ${tracker}${called ? `; ${called} stays there` : ''}.`;
        await addLine(tx, { id, by: caller.name, text: what }, now);
        await settled(house, tx, id, now);
      });
      return itemFor(house, id, caller);
    },
  );
  app.post(
    '/api/v1/action-items/:id/issue/look',
    {
      config: { access: 'responder' },
      schema: {
        params,
        response: { 202: actionItem },
        tags,
        summary: 'Ask the tracker now instead of at its time',
        operationId: 'lookAtActionItemIssue',
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { id } = request.params;
      const { item } = await itemAndIncident(house, id, caller);
      if (!item.issue || item.issue.state === 'deleted')
        throw new Refused('conflict', 'It is in no tracker that could be asked.', {
          mend: 'Send it to one.',
        });
      await db
        .updateTable('tracker_issue')
        .set({ next_at: clock.now(), state: item.issue.state === 'refused' ? 'waiting' : item.issue.state })
        .where('action_item_id', '=', id)
        .execute();
      return reply.code(202).send(await itemFor(house, id, caller));
    },
  );
  app.get(
    '/api/v1/action-items/:id/lines',
    {
      config: { access: 'viewer' },
      schema: {
        params,
        response: {
          200: z.object({
            items: z.array(z.object({ at: z.string(), by: z.string(), text: z.string() })),
            next: z.null(),
          }),
        },
        tags,
        summary: 'What happened to an action item: taken over from a tracker, returned, opened again',
        operationId: 'listActionItemLines',
      },
    },
    async (request) => {
      await itemAndIncident(house, request.params.id, callerOf(request));
      return { items: await linesOf(db, request.params.id), next: null };
    },
  );
}
