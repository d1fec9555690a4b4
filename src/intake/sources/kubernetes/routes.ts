/** `/hooks/kubernetes/<key>`: events that a forwarder sends, one or many. */
import { z } from 'zod';
import type { App } from '#platform/http/app.ts';
import type { Door } from '../door.ts';
import { senderRoutes } from '../sender.ts';
import { parse } from './parse.ts';

export function kubernetesRoutes(app: App, door: Door): void {
  senderRoutes(app, door, {
    source: 'kubernetes',
    format: 'kubernetes',
    summary: 'Kubernetes events: changes, and warnings as alerts',
    scheme: 'any',
    body: z.unknown().describe('an event of v1 or events.k8s.io/v1, an array or a list of them'),
    read: ({ body, now }) => parse(body, now),
  });
}
