/** `/hooks/slack/<key>` and `/services/…/…/<key>`: what posts to Slack's incoming webhooks can post here. */
import { z } from 'zod';
import type { App } from '#platform/http/app.ts';
import type { Door } from '../door.ts';
import { senderRoutes } from '../sender.ts';
import { parse } from './parse.ts';

export function slackRoutes(app: App, door: Door): void {
  senderRoutes(app, door, {
    source: 'slack',
    urls: ['/services/:team/:bot/:key'],
    summary: 'A message for a Slack incoming webhook, kept as a change',
    scheme: 'any',
    form: true,
    body: z.looseObject({ text: z.string().optional() }),
    read: ({ body }) => parse(body),
    answer: { text: 'ok', refusal: (status) => (status === 401 ? 'invalid_token' : 'invalid_payload') },
  });
}
