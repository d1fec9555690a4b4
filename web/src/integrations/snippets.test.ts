import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { KIND_NAMES } from './kinds.ts';
import { baseOf, snippetsOf } from './snippets.ts';

const where = { base: 'https://humdrum.example.com', key: 'k'.repeat(32) };

test('every way in has something to paste, with the key in it', () => {
  for (const kind of KIND_NAMES) {
    const snippets = snippetsOf(kind, where);
    assert.ok(snippets.length > 0);
    assert.ok(snippets[0]?.text.includes(where.key), kind);
  }
});

test('the Prometheus block is valid and names the host with its port', () => {
  const [block] = snippetsOf('alertmanager_api', where);
  const [target] = parse(block!.text).alerting.alertmanagers;
  assert.deepEqual(target.static_configs[0].targets, ['humdrum.example.com:443']);
  assert.equal(target.path_prefix, `/in/${where.key}`);
  const [local] = snippetsOf('alertmanager_api', { ...where, base: 'http://localhost:4646' });
  assert.ok(local!.text.includes('localhost:4646') && local!.text.includes('scheme: http\n'));
});

test('the receivers for Alertmanager and Grafana are valid files', () => {
  for (const kind of ['alertmanager', 'pagerduty', 'grafana'] as const)
    for (const { label, text } of snippetsOf(kind, where))
      if (/yml|file/.test(label)) assert.equal(typeof parse(text), 'object');
});

test('the files for Argo CD and the event exporter are valid, and Argo CD is told to POST', () => {
  const config = parse(snippetsOf('argocd', where)[0]!.text);
  assert.match(config.data['template.humdrum-sync'], /method: POST/);
  assert.equal(parse(config.data['service.webhook.humdrum']).url, `${where.base}/hooks/argocd/${where.key}`);
  const template = parse(config.data['template.humdrum-sync']).webhook.humdrum.body;
  assert.doesNotThrow(() => JSON.parse(template.replaceAll(/\{\{toJson [^}]+\}\}/g, '"x"')));
  const exporter = parse(snippetsOf('kubernetes', where)[0]!.text);
  assert.equal(exporter.receivers[0].webhook.endpoint, `${where.base}/hooks/kubernetes/${where.key}`);
});

test('what is pasted into a shell carries valid JSON', () => {
  for (const kind of KIND_NAMES)
    for (const { text } of snippetsOf(kind, where)) {
      const body = /-d '([\s\S]*)'$/.exec(text)?.[1];
      if (body) assert.doesNotThrow(() => JSON.parse(body), text);
    }
});

test('the public address is used when the server knows it', () => {
  assert.equal(
    baseOf(['https://humdrum.example.com/ops/hooks/grafana/<key>'], 'http://localhost:1'),
    'https://humdrum.example.com/ops',
  );
  assert.equal(baseOf(['/hooks/grafana/<key>'], 'http://localhost:1'), 'http://localhost:1');
});
