/** `/hooks/argocd/<key>`: Argo CD's notifications by our template. */
import { z } from 'zod';
import type { App } from '#platform/http/app.ts';
import type { Door } from '../door.ts';
import { senderRoutes } from '../sender.ts';
import { parse } from './parse.ts';

export function argocdRoutes(app: App, door: Door): void {
  senderRoutes(app, door, {
    source: 'argocd',
    summary: "Argo CD's notifications, by the template of the documentation",
    scheme: 'any',
    body: z.looseObject({ app: z.string(), phase: z.string() }),
    read: ({ body }) => parse(body),
  });
}
