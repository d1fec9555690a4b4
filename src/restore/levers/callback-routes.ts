/** Where a target answers: an address of one run, with a key that is good for nothing else. Answering twice is one answer. */
import { z } from 'zod';
import { Refused } from '#platform/errors.ts';
import type { App } from '#platform/http/app.ts';
import { text } from '#platform/http/fields.ts';
import { runOfKey } from './order.ts';
import { type LeverMeans, note } from './run.ts';
import { leverCalled } from './store.ts';
import { cutWords, linkOf } from './targets/target.ts';

const CALLBACK_BYTES_MAX = 16 * 1024;

const said = z.object({
  state: z.enum(['running', 'done', 'failed']),
  message: text(2000).default('').describe('One sentence for the timeline'),
  url: z.string().max(2000).optional().describe('Where it can be seen'),
});

export function callbackRoutes(app: App, means: LeverMeans): void {
  const { platform } = means;
  app.post(
    '/hooks/lever/:key',
    {
      bodyLimit: CALLBACK_BYTES_MAX,
      config: { access: 'public' },
      schema: {
        params: z.object({ key: z.string().max(200) }),
        body: said,
        response: {
          200: z.object({
            state: z.string().describe('What is kept of this run'),
            counted: z.boolean().describe('False: it had ended before, and stays as it was answered first'),
          }),
        },
        tags: ['restore'],
        summary: 'A target says how far a run is',
        operationId: 'answerLeverRun',
      },
    },
    async (request) => {
      const runId = runOfKey(platform.secret, request.params.key);
      const read = () =>
        platform.db
          .selectFrom('lever_run')
          .selectAll()
          .where('id', '=', runId ?? '')
          .executeTakeFirst();
      const run = await read();
      if (!run) throw new Refused('not_found', 'No run answers to this address.');
      if (run.ended_at) return ended(run.state);
      const lever = await leverCalled(platform.db, platform.secret, run.lever_id, true);
      const { state, message, url } = request.body;
      const counted = await note(means, run, lever, { state, words: cutWords(message), link: linkOf(url) });
      return counted ? { state, counted } : ended((await read())?.state ?? state);
    },
  );
}

function ended(state: string): { state: string; counted: false } {
  if (state === 'done' || state === 'failed') return { state, counted: false };
  throw new Refused('gone', 'This run is not waited for any more.', {
    mend: 'Tell the people of the incident; they have looked for themselves by now.',
  });
}
