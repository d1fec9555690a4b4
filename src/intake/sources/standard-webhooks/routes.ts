/** `/hooks/standard-webhooks/<key>`: any sender that follows Standard Webhooks 1.0.0. */
import { z } from 'zod';
import type { App } from '#platform/http/app.ts';
import type { Door } from '../door.ts';
import { senderRoutes } from '../sender.ts';
import { parse } from './parse.ts';

export function standardWebhooksRoutes(app: App, door: Door): void {
  senderRoutes(app, door, {
    source: 'standard-webhooks',
    summary: 'Standard Webhooks 1.0.0, signed, each message once',
    scheme: 'standard_webhooks',
    body: z.looseObject({
      type: z.string(),
      timestamp: z.string().optional(),
      data: z.looseObject({}).optional(),
    }),
    read: ({ body, header }) => parse(body, header('webhook-id')),
  });
}
