/** Where Slack calls us: events and pressed buttons. Every request is checked by its signature over the bytes, before anything is read. */
import { createHmac } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { sameHash } from '#platform/auth/hash.ts';
import type { Clock } from '#platform/clock.ts';
import { Refused } from '#platform/errors.ts';
import type { App } from '#platform/http/app.ts';

const BODY_BYTES_MAX = 64 * 1024;
const AGE_SECONDS_MAX = 5 * 60;

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

export type SlackDoor = {
  path: string;
  signingSecret: string | undefined;
  clock: Clock;
  /** @param body as it came, genuine. @returns what Slack is answered, within its three seconds */
  receive(body: string): Promise<object>;
};

export function openSlackDoor(app: App, { path, signingSecret, clock, receive }: SlackDoor): void {
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
      path,
      { config: { access: 'integration' }, schema: { hide: true } as never },
      async (request, reply) => {
        if (!signingSecret)
          throw new Refused('not_found', 'Slack is not set up here.', { mend: 'Set SLACK_SIGNING_SECRET.' });
        const body = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
        const genuine = isFromSlack(
          signingSecret,
          {
            timestamp: String(request.headers['x-slack-request-timestamp'] ?? ''),
            signature: String(request.headers['x-slack-signature'] ?? ''),
            body,
          },
          clock.now(),
        );
        if (!genuine)
          throw new Refused('unauthenticated', 'The signature is not the one of Slack, or it is too old.');
        return reply.send(await receive(body));
      },
    );
  });
}
