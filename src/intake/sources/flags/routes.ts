/** `/hooks/flags/<key>`: any tool for feature flags that sends JSON. */
import { z } from 'zod';
import type { App } from '#platform/http/app.ts';
import type { Door } from '../door.ts';
import { senderRoutes } from '../sender.ts';
import { parse } from './parse.ts';

export function flagsRoutes(app: App, door: Door): void {
  senderRoutes(app, door, {
    source: 'flags',
    summary: 'Feature flags of any tool, read by a mapping or by the usual names',
    scheme: 'any',
    body: z.unknown(),
    read: ({ body, integration }) => parse(body, integration.reading.flags),
  });
}
