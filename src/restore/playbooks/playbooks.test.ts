/** Playbooks in a house of one room: written, kept as versions, offered, carried out by several people. */

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { unzipSync } from 'fflate';
import { createOutbound } from '#platform/http/outbound.ts';
import { ANA, BO, type Json, openSmallHouse } from '../../../test/small-house.ts';
import { restoreRoom } from '../room.ts';
import { TEXT_CHARACTERS_MAX } from './parse.ts';

const START = '2026-11-25T02:00:00Z';
const STOP_WRITER = `Stop it before you look.

- [ ] Stop the writer of {{service.name}} @hands (5 min)

  \`\`\`sh
  kubectl scale deploy/{{service.slug}}-writer --replicas=0 -n {{namespace}}
  \`\`\`
- [ ] Copy {{rows: number}} rows @hands (10 min)
- [ ] Tell {{client.name}} @comms (5 min)
`;
const admin = { ...ANA, role: 'administrator' as const };
const asHuman = (personId: string, name: string) =>
  ({ actor: { kind: 'person', name, personId }, source: 'app' }) as const;
let house: Awaited<ReturnType<typeof openSmallHouse>>;
let incidentId: string;

before(async () => {
  house = await openSmallHouse(START, (parts) => [
    restoreRoom(parts, {
      findChanges: async () => [],
      versionsOf: async () => [],
      outbound: createOutbound({ allowPrivate: [] }),
    }),
  ]);
  await house.person('per_ana', 'Ana Lima');
  await house.person('per_bo', 'Bo Falk');
  const now = house.clock.now();
  await house.db
    .insertInto('team')
    .values({ id: 'team_pay', name: 'Payments', created_at: now, updated_at: now })
    .execute();
  await house.db.insertInto('team_member').values({ team_id: 'team_pay', person_id: 'per_bo' }).execute();
  await house.service('svc_orders', 'Orders', { owner_team_id: 'team_pay' });
  await house.service('svc_search', 'Search');
});
after(() => house.close());
beforeEach(async () => {
  house.as(admin);
  await house.db.deleteFrom('playbook_run').execute();
  await house.db.deleteFrom('playbook_version').execute();
  await house.db.deleteFrom('playbook').execute();
  const what = { title: 'Orders are wrong', noticed: { by: 'person' as const }, serviceIds: ['svc_orders'] };
  incidentId = (await house.incidents.declare(what, asHuman('per_ana', 'Ana Lima'))).id;
});

const write = (more: object = {}): Promise<Json> =>
  house.call('POST', '/playbooks', {
    title: 'Stop the writer',
    category: 'data',
    serviceIds: ['svc_orders'],
    body: STOP_WRITER,
    ...more,
  });
const at = (path: string) => `/incidents/${incidentId}${path}`;

async function startedRun(): Promise<Json> {
  const playbook = (await write()).body;
  const made = await house.call('POST', at('/playbook-runs'), {
    playbookId: playbook.id,
    values: { namespace: 'shop', rows: '1200', 'client.name': 'Northwind' },
  });
  assert.equal(made.status, 201, made.text);
  return made.body;
}
const stepsOf = (run: Json): Json[] =>
  run.parts.filter((part: Json) => part.kind === 'step').map((part: Json) => part.step);
async function sentences(): Promise<string[]> {
  const { factOf } = await import('#incident/document.ts');
  const { sentence } = await import('#incident/sentences.ts');
  const rows = await house.db
    .selectFrom('fact')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .orderBy('seq')
    .execute();
  return rows.map((row) => sentence(factOf(row)));
}

test('every save is a version with who, when and what differs; the same again is none', async () => {
  const made = await write({ note: 'after INC-7' });
  assert.equal(made.status, 201, made.text);
  const { id } = made.body;
  const body = STOP_WRITER.replace('(10 min)', '(15 min)');
  const saving = { title: 'Stop the writer', category: 'data', serviceIds: ['svc_orders'], body, basedOn: 1 };
  assert.equal((await house.call('PUT', `/playbooks/${id}`, saving)).body.version, 2);
  assert.equal((await house.call('PUT', `/playbooks/${id}`, { ...saving, basedOn: 2 })).body.version, 2);
  const late = await house.call('PUT', `/playbooks/${id}`, { ...saving, body: 'mine' });
  assert.equal(late.status, 409);
  assert.match(late.body.title, /Ana Lima saved version 2 while you edited version 1/);
  const { items } = (await house.call('GET', `/playbooks/${id}/versions`)).body;
  assert.deepEqual(
    items.map((each: Json) => [each.version, each.createdBy, each.note]),
    [
      [2, 'Ana Lima', ''],
      [1, 'Ana Lima', 'after INC-7'],
    ],
  );
  const { lines } = (await house.call('GET', `/playbooks/${id}/diff?from=1&to=2`)).body;
  assert.deepEqual(
    lines.filter((line: Json) => line.change !== 'same').map((line: Json) => [line.change, line.text]),
    [
      ['removed', '- [ ] Copy {{rows: number}} rows @hands (10 min)'],
      ['added', '- [ ] Copy {{rows: number}} rows @hands (15 min)'],
    ],
  );
});

