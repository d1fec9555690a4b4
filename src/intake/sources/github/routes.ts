/** `/hooks/github/<key>`: deployments, their statuses, workflow runs, pushes and releases. */
import { z } from 'zod';
import type { App } from '#platform/http/app.ts';
import type { Door } from '../door.ts';
import { senderRoutes } from '../sender.ts';
import { parse } from './parse.ts';

// A push carries up to 2,048 commits with all their files; what is larger still is refused and counted.
const BODY_BYTES_MAX = 5 * 1024 * 1024;

export function githubRoutes(app: App, door: Door): void {
  senderRoutes(app, door, {
    source: 'github',
    summary: "GitHub's webhooks: deployments, workflow runs, pushes, releases",
    scheme: 'github',
    bodyBytesMax: BODY_BYTES_MAX,
    form: true,
    body: z.looseObject({ action: z.string().optional(), repository: z.looseObject({}).optional() }),
    read: ({ body, header, integration }) =>
      parse(body, header('x-github-event'), integration.reading.pipelines),
  });
}
