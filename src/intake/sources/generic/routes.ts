/** `/hooks/generic/<key>`: any JSON, read by the integration's mapping. */
import { z } from 'zod';
import type { App } from '#platform/http/app.ts';
import type { Door } from '../door.ts';
import { hookRoutes } from '../hook.ts';
import { parse } from './parse.ts';

export function genericRoutes(app: App, door: Door): void {
  hookRoutes(app, door, {
    source: 'generic',
    format: 'generic',
    methods: ['POST', 'PUT'],
    summary: 'Any JSON, read by the mapping of the integration',
    body: z.unknown(),
    parse: (body, now, integration) => parse(body, now, integration.mapping),
  });
}