test('a playbook is written by administrators and by the team that owns its services, by nobody else', async () => {
  house.as({ ...BO, role: 'responder' });
  assert.equal((await write()).status, 201, 'his team owns Orders');
  assert.equal((await write({ serviceIds: ['svc_search'] })).status, 403);
  assert.equal((await write({ serviceIds: [] })).status, 403, 'one for every service is the administrators’');
  house.as({ ...ANA, role: 'responder' });
  assert.equal((await write()).status, 403);
  house.as({ ...BO, role: 'viewer' });
  assert.equal((await write()).status, 403);
});

test('it is found by the words of its text, by service and by kind of failure', async () => {
  await write();
  await write({
    title: 'Switch the provider',
    category: 'third_party',
    serviceIds: [],
    body: '- [ ] Switch @lead (2 min)',
  });
  const titles = async (query: string) =>
    (await house.call('GET', `/playbooks?${query}`)).body.items.map((each: Json) => each.title);
  assert.deepEqual(await titles(''), ['Stop the writer', 'Switch the provider']);
  assert.deepEqual(await titles('search=kubectl'), ['Stop the writer']);
  assert.deepEqual(await titles('search=swit'), ['Switch the provider']);
  assert.deepEqual(await titles('search=%25'), []);
  assert.deepEqual(await titles('serviceId=svc_orders'), ['Stop the writer']);
  assert.deepEqual(await titles('category=third_party'), ['Switch the provider']);
  const first = (await house.call('GET', '/playbooks?limit=1')).body;
  assert.deepEqual(await titles(`limit=1&cursor=${first.next}`), ['Switch the provider']);
});

test('what is missing is named by service and kind of failure', async () => {
  await write();
  await write({ title: 'Provider', category: 'third_party', serviceIds: [], body: '- [ ] x' });
  const { items } = (await house.call('GET', '/playbooks/missing')).body;
  const of = (name: string) => items.find((each: Json) => each.serviceName === name)?.categories;
  assert.deepEqual(of('Orders'), ['deployment_regression', 'infrastructure', 'security']);
  assert.deepEqual(of('Search'), ['deployment_regression', 'infrastructure', 'data', 'security']);
});

test('those that fit best are offered first, with what the incident tells filled in', async () => {
  await write({ title: 'D for the kind', category: 'data', serviceIds: [] });
  await write({ title: 'C for the service', category: null });
  await write({ title: 'B for both' });
  await write({ title: 'A for another kind', category: 'security' });
  await write({ title: 'Z elsewhere', serviceIds: ['svc_search'] });
  const offered = async () => (await house.call('GET', at('/playbooks'))).body.items;
  assert.deepEqual(
    (await offered()).map((each: Json) => each.title),
    ['A for another kind', 'B for both', 'C for the service'],
  );
  await house.call('POST', at('/category'), { category: 'data' });
  const items = await offered();
  assert.deepEqual(
    items.map((each: Json) => [each.title, each.why]),
    [
      ['B for both', 'service_and_category'],
      ['C for the service', 'service'],
      ['D for the kind', 'category'],
    ],
  );
  assert.deepEqual(
    items[0].variables.map((each: Json) => [each.name, each.value]),
    [
      ['service.name', 'Orders'],
      ['service.slug', 'orders'],
      ['namespace', null],
      ['rows', null],
      ['client.name', null],
    ],
  );
});

