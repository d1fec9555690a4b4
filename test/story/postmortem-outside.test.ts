/** What was learned, in words for people outside: each audience reads its own, on its own page, and nothing of a restricted incident. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { asReader, visitorOf } from '../visitor.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
type Json = any;

let house: Harness;
let visitor: ReturnType<typeof visitorOf>;
const sessions: Record<string, string> = {};
let incident: string;
let id: string;

before(async () => {
  house = await openHarness({ start: '2026-11-23T02:00:00Z' });
  await seedAgency(house);
  visitor = visitorOf(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  for (const [client, reader] of [
    ['northwind', 'nora'],
    ['contoso', 'carl'],
  ] as const) {
    const name = client === 'northwind' ? 'Northwind' : 'Contoso';
    await house.ask('POST', '/status-pages', { slug: client, clientId: `cli_${client}`, name });
    sessions[client] = await visitor.signIn(`/status/${client}/`, `${reader}@${client}.example`);
  }
  ({ incident, id } = await told());
});
after(() => house.close());

/** An incident of which clients and the public page have heard, restored and resolved. */
async function told(more: object = {}): Promise<{ incident: string; id: string }> {
  const { id: incident } = await house.ask('POST', '/incidents', {
    title: 'checkout-api is down',
    serviceIds: ['svc_checkout'],
    ...more,
  });
  await house.ask('POST', `/incidents/${incident}/confirmation`, { evidence: 'three failed payments' });
  if (!('restricted' in more))
    await house.ask('POST', `/incidents/${incident}/updates`, {
      kind: 'first',
      impact: 'Nobody can pay by card.',
      action: 'We look at the last change.',
    });
  await house.ask('POST', `/incidents/${incident}/restoration`, {
    proof: { check: 'test payment', shows: '200', since: house.clock.now().toString() },
  });
  house.clock.advance({ minutes: 61 });
  await house.ask('POST', `/incidents/${incident}/resolution`, { note: 'Stable' });
  await house.settle();
  const shown = await house.ask('GET', `/incidents/${incident}`);
  return { incident, id: shown.postmortem.id };
}

async function save(audience: string, text: string, postmortem = id): Promise<void> {
  const { items } = await house.ask('GET', `/postmortems/${postmortem}/outside-texts`);
  const version = items.find((each: Json) => each.audience === audience)?.version ?? 0;
  await house.ask('PUT', `/postmortems/${postmortem}/outside-texts/${audience}`, { version, text });
}
async function publish(audience: string, body?: object, postmortem = id) {
  const answer = await house.call(
    'POST',
    `/postmortems/${postmortem}/outside-texts/${audience}/publication`,
    body,
  );
  await house.pass({ seconds: 6 });
  return answer;
}
/** Everything that one page answers. */
async function pageOf(slug: string): Promise<{ incidents: Json[]; all: string }> {
  const base = slug ? `/status/${slug}/` : '/status/';
  const as = slug ? asReader(sessions[slug] ?? '') : {};
  const json = await visitor.read(`${base}api/v2/incidents.json`, as);
  const { incidents } = JSON.parse(json.text);
  const texts = [json.text];
  for (const path of [
    '',
    'history.atom',
    'history.rss',
    'api/v2/summary.json',
    ...incidents.map((each: Json) => `incidents/${each.id}`),
  ])
    texts.push((await visitor.read(`${base}${path}`, as)).text);
  return { incidents, all: texts.join('\n') };
}

test('nothing is outside before it is published; then affected clients read it as the postmortem of the incident', async () => {
  await save('clients', 'FORCLIENTS A change went to everybody at once.\n\nIt now goes to one client first.');
  await house.pass({ seconds: 6 });
  assert.doesNotMatch((await pageOf('northwind')).all, /FORCLIENTS/);
  const { readers } = await house.ask('GET', `/postmortems/${id}/outside-texts`);
  assert.deepEqual(
    readers.map((each: Json) => [each.name, each.page, each.told]),
    [
      ['Contoso', '/status/contoso/', true],
      ['Northwind', '/status/northwind/', true],
    ],
  );
  assert.equal((await publish('clients')).status, 201);
  const page = await pageOf('northwind');
  const [shown] = page.incidents;
  assert.equal(shown.status, 'postmortem');
  assert.equal(shown.incident_updates[0].status, 'postmortem');
  assert.match(shown.incident_updates[0].body, /^FORCLIENTS A change/);
  assert.match(
    page.all,
    /<h2>What we learned<\/h2>.*<p>FORCLIENTS A change went to everybody at once\.<\/p>\s*<p>It now goes/s,
  );
  assert.doesNotMatch((await pageOf('')).all, /FORCLIENTS/, 'the public page says nothing of it');
});

