/** Random and mutated payloads for every intake address, the same for the same seed. */

import { fixture } from '#src/intake/sources/fixture.ts';

export type Random = () => number;
export type Shot = { method: 'POST' | 'PUT'; url: string; headers: Record<string, string>; body: Buffer };

const BIG_BYTES = 513 * 1024;
const HTML = '<script>alert(1)</script><img src=x onerror=alert(1)>';
const TIMES = [
  '2026-11-25T02:00:00Z',
  '2026-11-25T02:00:00+0000',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '1970-01-01',
  'yesterday',
  '2026-13-45T99:99:99Z',
  '2026-11-25T02:00:00+01:00',
];
const TEXTS = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'x\udfff',
  HTML,
  "'; drop table signal; --",
  '{{constructor}}',
  '../../etc/passwd',
  'ünïcødé 🧯',
  '\u202Eright to left',
  'Bearer abcdefghijklmnop',
  'AKIAABCDEFGHIJKLMNOP',
  'a'.repeat(255),
  'b'.repeat(256),
  'c'.repeat(1025),
  'd'.repeat(5000),
  '%00',
  '\\u0000',
  '\uFEFF',
];
const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  'routing_key',
  'password',
  '\0',
  '\ud800',
  'length',
  'then',
  'toJSON',
  'x'.repeat(400),
  'payload',
  'labels',
  'alerts',
];
const NUMBERS = [0, -0, -1, 1.5, 1e308, 5e-324, 2 ** 53, -(2 ** 63), 4294967296];
const LITERALS = [
  '1e400',
  '-1e999',
  '123456789012345678901234567890',
  '0.1e-400',
  '[[[[]]]]',
  'null',
  'true',
  '{"a":{"b":{}}}',
];

/** @returns numbers from 0 up to 1, always the same ones (mulberry32) */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

export function oneOf<Item>(random: Random, list: readonly Item[]): Item {
  return list[Math.floor(random() * list.length)] as Item;
}

/** @param key of an integration that exists */
export function shot(random: Random, keys: Keys): Shot {
  const address = oneOf(random, ADDRESSES);
  const key = address.prometheus ? keys.prometheus : keys.others;
  const known = random() < 0.93;
  const used = known ? key : oneOf(random, ['0'.repeat(32), 'short', '', `${key}x`, '%2e%2e', '\u0001']);
  const valid = address.body(random, used);
  const body = random() < 0.25 ? valid : mutated(random, valid);
  return {
    method: address.methods[Math.floor(random() * address.methods.length)] as 'POST' | 'PUT',
    url: address.url(encodeURIComponent(used)),
    headers: { ...headersOf(random), ...address.headers?.(used) },
    body: bytesOf(random, body),
  };
}

/** Prometheus has an integration of its own, as it would: what it repeats unchanged is not stored again, and is counted apart. */
export type Keys = { prometheus: string; others: string };

type Address = {
  prometheus?: true;
  url(key: string): string;
  methods: readonly string[];
  headers?(key: string): Record<string, string>;
  body(random: Random, key: string): unknown;
};

const ADDRESSES: Address[] = [
  { url: () => '/v2/enqueue', methods: ['POST'], body: event },
  { url: () => '/v2/enqueue', methods: ['POST'], body: event },
  { url: () => '/v2/change/enqueue', methods: ['POST'], body: change },
  { prometheus: true, url: (key) => `/in/${key}/api/v2/alerts`, methods: ['POST'], body: alerts },
  {
    prometheus: true,
    url: () => '/api/v2/alerts',
    methods: ['POST'],
    headers: (key) => ({ authorization: `Bearer ${key.replace(/[^\x21-\x7e]/g, '')}` }),
    body: alerts,
  },
  { url: (key) => `/hooks/alertmanager/${key}`, methods: ['POST'], body: group },
  { url: (key) => `/hooks/grafana/${key}`, methods: ['POST', 'PUT'], body: group },
  { url: (key) => `/hooks/generic/${key}`, methods: ['POST', 'PUT'], body: anything },
  ...senders(),
];

