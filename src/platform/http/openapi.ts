/** The description of the API: OpenAPI 3.1 for programs, one plain page for people, both made from the routes themselves. */
import swagger from '@fastify/swagger';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import type { App } from './app.ts';

const OPENAPI_PATH = '/api/openapi.json';
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

type Operation = {
  summary?: string;
  description?: string;
  tags?: string[];
  operationId?: string;
  'x-access'?: string;
};
type Paths = Record<string, Partial<Record<(typeof METHODS)[number], Operation>>>;

/** Await it before the first route is registered: only later routes are described. */
export async function openapi(
  app: App,
  { version, url }: { version: string; url: string | undefined },
): Promise<void> {
  await app.register(swagger as never, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Humdrum',
        version,
        description:
          'Everything the app does. Send a token as "Authorization: Bearer …". Errors are problem details (RFC 9457). Lists answer {items, next}; pass `next` as `cursor`. Writes accept an Idempotency-Key.',
      },
      ...(url ? { servers: [{ url }] } : {}),
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: 'humdrum.session_token' },
        },
      },
    },
    transform: describe,
  });
  app.get(OPENAPI_PATH, { config: { access: 'public' }, schema: { hide: true } as never }, async () =>
    swaggerOf(app),
  );
  app.get('/api/docs', { config: { access: 'public' }, schema: { hide: true } as never }, async (_, reply) =>
    reply.type('text/html; charset=utf-8').send(page(swaggerOf(app).paths)),
  );
}

export function swaggerOf(app: App): { paths: Paths } {
  return (app as unknown as { swagger(): { paths: Paths } }).swagger();
}

type Transformed = Parameters<typeof jsonSchemaTransform>[0];

/** Routes without a summary (files of the app, health) are no part of the API. */
function describe(given: Transformed): ReturnType<typeof jsonSchemaTransform> {
  const schema = given.schema as { summary?: string; hide?: boolean } | undefined;
  const access = given.route.config?.access;
  if (!schema?.summary || schema.hide)
    return jsonSchemaTransform({ ...given, schema: { ...schema, hide: true } as never });
  const transformed = jsonSchemaTransform(given);
  const open = access === 'public' || access === 'integration';
  return {
    ...transformed,
    schema: {
      ...transformed.schema,
      'x-access': access,
      ...(open ? {} : { security: [{ token: [] }, { session: [] }] }),
    } as never,
  };
}

const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; color: #1d1f24; background: #f6f5f1; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
  h2 { margin: 2.5rem 0 .5rem; text-transform: capitalize } code { font: 14px/1.5 ui-monospace, monospace }
  table { border-collapse: collapse; width: 100% } td { border-top: 1px solid #d8d5cc; padding: .5rem .75rem .5rem 0; vertical-align: top }
  td:last-child { white-space: nowrap } small { color: #55585f } a { color: #1f4b99 }
  @media (prefers-color-scheme: dark) { body { color: #ececea; background: #16181c } td { border-color: #33363d } small { color: #a5a8ae } a { color: #8fb3f0 } }`;

function page(paths: Paths): string {
  const rows = Object.entries(paths).flatMap(([path, operations]) =>
    METHODS.flatMap((method) => {
      const operation = operations[method];
      return operation ? [{ method: method.toUpperCase(), path, operation }] : [];
    }),
  );
  const groups = Map.groupBy(rows, ({ operation }) => operation.tags?.[0] ?? 'other');
  const sections = [...groups].map(
    ([tag, list]) => `<h2>${escapeHtml(tag)}</h2><table>${list.map(row).join('')}</table>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Humdrum API</title><style>${STYLE}</style>
<h1>Humdrum API</h1>
<p>The whole description is at <a href="${OPENAPI_PATH}">${OPENAPI_PATH}</a> (OpenAPI 3.1). Send a token as <code>Authorization: Bearer …</code>;
create one in the app, or with <code>POST /api/v1/tokens</code>. Errors are problem details that say what to do. Lists answer <code>{items, next}</code>:
pass <code>next</code> as <code>cursor</code>. Writes accept an <code>Idempotency-Key</code>. The last column says who may.</p>
${sections.join('\n')}</html>`;
}

function row({ method, path, operation }: { method: string; path: string; operation: Operation }): string {
  const more = operation.description ? `<br><small>${escapeHtml(operation.description)}</small>` : '';
  return `<tr><td><code>${method} ${escapeHtml(path)}</code><td>${escapeHtml(operation.summary ?? '')}${more}<td>${escapeHtml(operation['x-access'] ?? '')}</tr>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