test("one client's text reaches nobody else, and takes the place of the common one on its page", async () => {
  await save('client:cli_contoso', 'FORCONTOSO The import of Contoso ran twice.');
  assert.equal((await publish('client:cli_contoso')).status, 201);
  const contoso = await pageOf('contoso');
  assert.match(contoso.all, /FORCONTOSO/);
  assert.doesNotMatch(contoso.all, /FORCLIENTS/);
  for (const other of ['northwind', '']) assert.doesNotMatch((await pageOf(other)).all, /FORCONTOSO|Contoso/);
});

test('the name of a client that others would read, and a secret, need a second tap of their own', async () => {
  await save('public', 'FORPUBLIC The import of Northwind ran twice. Password: hunter2 was in the log.');
  const refused = await publish('public');
  assert.equal(refused.status, 409);
  assert.deepEqual(refused.body.fields.map((each: Json) => each.path).toSorted(), [
    'confirmed.client_name',
    'confirmed.secret',
  ]);
  const half = await publish('public', { confirmed: ['client_name'] });
  assert.equal(half.status, 409, 'one tap does not stand for the other');
  assert.doesNotMatch((await pageOf('')).all, /FORPUBLIC/);
});

test('the check asks about internal names, people, blame and guesses, and stores nothing', async () => {
  const { findings } = await house.ask('POST', `/postmortems/${id}/outside-texts/public/check`, {
    text: 'checkout-api was slow. Ana Lima forgot to test it. It was probably the cache. Caused by human error.',
  });
  const codes = new Set(findings.map((each: Json) => each.code));
  for (const code of ['U6', 'U7', 'U10', 'B1', 'B2']) assert.ok(codes.has(code), `${code} in ${[...codes]}`);
  const own = await house.ask('POST', `/postmortems/${id}/outside-texts/client:cli_contoso/check`, {
    text: 'The import of Contoso ran twice.',
  });
  assert.deepEqual(own.findings, [], 'a client may read its own name');
});

test('a correction takes the place of the text and says so; withdrawn, it is gone from every page', async () => {
  await save('clients', 'CORRECTED It was the configuration.');
  assert.equal((await publish('clients')).status, 201);
  let page = await pageOf('northwind');
  assert.match(page.all, /CORRECTED It was the configuration/);
  assert.match(page.all, /· corrected <time/);
  assert.doesNotMatch(page.all, /FORCLIENTS/);
  const without = await house.call('POST', `/postmortems/${id}/outside-texts/clients/withdrawal`, {});
  assert.equal(without.status, 400, 'it says why');
  await house.ask('POST', `/postmortems/${id}/outside-texts/clients/withdrawal`, {
    reason: 'It named a supplier',
  });
  await house.pass({ seconds: 6 });
  page = await pageOf('northwind');
  assert.doesNotMatch(page.all, /CORRECTED|supplier|What we learned/);
  assert.equal(page.incidents[0].status, 'resolved');
  assert.match((await pageOf('contoso')).all, /FORCONTOSO/, "the other client's text stays");
  const { items } = await house.ask('GET', `/postmortems/${id}/outside-texts`);
  const kept = items.find((each: Json) => each.audience === 'clients');
  assert.deepEqual(
    [kept.published, kept.withdrawnBecause, kept.text],
    [null, 'It named a supplier', 'CORRECTED It was the configuration.'],
  );
  const again = await house.call('POST', `/postmortems/${id}/outside-texts/clients/withdrawal`, {
    reason: 'Twice',
  });
  assert.equal(again.status, 404);
});

