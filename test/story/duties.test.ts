/** Duties to notify: off until chosen, clocks from "aware since", mails up a ladder, each ended by a person's word. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';

let house: Harness;
before(async () => {
  house = await openHarness();
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
});
after(() => house?.close());

const P3 = {
  dataAtRisk: 'no',
  mainTaskImpossible: 'no',
  mainTaskMuchWorse: 'no',
  redundancyGone: 'no',
};

/** A small one that Ana leads, so that nothing but its duties is due for days. */
async function led(more: object = {}): Promise<string> {
  house.as({ personId: 'ana', name: 'Ana Lima' });
  const { id } = await house.ask('POST', '/incidents', {
    title: 'Rows of other people are shown',
    serviceIds: ['svc_checkout'],
    answers: P3,
    ...more,
  });
  await house.ask('POST', `/incidents/${id}/acknowledgement`, {});
  return id;
}

type Duty = {
  id: string;
  preset: string;
  step: string;
  state: string;
  dueAt: string;
  because: string | null;
  endedBy: string | null;
  reference: string | null;
  client: { id: string } | null;
};
const duty = (view: { items: Duty[] }, step: string, client: string | null = null): Duty =>
  view.items.find((each) => each.step === step && (each.client?.id ?? null) === client)!;
const aware = (id: string, body: object) => house.ask('PUT', `/incidents/${id}/duties/awareness`, body);
const hours = (count: number) => house.clock.now().add({ hours: count }).toString();

test('nothing is owed until an administrator has chosen it, and the texts say that they are no legal advice', async () => {
  const id = await led();
  const view = await aware(id, {
    awareAt: house.clock.now().toString(),
    kinds: ['personal_data'],
    clientIds: ['cli_northwind'],
  });
  assert.deepEqual([view.items, view.chosen], [[], false]);
  assert.match(view.notice, /not legal advice/);
  house.as({ personId: 'bo', name: 'Bo Falk', role: 'responder' });
  assert.equal((await house.call('PUT', '/settings/duties', { contactIds: [], choices: [] })).status, 403);
});

test('each client whose data it is gets its own duty, the authority one for all; mails climb from the security contact to everybody', async () => {
  house.as({ personId: 'ana', name: 'Ana Lima' });
  await house.ask('PUT', '/settings/duties', {
    contactIds: ['dan'],
    choices: [
      { preset: 'gdpr_processor', clientId: null },
      { preset: 'gdpr_controller', clientId: null },
    ],
  });
  const id = await led();
  await house.ask('POST', `/incidents/${id}/roles`, { role: 'comms', personId: 'cleo' });
  const view = await aware(id, {
    awareAt: house.clock.now().toString(),
    kinds: ['personal_data'],
    clientIds: ['cli_northwind', 'cli_contoso'],
    note: 'a screenshot of a client',
  });
  assert.equal(view.items.length, 6);
  assert.equal(duty(view, 'authority').dueAt, hours(72));
  assert.equal(duty(view, 'client', 'cli_northwind').dueAt, hours(24));

  for (const each of view.items.filter((one: Duty) => one.step === 'decide'))
    await house.ask('POST', `/incidents/${id}/duties/${each.id}/decision`, { because: 'names were shown' });
  await house.ask('POST', `/incidents/${id}/duties/${duty(view, 'client', 'cli_contoso').id}/exemption`, {
    because: 'none of their rows was among them',
  });
  const start = house.clock.now();
  const mailed = async (afterHours: number): Promise<string[]> => {
    const before = house.smtp.mails.length;
    await house.until(start.add({ seconds: Math.round(afterHours * 3600) }));
    return house.smtp.mails
      .slice(before)
      .filter((mail) => /GDPR/.test(mail.subject ?? ''))
      .map((mail) => `${mail.envelope.to[0]} ${mail.subject!.slice(0, 3)}`);
  };
  assert.deepEqual(await mailed(11.9), []);
  assert.deepEqual(await mailed(12.1), ['dan@example.com Due']);
  assert.deepEqual(await mailed(18.1), ['ana@example.com Due']);
  assert.deepEqual(await mailed(21.1), ['cleo@example.com Due']);
  assert.deepEqual((await mailed(23.1)).toSorted(), [
    'ana@example.com Due',
    'cleo@example.com Due',
    'dan@example.com Due',
  ]);
  assert.deepEqual((await mailed(24.1)).toSorted(), [
    'ana@example.com Lat',
    'cleo@example.com Lat',
    'dan@example.com Lat',
  ]);
  assert.equal((await mailed(28.1)).length, 3, 'again every four hours until somebody says what was done');
  const done = await house.ask(
    'POST',
    `/incidents/${id}/duties/${duty(view, 'client', 'cli_northwind').id}/notification`,
    {
      at: house.clock.now().toString(),
      reference: 'NW-2026-7',
    },
  );
  const ended = duty(done, 'client', 'cli_northwind');
  assert.deepEqual([ended.state, ended.reference, ended.endedBy], ['notified', 'NW-2026-7', 'Ana Lima']);
  assert.deepEqual(await mailed(35.9), []);
  const { items } = await house.ask('GET', `/incidents/${id}/timeline`);
  const texts = items.map((line: { text: string }) => line.text);
  assert.ok(
    texts.some((text: string) =>
      /Tell the client whose data it is: notified at .* UTC, reference NW-2026-7/.test(text),
    ),
  );
  assert.ok(
    texts.some((text: string) => /not required, because none of their rows was among them/.test(text)),
  );
});