test('starting asks for what is not known, by type, and copies that version into the incident', async () => {
  const playbook = (await write()).body;
  const begin = (values: object) =>
    house.call('POST', at('/playbook-runs'), { playbookId: playbook.id, values });
  const refused = await begin({ rows: 'many', colour: 'red', namespace: 'a\nb' });
  assert.equal(refused.status, 400);
  assert.deepEqual(
    refused.body.fields.map((each: Json) => each.path),
    ['values.namespace', 'values.rows', 'values.client.name', 'values.colour'],
  );
  const run = (await begin({ namespace: 'shop', rows: '1200', 'client.name': 'Northwind' })).body;
  await house.call('PUT', `/playbooks/${playbook.id}`, { title: 'Other', body: '- [ ] Something else' });
  const { items } = (await house.call('GET', at('/playbook-runs'))).body;
  assert.equal(items[0].id, run.id);
  const [first, second, third] = stepsOf(items[0]);
  assert.deepEqual(
    [first?.what, second?.what, third?.what],
    ['Stop the writer of Orders', 'Copy 1200 rows', 'Tell Northwind'],
  );
  assert.equal(first?.blocks[0].text, 'kubectl scale deploy/orders-writer --replicas=0 -n shop');
  assert.equal(
    (await begin({ namespace: 'shop', rows: '1', 'client.name': 'x' })).status,
    400,
    'the new version asks nothing',
  );
  assert.equal((await begin({})).status, 409, 'it runs already');
  assert.deepEqual((await house.call('GET', at('/playbooks'))).body.items, [], 'nor is it offered again');
});

test('the first open step is under way: its clock runs, and tells the room when it is over, once, and pages nobody', async () => {
  const run = await startedRun();
  const [first] = stepsOf(run);
  assert.deepEqual([first?.current, first?.dueAt], [true, house.clock.now().add({ minutes: 5 }).toString()]);
  house.clock.set(house.clock.now().add({ minutes: 5 }));
  await house.incidents.wake(incidentId);
  await house.incidents.wake(incidentId);
  const over = (await sentences()).filter((text) => text.startsWith('Time box over'));
  assert.deepEqual(over, ['Time box over: step 1 has had its 5 minutes: Stop the writer of Orders']);
  const row = await house.db
    .selectFrom('incident')
    .select('wake_at')
    .where('id', '=', incidentId)
    .executeTakeFirstOrThrow();
  assert.equal(row.wake_at, null, 'nothing wakes it again');
  await house.call('POST', at(`/playbook-runs/${run.id}/steps/${first?.id}/tick`), {});
  const next = await house.db
    .selectFrom('incident')
    .select('wake_at')
    .where('id', '=', incidentId)
    .executeTakeFirstOrThrow();
  assert.equal(
    next.wake_at?.toString(),
    house.clock.now().add({ minutes: 10 }).toString(),
    'the next step has its own',
  );
});

test('ticks, skips, notes and taking back are lines of the timeline, and the next person goes on', async () => {
  const run = await startedRun();
  const [one, two, three] = stepsOf(run);
  const step = (id: string, path: string) => at(`/playbook-runs/${run.id}/steps/${id}/${path}`);
  await house.call('POST', step(one?.id, 'tick'), { result: 'replicas 0' });
  house.as({ ...BO, role: 'responder' });
  await house.call('POST', step(two?.id, 'owner'), {});
  await house.call('POST', step(two?.id, 'notes'), { text: 'copy takes long' });
  assert.equal((await house.call('POST', step(two?.id, 'skip'), { reason: ' ' })).status, 400);
  await house.call('POST', step(two?.id, 'skip'), { reason: 'a snapshot exists' });
  assert.equal((await house.call('POST', step(one?.id, 'skip'), { reason: 'x' })).status, 409);
  await house.call('DELETE', step(one?.id, 'tick'));
  const after = (await house.call('POST', step(one?.id, 'tick'), { result: 'checked again' })).body;
  assert.deepEqual(
    stepsOf(after).map((each) => [each.state, each.result ?? each.reason, each.endedBy, each.current]),
    [
      ['done', 'checked again', 'Bo Falk', false],
      ['skipped', 'a snapshot exists', 'Bo Falk', false],
      ['open', null, null, true],
    ],
  );
  assert.deepEqual(
    stepsOf(after)[1]?.notes.map((note: Json) => [note.text, note.by]),
    [['copy takes long', 'Bo Falk']],
  );
  assert.deepEqual((await sentences()).slice(-6), [
    'Step 1 done: Stop the writer of Orders. Result: replicas 0',
    'Bo Falk takes step 2: Copy 1200 rows',
    'Step 2 (Copy 1200 rows): copy takes long',
    'Step 2 skipped: Copy 1200 rows, because: a snapshot exists',
    'Step 1 is open again: Stop the writer of Orders',
    'Step 1 done: Stop the writer of Orders. Result: checked again',
  ]);
  assert.equal((await house.call('POST', step('nothing', 'tick'), {})).status, 404);
  const stopped = await house.call('POST', at(`/playbook-runs/${run.id}/stop`), { reason: 'wrong one' });
  assert.equal(stopped.body.running, false);
  assert.equal((await house.call('POST', step(three?.id, 'tick'), {})).status, 409);
});

