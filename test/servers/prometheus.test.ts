import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { startAlertmanager } from './alertmanager.ts';
import { startPrometheus } from './prometheus.ts';

type Hook = { authorization: string | undefined; body: { status: string; alerts: { labels: object }[] } };

/** A server that resolves with the first request it gets. */
async function listenForHook() {
  let received: (hook: Hook) => void;
  const first = new Promise<Hook>((resolve) => {
    received = resolve;
  });
  const server = createServer(async (request: IncomingMessage, response) => {
    received({ authorization: request.headers.authorization, body: JSON.parse(await text(request)) });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, first };
}

test('a failing rule travels through Prometheus and Alertmanager to a webhook', {
  timeout: 60_000,
}, async () => {
  const hook = await listenForHook();
  const alertmanager = await startAlertmanager({ webhooks: [{ url: hook.url, bearer: 'key' }] });
  const prometheus = await startPrometheus({
    rules: [{ alert: 'CardPaymentsFail', expr: 'vector(1)', labels: { service: 'payments' } }],
    alertTargets: [{ url: alertmanager.url }],
  });
  try {
    const { authorization, body } = await hook.first;
    assert.equal(authorization, 'Bearer key');
    assert.equal(body.status, 'firing');
    assert.deepEqual(body.alerts[0]?.labels, { alertname: 'CardPaymentsFail', service: 'payments' });
  } finally {
    await Promise.all([prometheus.stop(), alertmanager.stop()]);
  }
});
