/** Slack's Events API: a reply in the thread of one of our messages is a question. Every request is checked by its signature first. */
import { sql } from 'kysely';
import { z } from 'zod';
import { type Db, json } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import type { App } from '#platform/http/app.ts';
import { openSlackDoor } from '../channels/slack/door.ts';
import { QUESTION_CHARACTERS_MAX } from './limits.ts';
import { askOn, type Means, takeQuestion } from './questions.ts';

/** What communicate must be able to find out about a thread: the incident that our message in it was about, and whose channel it is. */
export type FindSlackThread = (
  db: Db,
  thread: { channel: string; threadTs: string },
) => Promise<
  { incidentId: string; clientId: string | undefined; clientName: string | undefined } | undefined
>;

const event = z.object({
  type: z.string(),
  event_id: z.string().max(100).optional(),
  challenge: z.string().max(500).optional(),
  event: z
    .object({
      type: z.string(),
      subtype: z.string().optional(),
      bot_id: z.string().optional(),
      user: z.string().max(64).optional(),
      text: z.string().default(''),
      channel: z.string().max(64).default(''),
      ts: z.string().max(32).default(''),
      thread_ts: z.string().max(32).optional(),
    })
    .optional(),
});

export function slackRoutes(
  app: App,
  means: Means,
  slack: { signingSecret: string | undefined; findThread: FindSlackThread },
): void {
  const { clock } = means.house.platform;
  openSlackDoor(app, {
    path: '/hooks/slack/events',
    signingSecret: slack.signingSecret,
    clock,
    async receive(body) {
      const parsed = event.safeParse(jsonOf(body));
      if (!parsed.success) throw new Refused('invalid', 'This is not an event of Slack.');
      if (parsed.data.type === 'url_verification') return { challenge: parsed.data.challenge ?? '' };
      await receive(means, slack.findThread, parsed.data);
      return {};
    },
  });
}

async function receive(
  means: Means,
  findThread: FindSlackThread,
  told: z.output<typeof event>,
): Promise<void> {
  const { db } = means.house.platform;
  const { event: happened, event_id: id } = told;
  // What a program wrote, our own messages among it, is never a question.
  if (happened?.type !== 'message' || happened.subtype || happened.bot_id || !happened.thread_ts || !id)
    return;
  const text = happened.text
    .toWellFormed()
    .replaceAll('\0', '\uFFFD')
    .trim()
    .slice(0, QUESTION_CHARACTERS_MAX);
  if (!text) return;
  const thread = { channel: happened.channel, threadTs: happened.thread_ts };
  const found = await findThread(db, thread);
  if (!found) return;
  const by = `${happened.user ?? 'Somebody'} in Slack`;
  const known = await db
    .selectFrom('question')
    .select('id')
    .where('incident_id', '=', found.incidentId)
    .where('via', '=', 'slack')
    .where('asker_name', '=', by)
    .where(sql<boolean>`slack = ${json(thread)}`)
    .executeTakeFirst();
  if (known) await askOn(means, { questionId: known.id, id: `slack_${id}`, text, by });
  else
    await takeQuestion(means, {
      id: `slack_${id}`,
      incidentId: found.incidentId,
      asker: { name: by, clientId: found.clientId, known: true },
      via: 'slack',
      text,
      slack: thread,
    });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