test('a second tick keeps its own result as a note, and without one says nothing twice', async () => {
  const run = await startedRun();
  const [one] = stepsOf(run);
  const tick = (result: string) =>
    house.call('POST', at(`/playbook-runs/${run.id}/steps/${one?.id}/tick`), { result });
  await tick('from Ana');
  await tick('from Bo');
  await tick('');
  const kinds = await house.db
    .selectFrom('fact')
    .select('kind')
    .where('incident_id', '=', incidentId)
    .orderBy('seq')
    .execute();
  assert.deepEqual(
    kinds.map((each) => each.kind).filter((kind) => kind.startsWith('step_')),
    ['step_ticked', 'step_noted'],
  );
});

test('evidence that a card asks for lands on the timeline; correcting it is a new line', async () => {
  await house.call('POST', at('/category'), { category: 'data' });
  await house.call('POST', at('/evidence'), { evidenceId: 'bad_records', result: '1200' });
  await house.call('POST', at('/evidence'), { evidenceId: 'bad_records', result: '1200' });
  const { body } = await house.call('POST', at('/evidence'), { evidenceId: 'bad_records', result: '1340' });
  const line = body.card.evidence.find((each: Json) => each.id === 'bad_records');
  assert.deepEqual([line.collected.result, line.collected.by], ['1340', 'Ana Lima']);
  assert.deepEqual((await sentences()).slice(-2), [
    'How many bad records there are: 1200',
    'How many bad records there are: 1340',
  ]);
  assert.equal(
    (await house.call('POST', at('/evidence'), { evidenceId: 'nothing', result: 'x' })).status,
    404,
  );
});

test('a security incident that everybody can read asks to be restricted first', async () => {
  const open = (await house.call('POST', at('/category'), { category: 'security' })).body;
  assert.equal(open.restrictFirst, true);
  assert.match(open.card.firstLever, /^Contain it, make a copy of the evidence, then change/);
  await house.incidents.execute(
    incidentId,
    { type: 'restrict', viewers: ['per_ana'] },
    asHuman('per_ana', 'Ana Lima'),
  );
  assert.equal((await house.call('GET', at('/restoration-card'))).body.restrictFirst, false);
});

test('a restricted incident tells nobody else which playbook it carries out', async () => {
  const run = await startedRun();
  await house.incidents.execute(
    incidentId,
    { type: 'restrict', viewers: ['per_ana'] },
    asHuman('per_ana', 'Ana Lima'),
  );
  const own = (await house.call('GET', '/playbooks')).body.items[0];
  assert.ok(own.lastExecutedAt);
  house.as(BO);
  assert.equal((await house.call('GET', at('/playbook-runs'))).status, 404);
  assert.equal((await house.call('POST', at(`/playbook-runs/${run.id}/stop`), { reason: 'x' })).status, 404);
  const seen = (await house.call('GET', '/playbooks')).body.items[0];
  assert.equal(seen.lastExecutedAt, null);
  assert.deepEqual((await house.call('GET', `/playbooks/${seen.id}`)).body.executions, []);
});

test('an archived playbook is offered to nobody; runs of it go on', async () => {
  const run = await startedRun();
  const [playbook] = (await house.call('GET', '/playbooks')).body.items;
  await house.call('POST', `/playbooks/${playbook.id}/archive`);
  assert.deepEqual((await house.call('GET', '/playbooks')).body.items, []);
  assert.equal((await house.call('GET', '/playbooks?state=archived')).body.items.length, 1);
  assert.deepEqual((await house.call('GET', at('/playbooks'))).body.items, []);
  const [one] = stepsOf(run);
  assert.equal(
    (await house.call('POST', at(`/playbook-runs/${run.id}/steps/${one?.id}/tick`), {})).status,
    201,
  );
  await house.call('DELETE', `/playbooks/${playbook.id}/archive`);
  assert.equal((await house.call('GET', '/playbooks')).body.items.length, 1);
});