/** The examples of senders of changes, each at its address with the headers it comes with. */
function senders(): Address[] {
  const github = (event: string): Address => ({
    url: (key) => `/hooks/github/${key}`,
    methods: ['POST'],
    headers: () => ({ 'x-github-event': event.split('-')[0] as string }),
    body: example(`github/fixtures/${event}.json`),
  });
  const at = (source: string, file: string, headers: Record<string, string> = {}): Address => ({
    url: (key) => `/hooks/${source}/${key}`,
    methods: ['POST'],
    headers: () => headers,
    body: example(`${source}/fixtures/${file}.json`),
  });
  return [
    ...[
      'deployment',
      'deployment_status',
      'workflow_run-completed',
      'push-with-new-branch',
      'release-published',
    ].map(github),
    ...['deployment', 'pipeline', 'tag-push', 'release', 'feature-flag'].map((file) => at('gitlab', file)),
    at('argocd', 'sync'),
    at('kubernetes', 'events'),
    at('cloudevents', 'deployed'),
    at('cloudevents', 'deployed', {
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': '%00%E0',
      'ce-source': '/ci',
      'ce-type': 'deploy',
    }),
    at('launchdarkly', 'flag'),
    at('flags', 'unleash'),
    at('flags', 'flagsmith'),
    at('slack', 'deployed'),
    at('slack', 'blocks'),
    at('sns', 'ecs'),
    at('standard-webhooks', 'deployed', { 'webhook-id': 'msg_1' }),
  ];
}

function example(path: string): () => unknown {
  const body = fixture(path);
  return () => structuredClone(body);
}

function event(random: Random, key: string): unknown {
  return {
    routing_key: key,
    event_action: oneOf(random, ['trigger', 'trigger', 'trigger', 'acknowledge', 'resolve']),
    dedup_key: `fuzz/${Math.floor(random() * 40)}`,
    payload: {
      summary: 'checkout fails',
      source: 'prod',
      severity: oneOf(random, ['critical', 'error', 'warning', 'info']),
      timestamp: oneOf(random, TIMES.slice(0, 2)),
      component: 'checkout',
      custom_details: { rate: '12%', nested: { list: [1, 2, { deep: true }] } },
    },
    links: [{ href: 'https://example.com/1', text: 'Dashboard' }],
    images: [{ src: 'https://example.com/1.png' }],
  };
}

function change(_random: Random, key: string): unknown {
  return {
    routing_key: key,
    payload: {
      summary: 'Deploy checkout v412',
      source: 'ci',
      timestamp: '2026-11-25T01:30:00Z',
      custom_details: { sha: '9f1c2ab' },
    },
    links: [{ href: 'https://ci.example/412' }],
  };
}

function alert(random: Random): Record<string, unknown> {
  return {
    labels: {
      alertname: `Alert${Math.floor(random() * 30)}`,
      service: 'checkout',
      severity: oneOf(random, ['critical', 'warning', 'none']),
    },
    annotations: { summary: 'It fails' },
    startsAt: '2026-11-25T01:00:00Z',
    ...(random() < 0.3 ? { endsAt: oneOf(random, TIMES) } : {}),
    generatorURL: 'https://prom.example/graph',
  };
}

function alerts(random: Random): unknown {
  return Array.from({ length: Math.floor(random() * 4) + 1 }, () => alert(random));
}

function group(random: Random): unknown {
  return {
    version: '4',
    groupKey: '{}:{}',
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'humdrum',
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'https://am.example',
    alerts: Array.from({ length: Math.floor(random() * 3) + 1 }, () => ({
      ...alert(random),
      status: oneOf(random, ['firing', 'resolved']),
      fingerprint: `f${Math.floor(random() * 30)}`,
    })),
  };
}

