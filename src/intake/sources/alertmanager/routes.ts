/** `/hooks/alertmanager/<key>`: the webhook receiver of an Alertmanager. */
import { z } from 'zod';
import type { App } from '#platform/http/app.ts';
import type { Door } from '../door.ts';
import { hookRoutes } from '../hook.ts';
import { parse } from './parse.ts';

export const alertShape = z.looseObject({
  status: z.enum(['firing', 'resolved']),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()).optional(),
  startsAt: z.string().optional(),
  endsAt: z.string().optional(),
  generatorURL: z.string().optional(),
  fingerprint: z.string().optional(),
});

export function alertmanagerRoutes(app: App, door: Door): void {
  hookRoutes(app, door, {
    source: 'alertmanager',
    format: 'alertmanager',
    methods: ['POST'],
    summary: "Alertmanager's webhook, version 4",
    body: z.looseObject({
      version: z.string().optional(),
      status: z.string().optional(),
      alerts: z.array(alertShape),
    }),
    parse,
  });
}
