/** A client asks during an incident: comms owes the answer, is called for it when it is late, and the hands never are. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';

let house: Harness;
before(async () => {
  house = await openHarness();
  await seedAgency(house);
});
after(() => house?.close());

const P2 = {
  dataAtRisk: 'no',
  mainTaskImpossible: 'no',
  mainTaskMuchWorse: 'yes',
  workaround: 'yes',
  redundancyGone: 'no',
};

/** Ana leads, Cleo is comms, Bo repairs and is also who would be called first; everybody has heard the first message. */
async function running(): Promise<string> {
  house.as({ personId: 'ana', name: 'Ana Lima' });
  const { id } = await house.ask('POST', '/incidents', {
    title: 'Paying is slow',
    serviceIds: ['svc_checkout'],
    answers: P2,
  });
  await house.ask('POST', `/incidents/${id}/acknowledgement`, {});
  await house.ask('POST', `/incidents/${id}/confirmation`, { evidence: 'seen' });
  await house.ask('POST', `/incidents/${id}/roles`, { role: 'comms', personId: 'cleo' });
  await house.ask('POST', `/incidents/${id}/roles`, { role: 'hands', personId: 'bo' });
  await house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'first',
    status: 'looking',
    impact: 'Paying is slow.',
    action: 'We are looking.',
    audience: { clientIds: 'affected', internal: false, publicPage: true },
  });
  await house.ask('POST', `/incidents/${id}/what-changed-review`, { note: 'nothing' });
  await house.settle();
  return id;
}

const nora = { contactId: 'con_n1' };

/** Who was called for an unanswered question, minutes after it was asked, and by which right. */
async function calledFor(id: string): Promise<string[]> {
  const rows = await house.db
    .selectFrom('page_reason')
    .innerJoin('page', 'page.id', 'page_reason.page_id')
    .select(['page_reason.person_id'])
    .where('incident_id', '=', id)
    .where('promise_kind', '=', 'question_answered')
    .orderBy('page_reason.added_at')
    .execute();
  return rows.map((row) => row.person_id);
}

async function promises(id: string) {
  const { items } = await house.ask('GET', `/incidents/${id}/promises`);
  return items.filter((each: { kind: string }) => each.kind === 'question_answered');
}

test('a question is due after thirty minutes, its answer keeps the promise and goes to whoever asked, in their thread and to nobody else', async () => {
  const id = await running();
  const asked = await house.ask('POST', `/incidents/${id}/questions`, {
    asker: nora,
    text: 'Can our customers pay by invoice meanwhile?',
  });
  assert.equal(asked.client.name, 'Northwind');
  assert.equal(asked.dueAt, house.clock.now().add({ minutes: 30 }).toString());
  const before = house.smtp.mails.length;
  const answered = await house.ask('POST', `/incidents/${id}/questions/${asked.id}/answers`, {
    text: 'Yes, invoices work.',
  });
  assert.equal(answered.state, 'answered');
  await house.settle();
  const mails = house.smtp.mails.slice(before);
  assert.deepEqual(
    mails.map((mail) => mail.envelope.to),
    [['nora@northwind.example']],
  );
  const { reference } = await house.ask('GET', `/incidents/${id}`);
  assert.match(mails[0]!.text ?? '', /^Yes, invoices work\./);
  assert.deepEqual(mails[0]!.references, `<${reference}@example.com>`);
  const [promise] = await promises(id);
  assert.equal(promise.state, 'kept');
  const { items } = await house.ask('GET', `/incidents/${id}/questions`);
  assert.match(items[0].messages[1].sent.words, /^Handed to the mail server: 250/);
  await house.pass({ hours: 1 });
  assert.deepEqual(await calledFor(id), []);
});

test('unanswered, it calls comms at its time, then the lead, and never whoever only repairs', async () => {
  const id = await running();
  const { dueAt } = await house.ask('POST', `/incidents/${id}/questions`, {
    asker: nora,
    text: 'Is it you or us?',
  });
  await house.until(Temporal.Instant.from(dueAt).subtract({ seconds: 1 }));
  assert.deepEqual(await calledFor(id), []);
  await house.until(Temporal.Instant.from(dueAt).add({ seconds: 10 }));
  assert.deepEqual(await calledFor(id), ['cleo']);
  await house.until(Temporal.Instant.from(dueAt).add({ hours: 2 }));
  const called = new Set(await calledFor(id));
  assert.ok(called.has('ana'), 'the lead is called next');
  assert.ok(!called.has('bo'), 'the hands are left alone');
  const { items } = await house.ask('GET', `/incidents/${id}/timeline`);
  const lines = items.filter(
    (line: { data: { promise?: string } }) => line.data.promise === 'question_answered',
  );
  assert.ok(lines.some((line: { kind: string }) => line.kind === 'promise_missed'));
});