test('a review moves its due date, and says when it was tried', async () => {
  const { id, reviewDueAt } = (await write()).body;
  assert.equal(
    reviewDueAt,
    house.clock
      .now()
      .add({ hours: 180 * 24 })
      .toString(),
  );
  house.clock.set(house.clock.now().add({ hours: 181 * 24 }));
  assert.equal((await house.call('GET', `/playbooks/${id}`)).body.reviewOverdue, true);
  const today = house.clock.now().toString().slice(0, 10);
  const reviewed = (await house.call('POST', `/playbooks/${id}/review`, { testedOn: today })).body;
  assert.deepEqual(
    [reviewed.reviewOverdue, reviewed.reviewedBy, reviewed.testedOn],
    [false, 'Ana Lima', today],
  );
  assert.equal((await house.call('POST', `/playbooks/${id}/review`, { testedOn: '2099-01-01' })).status, 400);
  house.as({ ...ANA, role: 'responder' });
  assert.equal((await house.call('GET', `/playbooks/${id}`)).body.mayReview, false);
  assert.equal((await house.call('POST', `/playbooks/${id}/review`, {})).status, 403);
});

test('what would break a careless program is refused in words', async () => {
  const table: [object, number, RegExp][] = [
    [{ body: 'x'.repeat(2 * 1024 * 1024) }, 413, /large|512|big/i],
    [{ body: 'x'.repeat(TEXT_CHARACTERS_MAX + 1) }, 400, /at most/],
    [{ body: Array.from({ length: 5000 }, (_, n) => `- [ ] s${n}`).join('\n') }, 400, /lines|steps/],
    [{ body: Array.from({ length: 3000 }, (_, n) => `- [ ] s${n}`).join('\n') }, 400, /3000 steps/],
    [{ title: '' }, 400, /empty/],
    [{ serviceIds: ['svc_none'] }, 400, /does not exist|no service/],
    [{ body: '[x](javascript:alert(1))' }, 400, /cannot be a link/],
  ];
  for (const [more, status, words] of table) {
    const answer = await write(more);
    assert.equal(answer.status, status, JSON.stringify(more).slice(0, 80));
    assert.match(answer.text, words);
  }
  const nul = await write({
    title: 'a\u0000b',
    body: '- [ ] one\u0000two @hands (1 min)\n<script>alert(1)</script>',
  });
  assert.equal(nul.status, 201, nul.text);
  assert.equal(stepsOf(nul.body)[0]?.words[0].text.includes('\u0000'), false);
});

test('the export is a folder of Markdown that can be read back', async () => {
  await write();
  await write({ title: 'Stop the writer', serviceIds: ['svc_search'] });
  const answer = await house.visit('GET', '/api/v1/playbooks/export');
  assert.equal(answer.headers['content-type'], 'application/zip');
  const { zipOf } = await import('./export.ts');
  const files = unzipSync(await zipOf(house.db));
  assert.deepEqual(Object.keys(files), [
    'playbooks/orders/stop-the-writer.md',
    'playbooks/search/stop-the-writer.md',
  ]);
  const text = new TextDecoder().decode(files['playbooks/orders/stop-the-writer.md']);
  assert.match(text, /^---\ntitle: Stop the writer\nservice: orders\ncategory: data\n---\n\nStop it before/);
});

test('a playbook that was changed while its incident started it is the version that was read', async () => {
  const playbook = (await write()).body;
  await house.call('PUT', `/playbooks/${playbook.id}`, { title: 'Newer', body: '- [ ] Newer step' });
  const run = await house.call('POST', at('/playbook-runs'), {
    playbookId: playbook.id,
    version: 1,
    values: {
      namespace: 'a',
      rows: '1',
      'client.name': 'b',
      'service.name': 'Orders',
      'service.slug': 'orders',
    },
  });
  assert.deepEqual([run.body.title, run.body.version, run.body.total], ['Stop the writer', 1, 3]);
});

const FILE = (head: string, body = '- [ ] Look @lead (5 min)') => `---\n${head}\n---\n\n${body}\n`;
const ORDERS = FILE('title: Stop the writer\nservice: Orders\ncategory: data');
const imports = (files: object[], query = ''): Promise<Json> =>
  house.call('POST', `/playbooks/import${query}`, { files });
const titles = async () => (await house.call('GET', '/playbooks')).body.items.map((each: Json) => each.title);

