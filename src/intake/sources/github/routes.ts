/** `/hooks/github/<key>`: deployments, their statuses, workflow runs, pushes and releases. */
import { z } from 'zod';
import type { App } from '#platform/http/app.ts';
import { cut } from '../../incoming.ts';
import type { Told } from '../../told.ts';
import type { Door } from '../door.ts';
import { senderRoutes } from '../sender.ts';
import { endsIn } from './ends.ts';
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
    read: ({ body, header, integration }) => ({
      ...withDelivery(
        parse(body, header('x-github-event'), integration.reading.pipelines),
        header('x-github-delivery'),
      ),
      ends: endsIn(body),
    }),
  });
}

/** Kept with the change, so that it can be found again among GitHub's recent deliveries. */
function withDelivery(told: Told, delivery: string | undefined): Told {
  if (!delivery) return told;
  const changes = told.changes.map((change) => ({
    ...change,
    details: { ...change.details, delivery: cut(delivery, 100) },
  }));
  return { ...told, changes };
}