function anything(random: Random): unknown {
  return {
    title: 'Disk full',
    severity: 'warning',
    status: oneOf(random, ['firing', 'ok', 'weird']),
    id: `d${Math.floor(random() * 30)}`,
    host: 'db-1',
    url: 'https://example.com',
    labels: { team: 'data' },
  };
}

/** Changes one to four places: takes away, replaces, adds, wraps. */
function mutated(random: Random, value: unknown): unknown {
  let result = structuredClone(value);
  for (let count = 1 + Math.floor(random() * 4); count > 0; count--) result = mutateOnce(random, result);
  return result;
}

function mutateOnce(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random() < 0.08) return strange(random);
  const names = Object.keys(value);
  const name = names.length ? oneOf(random, names) : undefined;
  const box = value as Record<string, unknown>;
  if (name !== undefined && random() < 0.6 && typeof box[name] === 'object')
    box[name] = mutateOnce(random, box[name]);
  else if (name !== undefined && random() < 0.3) delete box[name];
  else put(box, name !== undefined && random() < 0.6 ? name : oneOf(random, NAMES), strange(random));
  return value;
}

function put(box: Record<string, unknown>, name: string, value: unknown): void {
  if (Array.isArray(box)) box.push(value);
  else Object.defineProperty(box, name, { value, enumerable: true, configurable: true, writable: true });
}

function strange(random: Random): unknown {
  const dice = random();
  if (dice < 0.4) return oneOf(random, TEXTS);
  if (dice < 0.55) return oneOf(random, NUMBERS);
  if (dice < 0.65) return oneOf(random, TIMES);
  if (dice < 0.75) return oneOf(random, [null, true, false, [], {}]);
  if (dice < 0.85)
    return Object.fromEntries(
      Array.from({ length: 1 + Math.floor(random() * 5) }, () => [
        oneOf(random, NAMES),
        oneOf(random, TEXTS),
      ]),
    );
  if (dice < 0.9) return nested(random, 1 + Math.floor(random() * 200));
  return Array.from({ length: Math.floor(random() * 30) }, () =>
    oneOf(random, [...TEXTS.slice(0, 12), ...NUMBERS]),
  );
}

function nested(random: Random, depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = random() < 0.5 ? [value] : { a: value };
  return value;
}

function headersOf(random: Random): Record<string, string> {
  const type =
    random() < 0.85
      ? 'application/json'
      : oneOf(random, [
          'text/plain',
          'application/x-www-form-urlencoded',
          'application/json; charset=latin1',
          'multipart/form-data',
          'nonsense',
          'application/xml',
        ]);
  return { 'content-type': type };
}

/** The body as bytes, sometimes damaged on the way. */
function bytesOf(random: Random, value: unknown): Buffer {
  const dice = random();
  if (dice < 0.002) return Buffer.alloc(BIG_BYTES, 'x');
  if (dice < 0.004)
    return Buffer.from(JSON.stringify({ ...(value as object), filling: 'x'.repeat(BIG_BYTES) }));
  if (dice < 0.01) return Buffer.alloc(0);
  if (dice < 0.02)
    return Buffer.from(Array.from({ length: Math.floor(random() * 300) }, () => Math.floor(random() * 256)));
  if (dice < 0.03) return Buffer.from('['.repeat(Math.floor(random() * 50_000)));
  const text = JSON.stringify(value) ?? 'undefined';
  if (dice < 0.06) return Buffer.from(text.slice(0, Math.floor(random() * text.length)));
  if (dice < 0.1) return Buffer.from(text.replace(/"[^"]{0,20}"(?=[,}\]])/, () => oneOf(random, LITERALS)));
  if (dice < 0.12) return Buffer.from(text.replace('{', '{"__proto__":{"polluted":true},'));
  const bytes = Buffer.from(text);
  if (dice < 0.18 && bytes.length)
    for (let flips = 1 + Math.floor(random() * 5); flips > 0; flips--)
      bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  return bytes;
}
