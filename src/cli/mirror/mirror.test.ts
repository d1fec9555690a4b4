import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { movableClock } from '#platform/clock.ts';
import { runCli } from '../cli.ts';
import { mirrorPicture } from './picture.ts';
import { recordOf } from './record.ts';
import { axisMinutes, silencesOf, spokenMinutes, sumOf } from './silences.ts';

const NOW = '2026-11-25T12:00:00Z';
const folder = mkdtempSync(join(tmpdir(), 'humdrum-mirror-'));
const answers: Record<string, { status?: number; body: string }> = {};
const server = createServer((request, response) => {
  const answer = answers[request.url ?? ''] ?? { status: 404, body: '<h1>Not found</h1>' };
  response.writeHead(answer.status ?? 200).end(answer.body);
});
let address = '';

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** An incident as Statuspage publishes it, newest update first. */
function incident(id: string, updates: [time: string, status: string, body: string][], impact = 'major') {
  return {
    id,
    name: `Incident ${id}`,
    impact,
    status: updates.at(-1)?.[1],
    created_at: `2026-11-25T${updates[0]?.[0]}:00.000Z`,
    incident_updates: updates.toReversed().map(([time, status, body]) => ({
      id: `${id}-${time}`,
      status,
      body,
      created_at: `2026-11-25T${time}:00.000Z`,
      display_at: `2026-11-25T${time}:00.000Z`,
    })),
  };
}
const SILENT = incident('silent', [
  ['08:00', 'investigating', 'We are investigating.'],
  ['08:10', 'identified', 'We know more and will update soon.'],
  ['09:00', 'resolved', 'It is over.'],
]);
const EVEN = incident('even', [
  ['09:00', 'investigating', 'We are looking. Next update by 09:30 UTC.'],
  ['09:30', 'monitoring', 'A fix is in. We will update again within 30 minutes.'],
  ['10:00', 'resolved', 'It works again.'],
  ['11:45', 'postmortem', 'This is why it happened.'],
]);
const statuspage = (...incidents: object[]) =>
  JSON.stringify({ page: { id: 'p', name: 'Acme status' }, incidents });

async function humdrum(...args: string[]) {
  const [said, complained]: [string[], string[]] = [[], []];
  const code = await runCli(['mirror', ...args], {
    input: (async function* () {})(),
    out: async (text) => void said.push(text),
    error: (text) => void complained.push(text),
    clock: movableClock(NOW),
  });
  return { code, out: said.join(''), error: complained.join('') };
}

test('a status page is read by its address, and the sum names silences and named times', async () => {
  answers['/api/v2/incidents.json'] = {
    body: statuspage(EVEN, SILENT, incident('m', [['07:00', 'completed', '']], 'maintenance')),
  };
  const { code, out } = await humdrum(address);
  assert.equal(code, 0, out);
  assert.match(out, /Acme status/);
  assert.match(out, /2 incidents, 6 messages/);
  assert.match(
    out,
    /1 of 2 \(50%\) held a silence of more than 30 minutes; the longest was 50 min, in "Incident silent"/,
  );
  assert.match(out, /2 of 4 messages \(50%\) named the time of the next one/);
  assert.match(out, /1 left out/);
});

test('its line of beats has a mark for each message, another where the next was named, and a thick line through the silence', async () => {
  const { out } = await humdrum(address);
  const lines = out.split('\n');
  const silent = lines[lines.findIndex((line) => line.includes('Incident silent')) + 1];
  const even = lines[lines.findIndex((line) => line.includes('Incident even')) + 1];
  assert.equal(silent?.trim(), '●────●━━━━━━━━━━━━━━━━━━━━━━━━●');
  assert.equal(even?.trim(), '◉──────────────◉──────────────●');
});

test('the JSON itself may be named, and a page below a path is found there first', async () => {
  answers['/status/api/v2/incidents.json'] = { body: statuspage(EVEN) };
  assert.match((await humdrum(`${address}/api/v2/incidents.json`)).out, /2 incidents/);
  assert.match((await humdrum(`${address}/status/`)).out, /1 incident,/);
  assert.match((await humdrum(`${address}/history`)).out, /2 incidents/);
});

test('a page with fifty incidents is said to publish no more', async () => {
  const many = Array.from({ length: 50 }, (_, index) => ({ ...EVEN, id: `i${index}` }));
  answers['/full/api/v2/incidents.json'] = { body: statuspage(...many) };
  assert.match((await humdrum(`${address}/full`)).out, /newest 50 incidents; older ones are not/);
});

