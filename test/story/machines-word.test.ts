/** The machine keeps its own word: whoever it told when they hear next hears then, in their own language, until a person speaks. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import type { Mail } from '../servers/smtp.ts';
import { over, say, told } from '../telling.ts';
import { asReader, visitorOf } from '../visitor.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
type Json = any;

let house: Harness;
let visitor: ReturnType<typeof visitorOf>;
before(async () => {
  house = await openHarness({ start: '2026-11-23T02:00:00Z' });
  await seedAgency(house);
  visitor = visitorOf(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  await house.ask('PUT', '/settings/organisation', {
    name: 'Hillside',
    zone: 'UTC',
    phone: '+49 30 1234567',
  });
  await house.db
    .updateTable('contact')
    .set({ language: 'de', zone: 'Europe/Berlin' })
    .where('id', '=', 'con_c1')
    .execute();
  await house.ask('POST', '/status-pages', {
    slug: 'contoso',
    clientId: 'cli_contoso',
    name: 'Contoso bei Hillside',
    zone: 'Europe/Berlin',
    language: 'de',
    readers: ['carl@contoso.example'],
  });
});
after(() => house.close());

const isAutomatic = (mail: Mail) => /^Automati(c message|sche Meldung)\./.test(mail.text ?? '');
const to = (address: string, from = 0) =>
  house.smtp.mails.slice(from).filter((mail) => isAutomatic(mail) && mail.envelope.to.includes(address));
const NORA = 'nora@northwind.example';
const CARL = 'carl@contoso.example';

let id: string;

test('at the time that the automatic message named the machine speaks again, in gaps that double', async () => {
  id = await told(house, 'checkout-api: 5xx');
  const named: string[] = [];
  for (const at of ['02:45', '03:00', '04:00', '06:00']) {
    await house.until(`2026-11-23T${at}:00Z`);
    const mails = to(NORA);
    assert.equal(mails.length, named.length + 1, `at ${at}`);
    named.push(/Next message by (\d\d:\d\d) UTC/.exec(mails.at(-1)?.text ?? '')?.[1] ?? '');
  }
  assert.deepEqual(named, ['03:00', '04:00', '06:00', '10:00']);
  assert.match(to(NORA)[0]?.text ?? '', /Our update for 02:30 UTC is late\./);
  const last = to(NORA).at(-1)?.text ?? '';
  assert.match(
    last,
    /Our update for 02:30 UTC is still late\. Last confirmed at 02:00 UTC: nobody can pay by card\./,
  );
  assert.match(last, /We keep calling people\./);
  assert.doesNotMatch(last, /working on|investigating/i);
});

test('none of them keeps the promise, and the ladder goes on calling', async () => {
  const { items } = await house.ask('GET', `/incidents/${id}/promises`);
  const promise = items.find((each: Json) => each.kind === 'next_update');
  assert.deepEqual([promise.state, promise.dueAt], ['open', '2026-11-23T02:30:00Z']);
  assert.ok(promise.nextStep);
  const pages = await house.db
    .selectFrom('page_reason')
    .select('added_at')
    .where('incident_id', '=', id)
    .execute();
  const late = pages.filter(
    (each) => Temporal.Instant.compare(each.added_at, Temporal.Instant.from('2026-11-23T05:00:00Z')) > 0,
  );
  assert.ok(late.length > 0, 'somebody was called in the third hour, too');
});

test('the line of beats, the timeline and the board show each as automatic, and when the next comes', async () => {
  const shown = await house.ask('GET', `/incidents/${id}`);
  const beats = shown.beats.map((each: Json) => `${each.kind} ${each.at.slice(11, 16)}`);
  assert.equal(beats.filter((each: string) => each.startsWith('automatic')).length, 4);
  assert.ok(beats.includes('missed 02:30'));
  assert.ok(beats.includes('promised 10:00'));
  const { items } = await house.ask('GET', `/incidents/${id}/timeline?limit=200`);
  const lines = items.filter((line: Json) => /^Automatic message sent: /.test(line.text));
  assert.equal(lines.length, 4);
  assert.ok(lines.some((line: Json) => /still late.*Next message by 04:00 UTC$/.test(line.text)));
  assert.equal(shown.lastUpdate.automatic, true);
  const { items: board } = await house.ask('GET', `/incidents/${id}/told`);
  assert.deepEqual(
    board.map((each: Json) => `${each.name}: ${each.words}`),
    ['Contoso: told by an automatic message', 'Northwind: told by an automatic message'],
  );
});

test('a page says which update is late, whatever the machine has said since, and when it speaks next', async () => {
  const page = (await house.call('GET', '/status/')).text;
  assert.match(
    page,
    /The update promised for 02:30 UTC is late\. We have called more people\. Next message by 10:00 UTC\./,
  );
  assert.match(page, /Automatic message: Our update for 02:30 UTC is still late\./);
});

test('a German contact gets the automatic message in German, and what a person wrote as it was written', () => {
  const [first, second] = to(CARL);
  assert.equal(first?.subject, second?.subject);
  assert.match(first?.subject ?? '', /^Nobody can pay by card · Automatische Meldung \(/);
  assert.match(
    second?.text ?? '',
    /^Automatische Meldung\. Unsere Meldung für 03:30 MEZ \(02:30 UTC\) ist weiterhin überfällig\. Zuletzt bestätigt um 03:00 MEZ: „Nobody can pay by card\.“ .*Es werden weiter Personen gerufen\. Nächste Meldung bis 05:00 MEZ \(04:00 UTC\)\./,
  );
  assert.match(second?.text ?? '', /Niemand hat diese Meldung geschrieben/);
  assert.match(second?.text ?? '', /Dringend\? Rufen Sie \+49 30 1234567 an und nennen Sie/);
  assert.match(String(second?.html), /<html lang="de">/);
  assert.doesNotMatch(second?.text ?? '', /Next|Written|Reference|our update|called/i);
});

test('a German page, its JSON and its feed say it in German', async () => {
  const reader = asReader(await visitor.signIn('/status/contoso/', CARL));
  await house.pass({ seconds: 10 });
  const read = async (path: string) => (await visitor.read(`/status/contoso/${path}`, reader)).text;
  const html = await read('');
  assert.match(
    html,
    /Die für 03:30 MEZ versprochene Meldung ist überfällig\. Wir haben weitere Personen gerufen\. Nächste Meldung bis 11:00 MEZ\./,
  );
  assert.match(
    html,
    /Automatische Meldung: Unsere Meldung für 03:30 MEZ \(02:30 UTC\) ist weiterhin überfällig\./,
  );
  for (const path of ['api/v2/incidents.json', 'history.atom'])
    assert.match(await read(path), /Unsere Meldung für 03:30 MEZ .*Nächste Meldung bis 11:00 MEZ\./, path);
  for (const path of ['', 'api/v2/incidents.json', 'history.atom'])
    assert.doesNotMatch(await read(path), /Our update for|Last confirmed|Next message/, path);
});

test('a message of a person ends it', async () => {
  await say(house, id, { impact: 'Nobody can pay by card, and refunds fail.' });
  const before = house.smtp.mails.length;
  // The next one of the machine is about the promise of that message.
  await house.until('2026-11-23T06:44:59Z');
  assert.equal(to(NORA, before).length, 0);
  await house.until('2026-11-23T06:45:00Z');
  assert.match(to(NORA, before)[0]?.text ?? '', /Our update for 06:30 UTC is late\./);
  await house.until('2026-11-23T07:01:00Z');
  for (const mail of to(NORA, before)) assert.doesNotMatch(mail.text ?? '', /for 02:30 UTC/);
  await over(house, id);
});

test('a draft after a missed promise begins with it, for the writer to keep or to drop, and the next one does not repeat it', async () => {
  const late = await told(house, 'checkout-api: slow');
  await house.pass({ minutes: 20 });
  const draft = (more = '') => house.ask('GET', `/incidents/${late}/updates/draft${more}`);
  assert.doesNotMatch((await draft()).impact, /We said/, 'nothing is late yet');
  await house.pass({ minutes: 15 });
  const prepared = await draft();
  assert.match(
    prepared.impact,
    /^We said we would write by \d\d:\d\d UTC and did not\. Nobody can pay by card\.$/,
  );
  assert.deepEqual(
    prepared.findings.filter((each: Json) => each.field === 'impact' && each.level !== 'hint'),
    [],
  );
  assert.equal(
    (await draft('?nothingNew=true')).impact,
    'Nobody can pay by card.',
    'sent unread, with one tap',
  );
  await say(house, late, { impact: prepared.impact });
  assert.equal((await draft()).impact, 'Nobody can pay by card.');
  const page = (await house.call('GET', '/status/')).text;
  assert.match(page, /<h2>Nobody can pay by card<\/h2>/);
  await over(house, late);
});

test('nobody is said to have been promised what no message named', async () => {
  const { id: silent } = await house.ask('POST', '/incidents', { title: 'x', serviceIds: ['svc_checkout'] });
  await house.pass({ minutes: 12 });
  const first = await house.ask('GET', `/incidents/${silent}/updates/draft`);
  assert.equal(first.kind, 'first');
  assert.doesNotMatch(first.impact, /We said/);
  await house.ask('POST', `/incidents/${silent}/updates`, {
    kind: 'first',
    status: 'looking',
    impact: 'Cards fail.',
    action: 'We look.',
    audience: { clientIds: [], internal: true, publicPage: false },
  });
  await house.pass({ minutes: 40 });
  const next = await house.ask('GET', `/incidents/${silent}/updates/draft?kind=next`);
  assert.doesNotMatch(next.impact, /We said/, 'only our own people were promised it');
  await over(house, silent);
});
