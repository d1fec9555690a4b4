/** The description of the API is made from the routes, and says what a program needs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { createLog } from '#platform/log.ts';
import { createApp } from './app.ts';
import { openapi } from './openapi.ts';
import { security } from './security.ts';

async function described() {
  const app = createApp(createLog('silent'), async () => undefined);
  security(app, { url: 'https://humdrum.example' });
  await openapi(app, { version: '1.2.3', url: undefined });
  const schema = {
    tags: ['kettles'],
    summary: 'Boil <water>',
    operationId: 'boil',
    body: z.object({ litres: z.number().max(2) }),
    response: { 201: z.object({ id: z.string() }) },
  };
  app.post(
    '/api/v1/kettles/:id/boiling',
    { config: { access: 'responder' }, schema: { ...schema, params: z.object({ id: z.string() }) } },
    async (_, reply) => reply.code(201).send({ id: 'x' }),
  );
  app.get('/files/*', { config: { access: 'public' } }, async () => 'file');
  await app.ready();
  return app;
}

test('the description is OpenAPI 3.1 with every route that has a summary, and who may use it', async () => {
  const app = await described();
  const document = (await app.inject('/api/openapi.json')).json();
  assert.equal(document.openapi, '3.1.0');
  assert.deepEqual(Object.keys(document.paths), ['/api/v1/kettles/{id}/boiling']);
  const operation = document.paths['/api/v1/kettles/{id}/boiling'].post;
  assert.equal(operation['x-access'], 'responder');
  assert.equal(operation.requestBody.content['application/json'].schema.properties.litres.maximum, 2);
  assert.deepEqual(operation.security, [{ token: [] }, { session: [] }]);
  await app.close();
});

test('the readable page lists the same and escapes what it shows', async () => {
  const app = await described();
  const page = await app.inject('/api/docs');
  assert.match(page.body, /POST \/api\/v1\/kettles\/\{id\}\/boiling/);
  assert.match(page.body, /Boil &lt;water&gt;/);
  assert.doesNotMatch(page.body, /https?:\/\//);
  await app.close();
});

test('every answer carries the headers that keep browsers careful', async () => {
  const app = await described();
  const { headers } = await app.inject('/api/v1/unknown');
  assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/);
  assert.equal(headers['cache-control'], 'no-store');
  assert.match(String(headers['strict-transport-security']), /max-age=/);
  await app.close();
});
