/** `/hooks/gitlab/<key>`: deployments, pipelines, tags, releases, pushes and feature flags. */
import { z } from 'zod';
import type { App } from '#platform/http/app.ts';
import type { Door } from '../door.ts';
import { senderRoutes } from '../sender.ts';
import { endsIn } from './ends.ts';
import { parse } from './parse.ts';

// Pipelines list every job they have.
const BODY_BYTES_MAX = 5 * 1024 * 1024;

export function gitlabRoutes(app: App, door: Door): void {
  senderRoutes(app, door, {
    source: 'gitlab',
    summary: "GitLab's webhooks: deployments, pipelines, tags, releases, feature flags",
    scheme: 'gitlab',
    bodyBytesMax: BODY_BYTES_MAX,
    body: z.looseObject({ object_kind: z.string().optional(), project: z.looseObject({}).optional() }),
    read: ({ body, header, integration }) => ({
      ...parse(body, header('x-gitlab-event'), integration.reading.pipelines),
      ends: endsIn(body),
    }),
  });
}