test('an open incident of a living page is silent until now', async () => {
  const open = incident('open', [['11:00', 'investigating', 'We are looking.']]);
  answers['/open/api/v2/incidents.json'] = { body: statuspage(open) };
  assert.match((await humdrum(`${address}/open`)).out, /1 h, 1 message, longest silence 1 h, not over/);
  const file = join(folder, 'open.json');
  writeFileSync(file, statuspage(open));
  assert.match((await humdrum(file)).out, /no long silence, not over/);
});

test('what cannot be read says what came instead, and what to do', async () => {
  answers['/web/api/v2/incidents.json'] = { body: '<!doctype html><title>Hello</title>' };
  answers['/odd/api/v2/incidents.json'] = { body: '{"hello":"world"}' };
  answers['/broken.json'] = { status: 500, body: 'oh' };
  delete answers['/api/v2/incidents.json'];
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port } = gone.address() as AddressInfo;
  gone.close();
  for (const [given, says] of [
    [`${address}/web`, /answered with a web page instead of JSON/],
    [`${address}/odd`, /holds no incidents/],
    [`${address}/broken.json`, /answered 500/],
    [`${address}/nothing`, /answered 404/],
    [`http://127.0.0.1:${port}`, /could not be reached: ECONNREFUSED/],
    ['no-such-file.json', /no file "no-such-file.json"/],
    [folder, /is not a file/],
  ] as const) {
    const { code, error } = await humdrum(given);
    assert.equal(code, 1, given);
    assert.match(error, says);
  }
});

test('asked for wrongly it ends with 2', async () => {
  for (const args of [[], ['one', 'two'], ['--paint', 'x']]) assert.equal((await humdrum(...args)).code, 2);
});

test('a file may hold the JSON of a page, a list, or one incident on each line, and names what is broken in it', async () => {
  const file = join(folder, 'lines.jsonl');
  const plain = {
    id: '1',
    title: 'Plain',
    impact: 'minor',
    updates: [
      { at: '2026-11-25T08:00:00Z', status: 'Investigating', message: 'We are looking.' },
      { at: '2026-11-25T08:45:00Z', status: 'Resolved', message: 'Over.' },
    ],
  };
  writeFileSync(file, `${JSON.stringify(plain)}\n\n{"id":2,"updates":[{"at":"noon","status":"x"}]}\n`);
  const { code, out } = await humdrum(file);
  assert.equal(code, 1);
  assert.match(out, /1 of 1 \(100%\) held a silence/);
  assert.match(out, /1 could not be read \(the first: "updates\.0\.at"/);
  assert.equal(recordOf(JSON.stringify([plain, EVEN]), 'list')?.incidents.length, 2);
  assert.equal(recordOf('nothing of the kind', 'x'), undefined);
});

test('the picture is a sound SVG that carries no foreign markup', async () => {
  const file = join(folder, 'page.json');
  const picture = join(folder, 'out.svg');
  writeFileSync(file, statuspage({ ...SILENT, name: '<script>alert(1)</script> & "more"\u001b[31m' }, EVEN));
  assert.equal((await humdrum(file, '--picture', picture)).code, 0);
  const svg = readFileSync(picture, 'utf8');
  assert.match(svg, /^<svg /);
  assert.ok(!svg.includes('<script'));
  assert.ok(!svg.includes('\u001b'));
  assert.match(svg, /50%/);
  assert.equal(svg.match(/class="ring"/g)?.length, 3, 'two messages that named the next, and the legend');
  assert.equal(svg.match(/<line [^>]*class="silence"/g)?.length, 2, 'one silence, and the legend');
});

test('a picture that cannot be written says so', async () => {
  const file = join(folder, 'page.json');
  writeFileSync(file, statuspage(EVEN));
  const { code, error } = await humdrum(file, '--picture', join(folder, 'nowhere', 'out.svg'));
  assert.equal(code, 1);
  assert.match(error, /could not be written/);
});

test('no incidents make an empty picture and a sum of nothing', () => {
  const record = recordOf(statuspage(), 'x')!;
  assert.match(mirrorPicture(record), /No incidents\./);
  assert.deepEqual([sumOf([]).incidents, axisMinutes([])], [0, 120]);
});

test('thirty minutes are no silence yet', () => {
  const at = (minutes: number) => ({ at: minutes * 60_000, named: false });
  const of = (...beats: number[]) =>
    silencesOf({ id: 'x', title: 'x', impact: 'minor', ended: true, beats: beats.map(at) }).length;
  assert.equal(of(0, 30, 60), 0);
  assert.equal(of(0, 30.1, 60), 1);
});

test('minutes are spoken as people say them', () => {
  assert.deepEqual([4, 60, 112, 2782, 2880].map(spokenMinutes), [
    '4 min',
    '1 h',
    '1 h 52 min',
    '46 h 22 min',
    '2 d',
  ]);
});