test('deciding that nothing must be notified ends everything of that preset, with the reason and who said so', async () => {
  const id = await led();
  const view = await aware(id, {
    awareAt: house.clock.now().toString(),
    kinds: ['personal_data'],
    clientIds: [],
  });
  const refused = await house.call('POST', `/incidents/${id}/duties/${duty(view, 'decide').id}/exemption`, {
    because: ' ',
  });
  assert.equal(refused.status, 400);
  const ended = await house.ask('POST', `/incidents/${id}/duties/${duty(view, 'decide').id}/exemption`, {
    because: 'only test data was shown',
  });
  assert.deepEqual(
    ended.items.map((each: Duty) => [each.step, each.state, each.because, each.endedBy]),
    [
      ['decide', 'not_required', 'only test data was shown', 'Ana Lima'],
      ['authority', 'not_required', 'only test data was shown', 'Ana Lima'],
    ],
  );
  const again = await house.call(
    'POST',
    `/incidents/${id}/duties/${duty(view, 'authority').id}/notification`,
    {
      at: house.clock.now().toString(),
      reference: 'x',
    },
  );
  assert.equal(again.status, 409);
});

test('being aware earlier than first said moves every clock, and the reports of DORA follow what was really sent', async () => {
  await house.ask('PUT', '/settings/duties', {
    contactIds: [],
    choices: [{ preset: 'dora', clientId: null }],
  });
  const id = await led();
  const now = house.clock.now();
  await aware(id, { awareAt: now.toString(), kinds: ['financial_service'] });
  const earlier = now.subtract({ hours: 6 });
  const view = await aware(id, {
    awareAt: earlier.toString(),
    kinds: ['financial_service'],
    note: 'the log says so',
  });
  assert.equal(duty(view, 'initial').dueAt, earlier.add({ hours: 24 }).toString());
  const decided = await house.ask('POST', `/incidents/${id}/duties/${duty(view, 'decide').id}/decision`, {
    because: 'two criteria are met',
  });
  assert.equal(duty(decided, 'initial').dueAt, now.add({ hours: 4 }).toString());
  const sentAt = now.subtract({ minutes: 1 });
  const sent = await house.ask('POST', `/incidents/${id}/duties/${duty(view, 'initial').id}/notification`, {
    at: sentAt.toString(),
    reference: 'B-1',
  });
  assert.equal(duty(sent, 'intermediate').dueAt, sentAt.add({ hours: 72 }).toString());
});

test('of a restricted incident only its viewers are reminded, and nobody else learns that there are duties', async () => {
  await house.ask('PUT', '/settings/duties', {
    contactIds: ['dan'],
    choices: [{ preset: 'gdpr_controller', clientId: null }],
  });
  const id = await led({ restricted: true, viewers: ['ana'] });
  await aware(id, { awareAt: house.clock.now().toString(), kinds: ['personal_data'] });
  const before = house.smtp.mails.length;
  await house.pass({ hours: 80 });
  const mails = house.smtp.mails.slice(before).filter((mail) => /GDPR/.test(mail.subject ?? ''));
  const { number } = await house.ask('GET', `/incidents/${id}`);
  const about = mails.filter((mail) => mail.subject!.includes(`(INC-${number})`));
  assert.ok(about.length > 3);
  assert.deepEqual([...new Set(about.map((mail) => mail.envelope.to[0]))], ['ana@example.com']);
  house.as({ personId: 'dan', name: 'Dan Okoro' });
  assert.equal((await house.call('GET', `/incidents/${id}/duties`)).status, 404);
  assert.equal(
    (
      await house.call('PUT', `/incidents/${id}/duties/awareness`, {
        awareAt: house.clock.now().toString(),
        kinds: [],
      })
    ).status,
    404,
  );
});
