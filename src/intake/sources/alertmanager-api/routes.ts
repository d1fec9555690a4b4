/** We act as an Alertmanager: Prometheus, vmalert or amtool point straight at us, by `/in/<key>` or with the key in a header. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Refused } from '#platform/errors.ts';
import type { App } from '#platform/http/app.ts';
import { cleaned } from '../../clean.ts';
import {
  admitted,
  bodyOf,
  confessed,
  type Door,
  describing,
  incoming,
  keyOf,
  provenAnyhow,
  recordAll,
  sendJson,
  statusOf,
} from '../door.ts';
import { parse } from './parse.ts';
import { alertGroups, openAlerts, statusText } from './read.ts';

const bodyShape = z.array(
  z.looseObject({
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()).optional(),
    startsAt: z.string().optional(),
    endsAt: z.string().optional(),
    generatorURL: z.string().optional(),
  }),
);
const RECEIVERS = JSON.stringify([{ name: 'humdrum' }]);

type Answer = (door: Door, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;
type Reading = {
  path: string;
  summary: string;
  id: string;
  answer: (door: Door, integrationId: string) => string | Promise<string>;
};

const READINGS: Reading[] = [
  {
    path: '/api/v2/status',
    summary: 'Status, as an Alertmanager gives it',
    id: 'Status',
    answer: ({ clock }) => statusText(clock.now()),
  },
  {
    path: '/api/v2/alerts',
    summary: 'Open alerts of this integration',
    id: 'Alerts',
    answer: ({ db }, id) => openAlerts(db, id),
  },
  {
    path: '/api/v2/alerts/groups',
    summary: 'Open alerts of this integration as one group',
    id: 'AlertGroups',
    answer: ({ db }, id) => alertGroups(db, id),
  },
  { path: '/api/v2/silences', summary: 'No silences: Humdrum has none', id: 'Silences', answer: () => '[]' },
  { path: '/api/v2/receivers', summary: 'The one receiver', id: 'Receivers', answer: () => RECEIVERS },
];

export function alertmanagerApiRoutes(app: App, door: Door): void {
  for (const [prefix, suffix] of [
    ['', 'WithHeader'],
    ['/in/:key', ''],
  ] as const) {
    const common = (summary: string, operationId: string, answer: Answer) => ({
      config: { access: 'integration' as const },
      errorHandler: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
        refuse(error, request, reply, door),
      schema: describing({
        ...(prefix ? { params: z.object({ key: z.string() }) } : {}),
        summary,
        operationId: `${operationId}${suffix}`,
      }),
      handler: (request: FastifyRequest, reply: FastifyReply) => answer(door, request, reply),
    });
    const post = common("Alertmanager's own intake of alerts", 'postAlertmanagerAlerts', receive);
    app.route({
      method: 'POST',
      url: `${prefix}/api/v2/alerts`,
      ...post,
      schema: { ...post.schema, body: bodyShape },
    });
    for (const { path, summary, id, answer } of READINGS)
      app.route({
        method: 'GET',
        url: `${prefix}${path}`,
        ...common(summary, `getAlertmanager${id}`, async (_, request, reply) => {
          const { integration } = await admitted(door.register, keyOf(request));
          return sendJson(reply, 200, await answer(door, integration.id));
        }),
      });
  }
  for (const name of ['healthy', 'ready'])
    app.get(
      `/in/:key/-/${name}`,
      {
        config: { access: 'integration' },
        errorHandler: (error, request, reply) => refuse(error, request, reply, door),
        schema: describing({
          params: z.object({ key: z.string() }),
          summary: `Alertmanager's check: ${name}`,
          operationId: `getAlertmanager${name}`,
        }),
      },
      async (request, reply) => {
        await admitted(door.register, keyOf(request));
        return reply.type('text/plain; charset=utf-8').send('OK');
      },
    );
}

/** Like an Alertmanager: valid alerts are stored, and a 400 tells of the others. */
async function receive(door: Door, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const key = keyOf(request);
  const known = await admitted(door.register, key);
  const now = door.clock.now();
  provenAnyhow(door, known, request, now);
  await door.recorder.turn();
  const body = cleaned(bodyOf(request), key);
  const parsed = parse(body, now);
  const { problems } = await recordAll(
    door.recorder,
    incoming(known, 'alertmanager_api', now, parsed.events),
    parsed.problems,
  );
  if (problems.length) return sendJson(reply, 400, JSON.stringify(problems.join('; ')));
  return reply.code(200).send();
}

function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply, door: Door): FastifyReply {
  const known = statusOf(error);
  if (!known) return sendJson(reply, 500, JSON.stringify(confessed(error, request, door.log)));
  const status = known.status === 429 ? 503 : known.status;
  if (status === 401) void reply.header('www-authenticate', 'Basic realm="Humdrum"');
  if (status === 503) void reply.header('retry-after', '60');
  const mend = error instanceof Refused && error.mend ? ` ${error.mend}` : '';
  return sendJson(reply, status, JSON.stringify(`${known.message}${mend}`));
}