test('script and Markdown stay words on the page', async () => {
  await save('public', '<script>alert(1)</script> **bold** [link](javascript:alert(1))');
  assert.equal((await publish('public')).status, 201);
  const { all } = await pageOf('');
  assert.doesNotMatch(all.replaceAll(/"body":"[^"]*"/g, ''), /<script>alert/);
  assert.match(all, /<p>&#60;script&#62;alert\(1\)&#60;\/script&#62; \*\*bold\*\*/);
  await house.ask('POST', `/postmortems/${id}/outside-texts/public/withdrawal`, { reason: 'Nonsense' });
});

test('a client that was told it is not affected reads nothing of it', async () => {
  await save('clients', 'FORAFFECTED The queue was full.');
  await house.ask('POST', `/incidents/${incident}/client-impacts`, {
    clientId: 'cli_northwind',
    impact: 'not_affected',
  });
  assert.equal((await publish('clients')).status, 201);
  assert.doesNotMatch((await pageOf('northwind')).all, /FORAFFECTED/);
});

test('nothing of a restricted incident is published outside, neither to everybody nor to one client', async () => {
  const secret = await told({ restricted: true, viewers: ['ana'] });
  await save('public', 'SECRETTEXT', secret.id);
  const refused = await publish('public', {}, secret.id);
  assert.equal(refused.status, 409);
  assert.match(refused.body.title, /restricted: nothing of it is published outside/);
  const one = await publish('client:cli_contoso', {}, secret.id);
  assert.equal(one.status, 409);
  for (const slug of ['northwind', 'contoso', ''])
    assert.doesNotMatch((await pageOf(slug)).all, /SECRETTEXT/);
});

test('an incident that becomes restricted after its texts were published takes them off every page, and none comes back', async () => {
  const later = await told();
  const { reference } = await house.ask('GET', `/incidents/${later.incident}`);
  await save('public', 'LATERPUBLIC The list was open for an hour.', later.id);
  await save('clients', 'LATERCLIENTS Your list was open for an hour.', later.id);
  for (const audience of ['public', 'clients'])
    assert.equal((await publish(audience, {}, later.id)).status, 201);
  const shown = await pageOf('');
  assert.match(shown.all, /LATERPUBLIC/);
  assert.ok(shown.incidents.some((each) => each.id === reference));
  assert.match((await pageOf('contoso')).all, /LATERCLIENTS/);
  assert.equal((await visitor.read(`/status/incidents/${reference}`, {})).status, 200);
  await house.ask('POST', `/incidents/${later.incident}/restriction`, { viewers: ['ana'] });
  await house.pass({ seconds: 6 });
  for (const slug of ['northwind', 'contoso', '']) {
    const { incidents, all } = await pageOf(slug);
    assert.doesNotMatch(all, /LATERPUBLIC|LATERCLIENTS/, slug);
    assert.ok(!incidents.some((each) => each.id === reference), `its messages are gone from ${slug}`);
    const base = slug ? `/status/${slug}/` : '/status/';
    const own = await visitor.read(`${base}incidents/${reference}`, slug ? asReader(sessions[slug]!) : {});
    assert.equal(own.status, 404, `the address that somebody kept, on ${slug}`);
  }
  await save('public', 'LATERPUBLIC Corrected.', later.id);
  assert.equal((await publish('public', {}, later.id)).status, 409, 'a correction would bring it back');
  // Whoever may see the incident still reads what had been outside, and when.
  const { items, staysInside } = await house.ask('GET', `/postmortems/${later.id}/outside-texts`);
  assert.equal(staysInside, 'restricted');
  assert.deepEqual(
    items.map((each: Json) => [each.audience, each.published, each.publishedAt !== null]),
    [
      ['clients', 'LATERCLIENTS Your list was open for an hour.', true],
      ['public', 'LATERPUBLIC The list was open for an hour.', true],
    ],
  );
  house.as({ personId: 'bo', name: 'Bo Falk' });
  for (const path of ['outside-texts', 'export.html', 'comments', 'reviews', 'versions'])
    assert.equal((await house.call('GET', `/postmortems/${later.id}/${path}`)).status, 404, path);
  const found = await house.ask('GET', '/postmortem-search?q=checkout-api');
  assert.ok(!JSON.stringify(found).includes(later.id));
  house.as({ personId: 'ana', name: 'Ana Lima' });
  await house.ask('POST', `/postmortems/${later.id}/outside-texts/public/withdrawal`, {
    reason: 'It must not be read outside',
  });
});

test('two people who write the text at once: the second is refused, and nothing is overwritten', async () => {
  const path = `/postmortems/${id}/outside-texts/client:cli_northwind`;
  await house.ask('PUT', path, { version: 0, text: 'From Ana' });
  const second = await house.call('PUT', path, { version: 0, text: 'From Bo' });
  assert.equal(second.status, 409);
  assert.match(second.body.title, /Ana Lima has saved another text meanwhile/);
  const long = await house.call('PUT', path, { version: 1, text: 'a'.repeat(10_001) });
  assert.equal(long.status, 400);
  const nobody = `/postmortems/${id}/outside-texts/nobody`;
  assert.equal((await house.call('PUT', nobody, { version: 0, text: 'x' })).status, 400);
});