test('files become playbooks and new versions of those they are, tried first; the same again changes nothing', async () => {
  const known = (await write()).body;
  const files = [
    { path: 'orders/stop.md', text: ORDERS },
    {
      path: 'search.md',
      text: FILE('service: search', '# Rebuild the index\n\n- [ ] Rebuild @hands (20 min)'),
    },
  ];
  const changes = [
    { path: 'orders/stop.md', title: 'Stop the writer', change: 'update' },
    { path: 'search.md', title: 'Rebuild the index', change: 'create' },
  ];
  const trial = await imports(files, '?dryRun=true');
  assert.deepEqual(trial.body, { dryRun: true, changes, unchanged: 0 });
  assert.deepEqual(await titles(), ['Stop the writer'], 'a dry run keeps nothing');
  assert.deepEqual((await imports(files)).body, { dryRun: false, changes, unchanged: 0 });
  assert.deepEqual(await titles(), ['Rebuild the index', 'Stop the writer']);
  const revised = (await house.call('GET', `/playbooks/${known.id}`)).body;
  assert.deepEqual(
    [revised.version, revised.body, revised.updatedBy],
    [2, '- [ ] Look @lead (5 min)', 'Ana Lima'],
  );
  assert.deepEqual((await imports(files)).body, { dryRun: false, changes: [], unchanged: 2 });
});

test('what was exported is imported as it was', async () => {
  await write();
  await write({ title: 'For whatever it is', category: null, serviceIds: [] });
  const { zipOf } = await import('./export.ts');
  const files = Object.entries(unzipSync(await zipOf(house.db))).map(([path, bytes]) => ({
    path,
    text: new TextDecoder().decode(bytes),
  }));
  assert.equal(files.length, 2);
  assert.deepEqual((await imports(files)).body, { dryRun: false, changes: [], unchanged: 2 });
});

test('a wrong line is named with its file, and then nothing of all files is imported', async () => {
  const refused = await imports([
    { path: 'good.md', text: ORDERS },
    { path: 'head.md', text: FILE('title: x\nservice: Nowhere\ncategory: weather') },
    { path: 'twin.md', text: ORDERS },
    { path: 'empty.md', text: 'no title here' },
    { path: 'nul.md', text: 'a\0b' },
    { path: 'half.md', text: '# \ud800' },
  ]);
  assert.equal(refused.status, 400);
  assert.match(refused.body.title, /5 files cannot be accepted; nothing was imported/);
  const said = refused.body.fields.map((each: Json) => `${each.path}: ${each.message}`);
  assert.deepEqual(said.toSorted(), [
    'empty.md, line 1: has no title: begin it with “# …”, or write “title: …” into its head',
    'half.md, line 1: is not written in UTF-8',
    'head.md, line 4: category must be one of deployment_regression, infrastructure, third_party, data, security, other',
    'nul.md, line 1: is not written in UTF-8',
    'twin.md, line 1: is for the same as good.md, and has its title; archive or rename one of them',
  ]);
  assert.deepEqual(await titles(), []);
  assert.equal((await imports([])).status, 400);
  assert.equal((await imports([{ path: 'big.md', text: 'x'.repeat(TEXT_CHARACTERS_MAX * 2) }])).status, 400);
  const deep = FILE('title: Deep', `${'> '.repeat(200)}- [ ] x\n`);
  assert.ok([200, 400].includes((await imports([{ path: 'deep.md', text: deep }], '?dryRun=true')).status));
});

test('one file may be the body itself', async () => {
  const sent = await house.visit('POST', '/api/v1/playbooks/import', ORDERS, {
    'content-type': 'text/markdown; charset=utf-8',
  });
  assert.equal(sent.status, 200, sent.text);
  assert.deepEqual(await titles(), ['Stop the writer']);
});

test('whoever may not write a playbook cannot import it, nor what is read from a folder', async () => {
  house.as({ ...BO, role: 'responder' });
  const others = FILE('title: Rebuild\nservice: Search');
  assert.match((await imports([{ path: 'a.md', text: others }])).text, /not all belong to a team of yours/);
  assert.match(
    (await imports([{ path: 'a.md', text: FILE('title: For all') }])).text,
    /only administrators write such/,
  );
  assert.equal((await imports([{ path: 'a.md', text: ORDERS }])).status, 200, 'his team owns Orders');
  await house.db
    .updateTable('playbook')
    .set({ source: 'folder', path: 'playbooks/orders/stop.md' })
    .execute();
  house.as(admin);
  assert.match(
    (await imports([{ path: 'a.md', text: ORDERS }])).text,
    /read from playbooks\/orders\/stop.md: change it there/,
  );
  house.as({ ...BO, role: 'viewer' });
  assert.equal((await imports([{ path: 'a.md', text: ORDERS }])).status, 403);
});
