/** `/hooks/cloudevents/<key>`: CloudEvents 1.0 in each of its modes, with the handshake that asks whether we want them. */
import { z } from 'zod';
import type { App } from '#platform/http/app.ts';
import { cleanText } from '../../clean.ts';
import { admitted, type Door, keyOf } from '../door.ts';
import { senderRoutes } from '../sender.ts';
import { parse } from './parse.ts';

const ORIGIN = /^[\w.:*/-]{1,200}$/;

export function cloudeventsRoutes(app: App, door: Door): void {
  senderRoutes(app, door, {
    source: 'cloudevents',
    summary: 'CloudEvents 1.0 (binary, structured, batch) and CDEvents',
    scheme: 'any',
    body: z.unknown().describe('an event, a batch of them, or in binary mode the data of one'),
    read: ({ body, header }) => parse(body, header),
  });
  for (const url of ['/hooks/cloudevents/:key', '/hooks/cloudevents'])
    app.options(
      url,
      { config: { access: 'integration' }, schema: { hide: true } },
      async (request, reply) => {
        await admitted(door.register, keyOf(request));
        const origin = request.headers['webhook-request-origin'];
        void reply.header('allow', 'POST, OPTIONS');
        if (typeof origin === 'string' && ORIGIN.test(origin))
          void reply.header('webhook-allowed-origin', cleanText(origin)).header('webhook-allowed-rate', '*');
        return reply.code(200).send('');
      },
    );
}
