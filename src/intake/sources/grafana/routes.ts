/** `/hooks/grafana/<key>`: a Grafana contact point of the kind webhook. */
import { z } from 'zod';
import type { App } from '#platform/http/app.ts';
import { alertShape } from '../alertmanager/routes.ts';
import type { Door } from '../door.ts';
import { hookRoutes } from '../hook.ts';
import { parse } from './parse.ts';

export function grafanaRoutes(app: App, door: Door): void {
  hookRoutes(app, door, {
    source: 'grafana',
    format: 'grafana',
    methods: ['POST', 'PUT'],
    summary: "Grafana's alerting webhook",
    body: z.looseObject({
      title: z.string().optional(),
      state: z.string().optional(),
      alerts: z.array(alertShape),
    }),
    parse,
  });
}
