/** Slack's Events API: a reply in the thread of one of our messages is a question. Every request is checked by its signature first. */
import { createHmac } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { z } from 'zod';
import { sameHash } from '#platform/auth/hash.ts';
import { type Db, json } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import type { App } from '#platform/http/app.ts';
import { QUESTION_CHARACTERS_MAX } from './limits.ts';
import { askOn, type Means, takeQuestion } from './questions.ts';

const BODY_BYTES_MAX = 64 * 1024;
const AGE_SECONDS_MAX = 5 * 60;

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

/**
 * @param signed.body the bytes as they came
 * @returns whether Slack signed exactly this, at most five minutes ago
 */
export function isFromSlack(
  secret: string,
  signed: { timestamp: string; signature: string; body: string },
  now: Temporal.Instant,
): boolean {
  if (!/^\d{1,12}$/.test(signed.timestamp)) return false;
  const age = Math.abs(now.epochMilliseconds / 1000 - Number(signed.timestamp));
  if (age > AGE_SECONDS_MAX) return false;
  const wanted = `v0=${createHmac('sha256', secret).update(`v0:${signed.timestamp}:${signed.body}`).digest('hex')}`;
  return sameHash(signed.signature, wanted);
}

export function slackRoutes(
  app: App,
  means: Means,
  slack: { signingSecret: string | undefined; findThread: FindSlackThread },
): void {
  const { clock } = means.house.platform;
  // The signature is over the bytes: this door reads them itself.
  app.register(async (plain: FastifyInstance) => {
    plain.removeAllContentTypeParsers();
    plain.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX },
      (_request, body, done) => done(null, body),
    );
    plain.setValidatorCompiler(() => (data) => ({ value: data }));
    (plain as unknown as App).post(
      '/hooks/slack/events',
      { config: { access: 'integration' }, schema: { hide: true } as never },
      async (request, reply) => {
        if (!slack.signingSecret)
          throw new Refused('not_found', 'Slack is not set up here.', { mend: 'Set SLACK_SIGNING_SECRET.' });
        const body = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
        const genuine = isFromSlack(
          slack.signingSecret,
          {
            timestamp: String(request.headers['x-slack-request-timestamp'] ?? ''),
            signature: String(request.headers['x-slack-signature'] ?? ''),
            body,
          },
          clock.now(),
        );
        if (!genuine)
          throw new Refused('unauthenticated', 'The signature is not the one of Slack, or it is too old.');
        const parsed = event.safeParse(jsonOf(body));
        if (!parsed.success) throw new Refused('invalid', 'This is not an event of Slack.');
        if (parsed.data.type === 'url_verification')
          return reply.send({ challenge: parsed.data.challenge ?? '' });
        await receive(means, slack.findThread, parsed.data);
        return reply.send({});
      },
    );
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
