/** Every kind of feed, as its sender serves it, in one shape. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { FeedKind } from '#directory/feed-kinds.ts';
import { Failed } from '#platform/errors.ts';
import { KINDS } from './kinds.ts';
import { bounded, type Page, type Reading, standing } from './reading.ts';

const NOW = Temporal.Instant.from('2026-11-24T09:42:00Z');

function page(bytes: Uint8Array | string, type = ''): Page {
  return {
    bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes,
    headers: { 'content-type': type },
  };
}
const fixture = (path: string) => readFileSync(join(import.meta.dirname, path));
const read = (kind: FeedKind, bytes: Uint8Array | string, also?: Uint8Array): Reading =>
  bounded(KINDS[kind].read(page(bytes), NOW, also && page(also)), NOW);
const states = ({ components }: Reading) =>
  Object.fromEntries(components.map((each) => [each.name, each.state]));
const incident = ({ incidents }: Reading, id: string) => {
  const found = incidents.find((each) => each.id === id);
  assert.ok(found, `no incident ${id}`);
  return found;
};

test('Statuspage: components, their groups, incidents with updates, and what is planned', () => {
  const reading = read('statuspage', fixture('statuspage/fixtures/trouble.json'));
  assert.equal(reading.state, 'partial');
  assert.deepEqual(states(reading), { API: 'partial', Dashboard: 'operational', Webhooks: 'maintenance' });
  assert.equal(reading.components[0]?.group, 'Payments');
  const one = incident(reading, 'i1');
  assert.equal(one.startedAt.toString(), '2026-11-24T09:28:00Z');
  assert.equal(one.endedAt, null);
  assert.equal(one.impact, 'partial');
  assert.equal(one.url, 'https://status.acme.example/i1');
  assert.deepEqual(one.components, ['API']);
  assert.deepEqual(
    one.updates.map((each) => each.text),
    ['We see errors in one region.', 'We are looking.'],
  );
  assert.equal(incident(reading, 'm1').impact, 'maintenance');
  assert.equal(incident(reading, 'm2').startedAt.toString(), '2026-12-01T09:00:00Z');
  assert.ok(incident(reading, 'm3').endedAt, 'what was announced and never begun is over');
});

test('a clone of Statuspage sends null for empty lists, and an open incident counts although its light is green', () => {
  const reading = read('statuspage', fixture('statuspage/fixtures/clone.json'));
  assert.equal(reading.state, 'operational');
  assert.equal(standing(reading, [], NOW).state, 'degraded');
  assert.deepEqual(incident(reading, '01I1').components, []);
});

test('Google Cloud: what has no end is going on, and information disturbs nobody', () => {
  const reading = read('google_cloud', fixture('google_cloud/fixtures/incidents.json'));
  assert.equal(reading.state, 'major');
  assert.equal(incident(reading, 'rC1').title, 'Cloud SQL connections fail in europe-west1');
  assert.equal(incident(reading, 'rC1').url, 'https://status.cloud.google.com/incidents/rC1');
  assert.equal(incident(reading, 'rC2').endedAt?.toString(), '2026-11-01T18:52:00Z');
  assert.equal(standing(reading, ['europe-west1'], NOW).state, 'major');
  assert.equal(standing(reading, ['AlloyDB for PostgreSQL'], NOW).state, 'operational');
  assert.equal(standing(reading, ['Gmail'], NOW).state, 'operational');
});

const utf16 = (text: string, big: boolean, mark: boolean): Buffer => {
  const little = Buffer.from(mark ? `\uFEFF${text}` : text, 'utf16le');
  return big ? little.swap16() : little;
};

test('AWS: the same in UTF-16 of both orders, with and without its mark, and in UTF-8', () => {
  const text = fixture('aws/fixtures/events.json').toString('utf8');
  for (const bytes of [
    utf16(text, true, true),
    utf16(text, true, false),
    utf16(text, false, true),
    utf16(text, false, false),
    Buffer.from(text),
    Buffer.from(`\uFEFF${text}`),
  ]) {
    const reading = bounded(KINDS.aws.read(page(bytes, 'application/json;charset=utf-16'), NOW), NOW);
    assert.equal(reading.state, 'major');
    const one = reading.incidents[0];
    assert.equal(one?.title, 'Increased Error Rates (Amazon Elastic Compute Cloud, Ireland)');
    assert.equal(one?.startedAt.toString(), '2026-11-24T09:00:00Z');
    assert.deepEqual(
      one?.updates.map((each) => each.text),
      ['We have found the cause.', 'We are investigating — café.'],
    );
  }
});

test('AWS: a region that is well is known to be well, a slip in its name is not', () => {
  const reading = read('aws', fixture('aws/fixtures/events.json'));
  assert.equal(standing(reading, ['eu-west-1'], NOW).state, 'major');
  assert.equal(standing(reading, ['AWS Lambda'], NOW).state, 'major');
  assert.equal(standing(reading, ['us-west-2'], NOW).state, 'operational');
  assert.equal(standing(reading, ['eu-wst-1'], NOW).state, 'unknown');
  assert.equal(read('aws', utf16('[]', true, true)).state, 'operational');
});

test('Azure: an empty channel says that nothing is public, regions and services are categories', () => {
  const reading = read('azure', fixture('azure/fixtures/trouble.xml'));
  assert.equal(reading.state, 'degraded');
  assert.equal(standing(reading, ['West Europe'], NOW).state, 'degraded');
  assert.equal(standing(reading, ['North Europe'], NOW).state, 'operational');
  assert.equal(reading.incidents[0]?.updates[0]?.text, 'We see failures & delays.');
  const empty = '<rss version="2.0"><channel><title>Azure Status</title></channel></rss>';
  assert.equal(read('azure', empty).state, 'operational');
});

test('Slack: services, notes without their tags, times with an offset', () => {
  const reading = read('slack', fixture('slack/fixtures/active.json'));
  assert.equal(reading.state, 'degraded');
  assert.equal(incident(reading, '546').startedAt.toString(), '2026-11-24T09:00:00Z');
  assert.equal(incident(reading, '546').updates[0]?.text, "We're looking.");
  assert.equal(standing(reading, ['Messaging'], NOW).state, 'operational');
  assert.equal(read('slack', '{"status":"ok","active_incidents":[]}').state, 'operational');
  assert.equal(read('slack', '{"status":"active","active_incidents":[]}').state, 'unknown');
});

test('Instatus: the worst of the page and what is open; components come from their own address', () => {
  const summary = fixture('instatus/fixtures/summary.json');
  const components = fixture('instatus/fixtures/components.json');
  const reading = read('instatus', summary, components);
  assert.equal(reading.state, 'major');
  assert.equal(reading.components[0]?.group, 'Core');
  assert.equal(standing(reading, ['Core / API'], NOW).state, 'major');
  assert.equal(standing(reading, ['Player'], NOW).state, 'operational');
  assert.equal(standing(read('instatus', summary), ['Player'], NOW).state, 'unknown');
  assert.equal(read('instatus', '{"page":{"status":"UP"}}').state, 'operational');
  assert.equal(
    KINDS.instatus.alsoAt?.('https://status.acme.example/'),
    'https://status.acme.example/v2/components.json',
  );
});

test('Better Stack: the state of a report decides, not its end; what is not watched says nothing', () => {
  const reading = read('better_stack', fixture('better_stack/fixtures/index.json'));
  assert.equal(reading.state, 'degraded');
  assert.deepEqual(states(reading), { Europe: 'degraded' });
  assert.equal(incident(reading, '1050825').endedAt, null);
  assert.ok(incident(reading, '1050824').endedAt);
  assert.equal(incident(reading, '1050825').updates[0]?.text, 'We are catching up.');
});

test('Atom: what says that it is over is over, what fell silent is over, and "not yet resolved" is not', () => {
  const reading = read('feed', fixture('feed/fixtures/history.atom'));
  assert.equal(reading.state, 'partial');
  assert.equal(incident(reading, 'tag:status.acme.example,2005:Incident/3').endedAt, null);
  assert.ok(incident(reading, 'tag:status.acme.example,2005:Incident/2').endedAt);
  assert.ok(incident(reading, 'tag:status.acme.example,2005:Incident/1').endedAt);
  assert.equal(standing(reading, ['card payments'], NOW).state, 'partial');
  assert.equal(standing(reading, ['slow reports'], NOW).state, 'operational');
  assert.equal(standing(reading, ['card payment gateway'], NOW).state, 'unknown');
});

test('RSS of AWS: a chain of updates is one incident, and the newest decides', () => {
  const reading = read('feed', fixture('feed/fixtures/aws.rss'));
  assert.equal(reading.incidents.length, 1);
  assert.equal(reading.incidents[0]?.startedAt.toString(), '2026-11-24T08:05:00Z');
  assert.equal(reading.incidents[0]?.endedAt?.toString(), '2026-11-24T09:05:00Z');
  assert.equal(reading.state, 'operational');
});

test('addresses of pages become the addresses of their feeds, and exact ones stay', () => {
  const cases: [FeedKind, string, string][] = [
    ['statuspage', 'https://www.githubstatus.com', 'https://www.githubstatus.com/api/v2/summary.json'],
    ['statuspage', 'https://x.example/status/', 'https://x.example/status/api/v2/summary.json'],
    ['statuspage', 'https://x.example/api/v2/status.json', 'https://x.example/api/v2/summary.json'],
    ['statuspage', 'https://x.example/api/v2/summary.json', 'https://x.example/api/v2/summary.json'],
    ['google_cloud', 'https://status.cloud.google.com/', 'https://status.cloud.google.com/incidents.json'],
    [
      'aws',
      'https://health.aws.amazon.com/health/status',
      'https://health.aws.amazon.com/public/currentevents',
    ],
    ['azure', 'https://azure.status.microsoft/', 'https://azure.status.microsoft/en-us/status/feed/'],
    ['slack', 'https://slack-status.com', 'https://slack-status.com/api/v2.0.0/current'],
    ['instatus', 'https://status.acme.example/', 'https://status.acme.example/summary.json'],
    ['better_stack', 'https://status.acme.example', 'https://status.acme.example/index.json'],
    ['feed', 'https://x.example/history.atom', 'https://x.example/history.atom'],
  ];
  for (const [kind, given, expected] of cases) assert.equal(KINDS[kind].address(given), expected);
});

test('what is not the feed is refused in words, by every kind', () => {
  const html = '<!DOCTYPE html><html><body>Sign in</body></html>';
  for (const kind of Object.keys(KINDS) as FeedKind[])
    for (const bytes of [html, '', '{"hello":', 'null', '[1,2', '{"a":1}', '<rss', '\0\0\0'])
      assert.throws(
        () => KINDS[kind].read(page(bytes), NOW),
        (error) => error instanceof Failed && error.message.length < 200,
        `${kind} took ${bytes}`,
      );
  assert.throws(() => KINDS.statuspage.read(page(html), NOW), /a web page \(HTML\) where JSON was expected/);
});

test('lies about time are bounded: nothing begins in our future but what is planned, nothing ends before it began', () => {
  const feed = JSON.parse(fixture('statuspage/fixtures/trouble.json').toString());
  feed.incidents[0].started_at = '2027-06-01T00:00:00Z';
  feed.incidents.push({
    ...feed.incidents[0],
    id: 'i2',
    status: 'resolved',
    started_at: '2026-11-24T09:00:00Z',
    resolved_at: '2026-11-24T05:00:00Z',
    shortlink: 'javascript:alert(1)',
    name: `half a character \ud83d and NUL \0 ${'x'.repeat(5000)}`,
  });
  const reading = read('statuspage', JSON.stringify(feed));
  assert.equal(incident(reading, 'i1').startedAt.toString(), NOW.toString());
  const second = incident(reading, 'i2');
  assert.equal(second.endedAt?.toString(), second.startedAt.toString());
  assert.equal(second.url, null);
  assert.ok(second.title.length <= 300 && second.title.isWellFormed() && !second.title.includes('\0'));
});

test('a feed of thousands of entries is cut, and what is going on is kept', () => {
  const many = Array.from({ length: 5000 }, (_, index) => ({
    id: `i${index}`,
    name: `Incident ${index}`,
    status: index === 4999 ? 'investigating' : 'resolved',
    impact: 'minor',
    created_at: '2026-11-01T00:00:00Z',
  }));
  const components = Array.from({ length: 5000 }, (_, index) => ({
    id: `c${index}`,
    name: `C${index}`,
    status: 'operational',
  }));
  const reading = read(
    'statuspage',
    JSON.stringify({ status: { indicator: 'none' }, components, incidents: many }),
  );
  assert.equal(reading.incidents.length, 100);
  assert.equal(reading.components.length, 1000);
  assert.equal(incident(reading, 'i4999').endedAt, null);
});

test('entities that would grow without end are not expanded', () => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "${'x'.repeat(50)}"><!ENTITY b "${'&a;'.repeat(50)}"><!ENTITY c "${'&b;'.repeat(50)}"><!ENTITY d "${'&c;'.repeat(50)}">]>
    <rss version="2.0"><channel><title>t</title><item><guid>1</guid><title>&d;</title><pubDate>Tue, 24 Nov 2026 09:12:00 GMT</pubDate></item></channel></rss>`;
  const reading = (() => {
    try {
      return read('feed', bomb);
    } catch (error) {
      assert.ok(error instanceof Failed);
      return undefined;
    }
  })();
  assert.ok((reading?.incidents[0]?.title.length ?? 0) <= 300);
});
