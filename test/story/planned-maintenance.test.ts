/** Planned maintenance: told in time on the pages that were chosen, reminded of, marked when it is late, and in everybody's calendar. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import ical from 'node-ical';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { asReader, visitorOf } from '../visitor.ts';

let house: Harness;
let visitor: ReturnType<typeof visitorOf>;
let contoso: string;
let session: string;
const northwind = '/status/northwind/';

before(async () => {
  house = await openHarness({ start: '2026-11-23T02:00:00Z' });
  await seedAgency(house);
  visitor = visitorOf(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  await house.ask('POST', '/status-pages', {
    slug: 'northwind',
    clientId: 'cli_northwind',
    name: 'Northwind',
  });
  contoso = (
    await house.ask('POST', '/status-pages', { slug: 'contoso', clientId: 'cli_contoso', name: 'Contoso' })
  ).id;
  session = await visitor.signIn(northwind, 'nora@northwind.example');
});
after(() => house.close());

test('a planned maintenance is told, reminded of a day and an hour before, run late, extended and finished', async () => {
  assert.equal(await visitor.subscribe('plans@else.example', []), 200);
  let from = house.smtp.mails.length;
  const start = house.clock.now().add({ hours: 30 });
  const plan = {
    title: 'New payment terminals',
    impact: 'Card payments fail for up to two minutes.',
    startsAt: start.toString(),
    endsAt: start.add({ hours: 2 }).toString(),
    serviceIds: ['svc_checkout'],
    pageIds: ['default', contoso],
  };
  const named = await house.call('POST', '/maintenances', { ...plan, title: 'Terminals of Contoso' });
  assert.equal(named.status, 409, 'the name of a client that others would read needs a second tap');
  house.as({ personId: 'bo', name: 'Bo Falk', role: 'viewer' });
  assert.equal((await house.call('POST', '/maintenances', plan)).status, 403);
  house.as({ personId: 'bo', name: 'Bo Falk', role: 'responder' });
  const { id, reference } = await house.ask('POST', '/maintenances', plan);
  await house.settle();
  const subjects = () => visitor.mailsTo('plans@else.example', from).map((mail) => mail.subject);
  assert.deepEqual(subjects(), [`Planned maintenance: New payment terminals (${reference})`]);
  await house.pass({ hours: 29 });
  assert.deepEqual(subjects().slice(1), [
    `Planned maintenance in 24 hours: New payment terminals (${reference})`,
    `Planned maintenance in 1 hour: New payment terminals (${reference})`,
  ]);
  let page = (await visitor.read('/status/')).text;
  assert.match(page, /Planned maintenance.*<h2>New payment terminals<\/h2>/s);
  assert.doesNotMatch((await visitor.read(northwind, asReader(session))).text, /terminals/);
  await house.pass({ hours: 1, minutes: 5 });
  page = (await visitor.read('/status/')).text;
  assert.match(page, /Planned, has not begun yet/);
  await house.ask('POST', `/maintenances/${id}/start`, {});
  await house.pass({ seconds: 6 });
  const summary = JSON.parse((await visitor.read('/api/v2/summary.json')).text);
  assert.equal(summary.scheduled_maintenances[0].status, 'in_progress');
  assert.equal(
    JSON.parse((await visitor.read('/api/v2/scheduled-maintenances/active.json')).text).scheduled_maintenances
      .length,
    1,
  );
  await house.pass({ hours: 2 });
  assert.match((await visitor.read('/status/')).text, /Takes longer than planned/);
  from = house.smtp.mails.length;
  await house.ask('POST', `/maintenances/${id}/extension`, {
    endsAt: house.clock.now().add({ hours: 1 }).toString(),
    text: 'One of the terminals does not start yet.',
  });
  assert.equal((await house.call('POST', `/maintenances/${id}/cancellation`, {})).status, 409);
  await house.pass({ seconds: 6 });
  await house.ask('POST', `/maintenances/${id}/completion`, { text: 'All terminals are new.' });
  await house.pass({ seconds: 6 });
  assert.deepEqual(subjects(), [
    `Maintenance takes longer: New payment terminals (${reference})`,
    `Maintenance is finished: New payment terminals (${reference})`,
  ]);
  const [event] = Object.values(ical.sync.parseICS((await visitor.read('/status/calendar.ics')).text)).filter(
    (each) => each?.type === 'VEVENT',
  ) as unknown as { summary: string; start: Date; end: Date; uid: string; status: string }[];
  assert.equal(event?.summary, 'Planned maintenance: New payment terminals');
  const { scheduled_maintenances: all } = JSON.parse(
    (await visitor.read('/api/v2/scheduled-maintenances.json')).text,
  );
  assert.equal(event?.start.toISOString(), new Date(all[0].started_at).toISOString());
  assert.equal(event?.end.toISOString(), new Date(all[0].resolved_at).toISOString());
  assert.equal(event?.status, 'CONFIRMED');
});

test('a changed time is told and reminded of anew; a cancelled one is reminded of no more', async () => {
  const start = house.clock.now().add({ hours: 40 });
  const plan = {
    title: 'Second round',
    impact: 'Nothing to notice.',
    startsAt: start.toString(),
    endsAt: start.add({ hours: 1 }).toString(),
    serviceIds: ['svc_checkout'],
    pageIds: ['default'],
  };
  const { id, reference } = await house.ask('POST', '/maintenances', plan);
  await house.settle();
  const from = house.smtp.mails.length;
  const moved = start.add({ hours: 5 });
  await house.ask('PUT', `/maintenances/${id}`, {
    ...plan,
    startsAt: moved.toString(),
    endsAt: moved.add({ hours: 1 }).toString(),
  });
  await house.pass({ hours: 22 });
  const subjects = () => visitor.mailsTo('plans@else.example', from).map((mail) => mail.subject);
  assert.deepEqual(subjects(), [
    `Planned maintenance, changed: Second round (${reference})`,
    `Planned maintenance in 24 hours: Second round (${reference})`,
  ]);
  await house.ask('POST', `/maintenances/${id}/cancellation`, {});
  await house.pass({ hours: 30 });
  assert.deepEqual(subjects().slice(2), [`Maintenance is cancelled: Second round (${reference})`]);
  assert.match((await visitor.read('/status/calendar.ics')).text, /STATUS:CANCELLED/);
});
