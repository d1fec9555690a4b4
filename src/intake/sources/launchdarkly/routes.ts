/** `/hooks/launchdarkly/<key>`: entries of LaunchDarkly's audit log. */
import { z } from 'zod';
import type { App } from '#platform/http/app.ts';
import type { Door } from '../door.ts';
import { senderRoutes } from '../sender.ts';
import { parse } from './parse.ts';

export function launchdarklyRoutes(app: App, door: Door): void {
  senderRoutes(app, door, {
    source: 'launchdarkly',
    summary: "LaunchDarkly's webhooks: flags, segments, environments",
    scheme: 'launchdarkly',
    body: z.looseObject({ _id: z.string().optional(), kind: z.string(), date: z.number().optional() }),
    read: ({ body }) => parse(body),
  });
}
