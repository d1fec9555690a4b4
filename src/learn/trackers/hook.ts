/** Where a tracker says that something changed. Its message is a hint to look, signed; what is true is asked for. Twice is once. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Refused } from '#platform/errors.ts';
import type { App } from '#platform/http/app.ts';
import { TRACKERS } from './kinds.ts';
import type { TrackerMeans } from './run.ts';
import { readTrackers } from './store.ts';
import { cut, type Hook, object } from './tracker.ts';

const HOOK_BYTES_MAX = 1024 * 1024;
const BY_CHARACTERS_MAX = 100;

export function trackerHook(app: App, { house }: TrackerMeans): void {
  const { db, secret, clock } = house.platform;
  app.register(async (plain: FastifyInstance) => {
    plain.removeAllContentTypeParsers();
    plain.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    (plain as unknown as App).post(
      '/hooks/tracker/:id',
      {
        bodyLimit: HOOK_BYTES_MAX,
        config: { access: 'public' },
        schema: {
          params: z.object({ id: z.string().max(64) }),
          response: {
            202: z.object({ looked: z.boolean().describe('False: it is about none of our items') }),
          },
          tags: ['learn'],
          summary: 'A tracker says that an issue changed; signed with the secret of the connection',
          operationId: 'hearTracker',
        },
      },
      async (request, reply) => {
        const [tracker] = await readTrackers(db, secret, { id: request.params.id });
        if (!tracker) throw new Refused('not_found', 'No tracker is connected at this address.');
        const hook = hookOf(request.headers, request.body);
        const kind = TRACKERS[tracker.kind];
        const complaint = tracker.secrets.hookSecret
          ? kind.complaint(hook, tracker.secrets.hookSecret, clock.now())
          : 'No signing secret is kept for this tracker';
        if (complaint)
          throw new Refused('unauthenticated', `${complaint}; nothing was looked at.`, {
            mend: 'Give both sides the same secret.',
          });
        const hint = kind.hint(hook);
        const { numUpdatedRows } = await db
          .updateTable('tracker_issue')
          .set({ next_at: clock.now(), hinted_by: hint?.by ? cut(hint.by, BY_CHARACTERS_MAX) : null })
          .where('tracker_id', '=', tracker.id)
          .where('issue_id', '=', hint?.issueId ?? '')
          .where('state', '=', 'linked')
          .executeTakeFirst();
        return reply.code(202).send({ looked: numUpdatedRows > 0n });
      },
    );
  });
}

function hookOf(headers: Hook['headers'], body: unknown): Hook {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  try {
    return { headers, bytes, json: object(JSON.parse(bytes.toString('utf8'))) };
  } catch {
    throw new Refused('invalid', 'The message is not JSON; nothing was looked at.', {
      mend: 'Choose application/json as the content type of the webhook.',
    });
  }
}
