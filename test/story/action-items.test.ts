/** Action items over time: one owner who is there, what was known before it happened again, and thousands from a file. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';

let house: Harness;
before(async () => {
  house = await openHarness();
  await seedAgency(house);
});
after(() => house.close());
beforeEach(() => house.as({ personId: 'ana', name: 'Ana Lima' }));

const later = async (duration: Temporal.DurationLike) => {
  house.clock.set(house.clock.now().add(duration));
  await house.settle();
};
const dayIn = (days: number) =>
  house.clock.now().toZonedDateTimeISO('UTC').toPlainDate().add({ days }).toString();

async function restored(title: string, more: object = {}): Promise<{ id: string; postmortemId: string }> {
  const { id } = await house.ask('POST', '/incidents', { title, serviceIds: ['svc_checkout'], ...more });
  await house.ask('POST', `/incidents/${id}/confirmation`, { evidence: 'three test payments failed' });
  await house.ask('POST', `/incidents/${id}/restoration`, {
    proof: { check: 'probe', shows: 'payments pass', since: house.clock.now().toString() },
  });
  await house.settle();
  return { id, postmortemId: (await house.ask('GET', `/incidents/${id}`)).postmortem.id };
}
const agree = (postmortemId: string, more: object = {}) =>
  house.ask('POST', `/postmortems/${postmortemId}/action-items`, {
    text: 'Refuse a pool size above 100',
    ownerId: 'bo',
    dueOn: dayIn(10),
    doneCondition: 'A deployment with 200 is refused in staging',
    ...more,
  });
const read = (id: string) => house.ask('GET', `/action-items/${id}`);
const linesOf = async (id: string): Promise<string[]> =>
  (await house.ask('GET', `/action-items/${id}/lines`)).items.map((each: { text: string }) => each.text);

test('when its owner leaves, an open item goes back to the service on the same day, and its promise with it', async () => {
  await house.person({ id: 'eli', name: 'Eli Stone' });
  const { postmortemId } = await restored('Payments fail before Eli leaves');
  const item = await agree(postmortemId, { ownerId: 'eli' });
  const done = await agree(postmortemId, { ownerId: 'eli', text: 'Refuse a pool size above 50' });
  await house.ask('POST', `/action-items/${done.id}/completion`, { evidence: 'refused at 51' });
  await house.ask('POST', '/people/eli/archival', {});
  await house.settle();
  const now = await read(item.id);
  assert.deepEqual([now.ownerName, now.ownerGone, now.state], ['Cleo Marsh', false, 'open']);
  assert.deepEqual(await linesOf(item.id), [
    'Eli Stone has left. It went back to the service: Cleo Marsh owns it now.',
  ]);
  assert.equal((await read(done.id)).ownerName, 'Eli Stone', 'who did it stays');
  const promise = await house.db
    .selectFrom('promise')
    .select(['owner_id', 'state'])
    .where('subject_id', '=', item.id)
    .executeTakeFirstOrThrow();
  assert.deepEqual(promise, { owner_id: 'cleo', state: 'open' });
});

test('where nobody answers for the service, the item says that it needs an owner', async () => {
  await house.person({ id: 'fay', name: 'Fay Quist' });
  await house.ask('POST', '/action-items/import', {
    format: 'json',
    text: JSON.stringify([
      {
        id: 'lonely',
        text: 'Refuse 300',
        owner: 'fay@example.com',
        due: dayIn(9),
        done_when: 'it is refused',
      },
    ]),
  });
  await house.ask('POST', '/people/fay/archival', {});
  await house.settle();
  const { items } = await house.ask('GET', '/action-items?owner=fay');
  assert.equal(items[0].ownerGone, true);
  const mended = await house.ask('PUT', `/action-items/${items[0].id}`, { ownerId: 'dan' });
  assert.deepEqual([mended.ownerGone, mended.ownerName], [false, 'Dan Okoro']);
});

test('an incident of the same kind names the action that was known, and how late it was', async () => {
  const first = await restored('Orders stand still at the till');
  const item = await agree(first.postmortemId, {
    text: 'Add a limit to the pool of orders',
    dueOn: dayIn(3),
  });
  const kept = await agree(first.postmortemId, { text: 'Something that was done in time', dueOn: dayIn(3) });
  await house.ask('POST', `/action-items/${kept.id}/completion`, { evidence: 'done' });
  await later({ hours: 24 * 44 });
  const second = await restored('Orders stand still at the till again');
  const { items, ended } = await house.ask('GET', `/incidents/${second.id}/known-before`);
  const known = items.find((each: { actionItemId: string }) => each.actionItemId === item.id);
  assert.equal(known.daysLate, 40);
  assert.equal(known.because, 'called the same');
  assert.ok(!items.some((each: { actionItemId: string }) => each.actionItemId === kept.id));
  assert.ok(ended.some((each: { text: string }) => each.text === 'Something that was done in time'));
  await later({ hours: 1 });
  await house.ask('POST', `/action-items/${item.id}/completion`, { evidence: 'limited to 40' });
  const after = await house.ask('GET', `/incidents/${second.id}/known-before`);
  assert.equal(
    after.items.find((each: { actionItemId: string }) => each.actionItemId === item.id).state,
    'done',
  );
  assert.deepEqual(
    (await house.ask('GET', `/incidents/${first.id}/known-before`)).items.filter(
      (each: { actionItemId: string }) => each.actionItemId === item.id,
    ),
    [],
  );
});

test('what was known of a restricted incident is told to its viewers alone', async () => {
  const secret = await restored('Keys of the till leaked', { restricted: true });
  const item = await agree(secret.postmortemId, { ownerId: 'ana', dueOn: dayIn(2) });
  await later({ hours: 24 * 9 });
  const next = await restored('Keys of the till leaked once more');
  const ids = async () =>
    (await house.ask('GET', `/incidents/${next.id}/known-before`)).items.map(
      (each: { actionItemId: string }) => each.actionItemId,
    );
  assert.ok((await ids()).includes(item.id));
  house.as({ personId: 'bo', name: 'Bo Falk' });
  assert.ok(!(await ids()).includes(item.id));
});

test('ten thousand action items come in from one file, in reasonable time, once, and go out again', async () => {
  const line = (n: number) =>
    `x-${n},"Refuse a pool size, above ${n}",bo@example.com,${dayIn(5 + (n % 60))},a deployment with ${n} is refused,stronger,open,,,checkout`;
  const rows = Array.from({ length: 10_000 }, (_, n) => line(n + 1));
  const text = ['id,text,owner,due,done_when,strength,state,evidence,incident,service', ...rows].join('\r\n');
  const begun = performance.now();
  const answer = await house.ask('POST', '/action-items/import', { format: 'csv', text });
  const seconds = (performance.now() - begun) / 1000;
  console.log(`# 10,000 action items imported in ${seconds.toFixed(1)} s`);
  assert.deepEqual(answer, { read: 10_000, created: 10_000, unchanged: 0 });
  assert.ok(seconds < 120, `it took ${seconds} s`);
  assert.deepEqual(await house.ask('POST', '/action-items/import', { format: 'csv', text }), {
    read: 10_000,
    created: 0,
    unchanged: 10_000,
  });
  const { count } = await house.db
    .selectFrom('promise')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('subject_kind', '=', 'action_item')
    .where('state', '=', 'open')
    .where('owner_id', '=', 'bo')
    .executeTakeFirstOrThrow();
  assert.ok(Number(count) >= 10_000, 'each is a promise');
  const file = await house.call('GET', '/action-items/export.csv');
  assert.ok(file.text.split('\r\n').length > 10_000);
  const again = await house.ask('POST', '/action-items/import', {
    format: 'csv',
    // What is late or of people who left cannot be promised anew; everything else is known here.
    text: file.text
      .split('\r\n')
      .filter((each, n) => n === 0 || each.startsWith('x-'))
      .join('\r\n'),
  });
  assert.equal(again.created, 0);
  const [late] = (await house.ask('GET', '/action-items?state=open&limit=1&tracker=none&owner=bo')).items;
  assert.equal(late.incidentId, null);
});

const HEAD = 'text,owner,due,done_when';
const BAD: [string, string, string, RegExp][] = [
  [
    'an owner nobody knows',
    'csv',
    `${HEAD}\nDo it,zoe@example.com,2027-01-04,it is done`,
    /line 2.*nobody in the directory has the address \\"zoe@example\.com\\"/,
  ],
  [
    'a day that is none',
    'csv',
    `${HEAD}\nDo it,bo@example.com,soon,it is done`,
    /line 2.*due is \\"soon\\"; write a day such as 2026-12-04/,
  ],
  [
    'a day that has passed',
    'csv',
    `${HEAD}\nDo it,bo@example.com,2020-01-04,it is done`,
    /due 2020-01-04 has passed; give what is still open a new day/,
  ],
  [
    'a column that we do not know',
    'csv',
    `${HEAD},colour\nDo it,bo@example.com,2027-01-04,x,red`,
    /\\"colour\\", which is none of our columns/,
  ],
  ['a column that is missing', 'csv', 'text,owner\nDo it,bo@example.com', /lacks due, done_when/],
  [
    'a quotation mark that is never closed',
    'csv',
    `${HEAD}\n"Do it,bo@example.com,2027-01-04,x`,
    /quotation mark on line 2 is never closed/,
  ],
  ['no JSON', 'json', '[{', /The file is not JSON/],
  ['a YAML bomb', 'yaml', 'a: &a [x,x]\nb: &b [*a,*a]\nactionItems: [*b]', /The file is not YAML/],
  [
    'done without evidence',
    'json',
    '[{"text":"a","owner":"bo@example.com","due":"2026-01-04","done_when":"b","state":"done"}]',
    /say what shows that it is done/,
  ],
  [
    'an incident that is not there',
    'yaml',
    '- {text: a, owner: bo@example.com, due: 2027-01-04, done_when: b, incident: INC-99999}',
    /there is no incident \\"INC-99999\\"/,
  ],
  ['nothing', 'csv', HEAD, /holds no action item/],
];
for (const [what, format, text, words] of BAD)
  test(`a file with ${what} is refused in words, with its line, and nothing of it is kept`, async () => {
    const good =
      format === 'csv' && text.startsWith(`${HEAD}\n`)
        ? `\nA good one,bo@example.com,2027-01-04,it is seen`
        : '';
    const answer = await house.call('POST', '/action-items/import', { format, text: `${text}${good}` });
    assert.equal(answer.status, 400, answer.text);
    assert.match(answer.text, words);
    const found = await house.db
      .selectFrom('action_item')
      .select('id')
      .where('text', '=', 'A good one')
      .execute();
    assert.deepEqual(found, []);
  });

test('more than ten thousand are refused, a dry run changes nothing, and only administrators import', async () => {
  const row = '\na,bo@example.com,2027-03-04,b';
  const answer = await house.call('POST', '/action-items/import', {
    format: 'csv',
    text: `${HEAD}${row.repeat(10_001)}`,
  });
  assert.match(answer.text, /holds 10001 action items; at most 10000 are read at once/);
  const dry = await house.ask('POST', '/action-items/import?dryRun=true', {
    format: 'csv',
    text: `${HEAD}${row}`,
  });
  assert.deepEqual(dry, { read: 1, created: 1, unchanged: 0 });
  assert.deepEqual(
    await house.db
      .selectFrom('action_item')
      .select('id')
      .where('due_on', '=', '2027-03-04')
      .where('text', '=', 'a')
      .execute(),
    [],
  );
  house.as({ personId: 'bo', name: 'Bo Falk', role: 'responder' });
  assert.equal(
    (await house.call('POST', '/action-items/import', { format: 'csv', text: `${HEAD}${row}` })).status,
    403,
  );
});

test('the late ones are found, and the ladder of what came from a file writes to its owner', async () => {
  await house.ask('POST', '/action-items/import', {
    format: 'csv',
    text: `id,${HEAD}\nsolo,Write down the restore,dan@example.com,${dayIn(2)},a drill is recorded`,
  });
  await later({ hours: 24 * 4 });
  const { items } = await house.ask('GET', '/action-items?overdue=true&owner=dan');
  const solo = items.find((each: { text: string }) => each.text === 'Write down the restore');
  assert.equal(solo.overdue, true);
  const mails = await house.db
    .selectFrom('learning_mail')
    .select(['person_id', 'state'])
    .where('subject_id', '=', solo.id)
    .execute();
  assert.deepEqual(
    mails.map((each) => each.person_id),
    ['dan'],
  );
});