test('a question is due with the next update where that is earlier', async () => {
  const id = await running();
  const { nextUpdateDueAt } = await house.ask('GET', `/incidents/${id}`);
  await house.until(Temporal.Instant.from(nextUpdateDueAt).subtract({ minutes: 12 }));
  const { dueAt } = await house.ask('POST', `/incidents/${id}/questions`, { asker: nora, text: 'And now?' });
  assert.equal(dueAt, nextUpdateDueAt);
});

test('an answer that others should hear stands in the prepared next update, and only once', async () => {
  const id = await running();
  const { id: questionId } = await house.ask('POST', `/incidents/${id}/questions`, {
    asker: nora,
    text: 'Invoices?',
  });
  await house.ask('POST', `/incidents/${id}/questions/${questionId}/answers`, {
    text: 'Invoices work as usual.',
    inNextUpdate: true,
  });
  const draft = await house.ask('GET', `/incidents/${id}/updates/draft?kind=next`);
  assert.match(draft.action, /We are looking\.\n\nInvoices work as usual\.$/);
  assert.equal(draft.nothingNew, false);
  await house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'next',
    status: 'looking',
    impact: draft.impact,
    action: draft.action,
    audience: { clientIds: 'affected', internal: false },
  });
  const after = await house.ask('GET', `/incidents/${id}/questions`);
  assert.equal(after.items[0].messages[1].inNextUpdate, 'done');
  const again = await house.ask('GET', `/incidents/${id}/updates/draft?kind=next`);
  assert.equal(again.nothingNew, true);
});

test('an open question moves with its incident when that is merged, and keeps the time that was promised', async () => {
  const [from, into] = [await running(), await running()];
  const asked = await house.ask('POST', `/incidents/${from}/questions`, {
    asker: nora,
    text: 'Which one is it?',
  });
  await house.pass({ minutes: 3 });
  await house.ask('POST', `/incidents/${from}/merge`, { into });
  const { items } = await house.ask('GET', `/incidents/${into}/questions?state=open`);
  assert.deepEqual(
    items.map((each: { id: string; dueAt: string }) => [each.id, each.dueAt]),
    [[asked.id, asked.dueAt]],
  );
  assert.equal((await promises(from)).at(-1).state, 'void');
});

test('a thank-you is set aside with a reason, and owes nothing any more', async () => {
  const id = await running();
  const { id: questionId } = await house.ask('POST', `/incidents/${id}/questions`, {
    asker: nora,
    text: 'Thanks!',
  });
  const refused = await house.call('POST', `/incidents/${id}/questions/${questionId}/set-aside`, {
    reason: ' ',
  });
  assert.equal(refused.status, 400);
  const aside = await house.ask('POST', `/incidents/${id}/questions/${questionId}/set-aside`, {
    reason: 'It only says thank you.',
  });
  assert.equal(aside.state, 'set_aside');
  assert.equal((await promises(id)).at(-1).state, 'waived');
});

test('the questions of a restricted incident do not exist for anybody but its viewers', async () => {
  house.as({ personId: 'ana', name: 'Ana Lima' });
  const { id } = await house.ask('POST', '/incidents', {
    title: 'A leak',
    serviceIds: ['svc_checkout'],
    restricted: true,
    viewers: ['ana'],
  });
  const { id: questionId } = await house.ask('POST', `/incidents/${id}/questions`, {
    asker: nora,
    text: 'Our data?',
  });
  house.as({ personId: 'bo', name: 'Bo Falk' });
  for (const [method, path, body] of [
    ['GET', `/incidents/${id}/questions`, undefined],
    ['POST', `/incidents/${id}/questions`, { asker: nora, text: 'x' }],
    ['POST', `/incidents/${id}/questions/${questionId}/answers`, { text: 'x' }],
    ['POST', `/incidents/${id}/questions/${questionId}/set-aside`, { reason: 'x' }],
    ['POST', `/questions/${questionId}/answers`, { text: 'x' }],
  ] as const)
    assert.equal((await house.call(method, path, body)).status, 404, `${method} ${path}`);
  const { items } = await house.ask('GET', '/questions');
  assert.ok(!JSON.stringify(items).includes('Our data?'));
});
