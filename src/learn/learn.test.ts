import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Command } from '#incident/commands.ts';
import { timesOf } from '#platform/db/due-times.ts';
import { HANDED_TO_LEARN } from '../../test/handed-to-learn.ts';
import { ANA, BO, type Json, openSmallHouse } from '../../test/small-house.ts';
import type { ToldChange } from './draft.ts';
import { learnRoom } from './room.ts';

const START = '2026-11-25T02:00:00Z';
const RESTORED = '2026-11-25T02:40:00Z';
const CHANGE: ToldChange = {
  id: 'chg_1',
  summary: 'checkout 4.12.0',
  serviceName: 'Checkout',
  source: 'ci',
  happenedAt: '2026-11-25T01:54:00Z',
  receivedAt: '2026-11-25T01:54:01Z',
};
const PROOF = {
  check: 'probe',
  shows: 'payments pass',
  since: Temporal.Instant.from('2026-11-25T02:38:00Z'),
};
const PERSON = { actor: { kind: 'person', name: 'Ana Lima', personId: 'per_ana' }, source: 'app' } as const;

let house: Awaited<ReturnType<typeof openSmallHouse>>;
const mails: { to: { address: string }; subject: string; text: string }[] = [];
let mailFails: Error | undefined;

before(async () => {
  house = await openSmallHouse(START, (parts) => [
    learnRoom(parts, {
      ...HANDED_TO_LEARN,
      findChanges: async (_db, ids) => [CHANGE].filter((change) => ids.includes(change.id)),
      mailer: {
        configured: true,
        async sendMail(mail) {
          if (mailFails) throw mailFails;
          mails.push(mail);
          return { response: '250 OK' };
        },
      },
    }),
  ]);
  await house.person('per_ana', 'Ana Lima');
  await house.person('per_bo', 'Bo Falk', { zone: 'Europe/Berlin' });
  await house.person('per_cy', 'Cy Nunez', { rest_until: Temporal.Instant.from('2026-11-25T14:00:00Z') });
  await house.person('per_mo', 'Mo Ward', { zone: 'Pacific/Auckland' });
  const now = house.clock.now();
  await house.db
    .insertInto('team')
    .values({ id: 'team_1', name: 'Payments', created_at: now, updated_at: now })
    .execute();
  await house.db
    .insertInto('team_member')
    .values(['per_cy', 'per_bo'].map((person_id) => ({ team_id: 'team_1', person_id })))
    .execute();
  await house.service('svc_checkout', 'Checkout', { owner_team_id: 'team_1', manager_id: 'per_mo' });
});
after(() => house.close());
beforeEach(() => {
  house.as(ANA);
  house.clock.set(Temporal.Instant.from(START));
  mails.length = 0;
  mailFails = undefined;
});

const execute = (id: string, command: Command) => house.incidents.execute(id, command, PERSON);

async function declare(more: object = {}): Promise<string> {
  const noticed = { by: 'person' } as const;
  const what = {
    title: 'Payments fail',
    noticed,
    serviceIds: ['svc_checkout'],
    proposedSeverity: 'P1',
    ...more,
  } as const;
  return (await house.incidents.declare({ ...what, serviceIds: [...what.serviceIds] }, PERSON)).id;
}

/** A P1 that was confirmed, suspected of a change and restored; with the postmortem that came of it. */
async function restored(more: object = {}): Promise<{ incident: string; id: string }> {
  house.clock.set(Temporal.Instant.from(START));
  const incident = await declare(more);
  await execute(incident, { type: 'confirm', evidence: 'Ana Lima saw the error page' });
  await execute(incident, { type: 'suspect_change', changeId: CHANGE.id, summary: CHANGE.summary });
  house.clock.set(Temporal.Instant.from(RESTORED));
  await execute(incident, { type: 'restore', proof: PROOF });
  await house.work();
  const row = await house.db
    .selectFrom('postmortem')
    .select('id')
    .where('incident_id', '=', incident)
    .executeTakeFirst();
  return { incident, id: row?.id ?? '' };
}

const get = async (id: string): Promise<Json> => (await house.call('GET', `/postmortems/${id}`)).body;
const written = (sections: Json): Json => ({
  ...sections,
  rootCause: 'The pipeline ships to everybody at once.',
  contributingFactors: {
    slowDetection: { answer: 'no', text: 'an alert fired within a minute.' },
    missingDocumentation: { answer: 'yes', text: 'the rollback was not written down.' },
    missingMonitoring: { answer: 'no', text: 'the probe showed it.' },
    others: '',
  },
});
const ITEM = {
  text: 'Ship to 1% of users first',
  ownerId: 'per_bo',
  dueOn: '2026-12-04',
  doneCondition: 'The pipeline refuses a full rollout without it',
};

test('restoring a serious incident opens its postmortem, drafted from the record, with the promise of 48 hours', async () => {
  const { incident, id } = await restored();
  const shown = await get(id);
  assert.equal(shown.state, 'draft');
  assert.equal(shown.dueAt, '2026-11-27T02:40:00Z');
  assert.deepEqual(
    shown.sections.timeline.map((line: Json) => [line.at.slice(11, 16), line.text.slice(0, 24), line.from]),
    [
      ['01:54', 'Before: no earlier incid', 'record'],
      ['01:54', 'Change: checkout 4.12.0 ', 'record'],
      ['02:00', 'Noticed by a person', 'record'],
      ['02:00', 'Incident declared: Payme', 'record'],
      ['02:00', 'Ana Lima has it', 'record'],
      ['02:00', 'Ana Lima has the role le', 'record'],
      ['02:00', 'Ana Lima has the role co', 'record'],
      ['02:00', 'Confirmed: Ana Lima saw ', 'record'],
      ['02:00', 'Worth checking first: ch', 'record'],
      ['02:40', 'Restored. Probe: payment', 'record'],
    ],
  );
  assert.match(shown.sections.impact, /From 2026-11-25 02:00 to 2026-11-25 02:40 UTC, 40 min\./);
  const told = await house.incidents.load(incident);
  assert.equal(told?.postmortem?.id, id);
});

test('its owner is of the owning team and does not need to rest', async () => {
  const { id } = await restored();
  assert.equal((await get(id)).ownerId, 'per_bo');
});

test('where the whole team rests, the lead owns it', async () => {
  const rest = Temporal.Instant.from('2026-11-25T14:00:00Z');
  await house.db.updateTable('person').set({ rest_until: rest }).where('id', '=', 'per_bo').execute();
  const incident = await declare();
  await execute(incident, {
    type: 'take_role',
    role: 'lead',
    who: { personId: 'per_ana', name: 'Ana Lima' },
    how: 'taken',
  });
  await execute(incident, { type: 'restore', proof: { ...PROOF, since: house.clock.now() } });
  await house.work();
  await house.db.updateTable('person').set({ rest_until: null }).where('id', '=', 'per_bo').execute();
  assert.equal((await house.incidents.load(incident))?.postmortem?.ownerId, 'per_ana');
});

test('a minor incident owes no postmortem until it turns out to be serious', async () => {
  const incident = await declare({ proposedSeverity: 'P3' });
  await execute(incident, { type: 'restore', proof: { ...PROOF, since: house.clock.now() } });
  const find = () =>
    house.db.selectFrom('postmortem').select('id').where('incident_id', '=', incident).executeTakeFirst();
  assert.equal(await find(), undefined);
  await execute(incident, { type: 'raise', to: 'P2', reason: 'More users than thought' });
  assert.ok(await find());
});

test('a later restoring adds what is new, and touches nothing that people wrote or removed', async () => {
  const { incident, id } = await restored();
  const { sections, version } = await get(id);
  const [before, change, noticed, ...rest] = sections.timeline;
  const timeline = [
    before,
    { ...change, note: 'We said so' },
    ...rest,
    { at: '2026-11-25T02:10:00Z', text: 'The graph looked normal' },
  ];
  assert.equal(
    (
      await house.call('PUT', `/postmortems/${id}`, {
        version,
        sections: { ...sections, summary: 'Mine', timeline },
      })
    ).status,
    200,
  );
  await execute(incident, { type: 'reopen', reason: 'It is back' });
  assert.equal((await get(id)).dueAt, null, 'reopening suspends the clock');
  house.clock.advance({ minutes: 20 });
  await execute(incident, { type: 'restore', proof: PROOF });
  await house.work();
  const after = await get(id);
  const texts = after.sections.timeline.map((line: Json) => line.text);
  assert.equal(after.sections.summary, 'Mine');
  assert.ok(texts.includes('The graph looked normal'));
  const lineOf = (id: string) => after.sections.timeline.find((line: Json) => line.id === id);
  assert.equal(lineOf(change.id).note, 'We said so');
  assert.equal(lineOf(noticed.id).hidden, true, 'what was taken out stays hidden');
  assert.ok(texts.includes('Reopened: It is back'));
  assert.equal(texts.filter((text: string) => text.startsWith('Restored.')).length, 2);
  assert.equal(after.dueAt, '2026-11-27T03:00:00Z', 'the clock runs from the last restoring');
});

test('a line of the record is never rewritten, and the refusal says what can be done instead', async () => {
  const { id } = await restored();
  const { sections, version } = await get(id);
  const [first, second, ...rest] = sections.timeline;
  const own = { id: 'new-1', at: '2026-11-25T02:10:00Z', text: 'The graph looked normal' };
  for (const wrong of [{ text: 'The new version went out' }, { at: '2026-11-25T01:50:00Z' }]) {
    const refused = await house.call('PUT', `/postmortems/${id}`, {
      version,
      sections: { ...sections, timeline: [{ ...first, ...wrong }, second, ...rest] },
    });
    assert.equal(refused.status, 400);
    assert.match(
      refused.body.detail,
      /Hide "Before: .*", annotate it, or write a line of your own beside it\./,
    );
  }
  assert.equal((await get(id)).version, version, 'nothing was saved');
  const saved = await house.call('PUT', `/postmortems/${id}`, {
    version,
    sections: { ...sections, timeline: [first, { ...second, joinedTo: first.id }, own, ...rest] },
  });
  const [kept, joined] = saved.body.sections.timeline;
  const mine = saved.body.sections.timeline.find((line: Json) => line.text === own.text);
  assert.deepEqual(kept, first);
  assert.deepEqual(joined, { ...second, joinedTo: first.id });
  assert.equal(mine.from, 'person');
  const again = await house.call('PUT', `/postmortems/${id}`, {
    version: saved.body.version,
    sections: {
      ...sections,
      timeline: saved.body.sections.timeline.map((line: Json) =>
        line.id === mine.id ? { ...line, text: 'The graph was flat' } : line,
      ),
    },
  });
  const mended = again.body.sections.timeline.find((line: Json) => line.id === mine.id);
  assert.equal(mended.text, 'The graph was flat', 'one can mend what one wrote');
});

test('two people who save at once lose nothing: the second is handed the text of the first', async () => {
  const { id } = await restored();
  const { sections, version } = await get(id);
  await house.call('PUT', `/postmortems/${id}`, {
    version,
    sections: { ...sections, rootCause: 'From Ana' },
  });
  house.as(BO);
  const second = await house.call('PUT', `/postmortems/${id}`, {
    version,
    sections: { ...sections, rootCause: 'From Bo' },
  });
  assert.equal(second.status, 409);
  assert.equal(second.body.current.sections.rootCause, 'From Ana');
  assert.equal(second.body.current.savedBy, 'Ana Lima');
  const again = await house.call('PUT', `/postmortems/${id}`, {
    version: second.body.current.version,
    sections: { ...sections, rootCause: 'Both' },
  });
  assert.equal(again.status, 200);
  const { body } = await house.call('GET', `/postmortems/${id}/versions`);
  assert.deepEqual(
    body.items.map((each: Json) => each.savedBy),
    ['Bo Falk', 'Ana Lima', 'Humdrum'],
  );
  const old = await house.call('GET', `/postmortems/${id}/versions/2`);
  assert.equal(old.body.sections.rootCause, 'From Ana');
});

test('lines that the record adds while somebody writes do not collide with them', async () => {
  const { incident, id } = await restored();
  const { sections, version } = await get(id);
  house.clock.advance({ minutes: 61 });
  await execute(incident, { type: 'resolve', note: 'Stable' });
  assert.equal((await get(id)).version, version + 1);
  const saved = await house.call('PUT', `/postmortems/${id}`, {
    version,
    sections: { ...sections, rootCause: 'Written meanwhile' },
  });
  assert.equal(saved.status, 200);
  assert.equal(saved.body.sections.rootCause, 'Written meanwhile');
  assert.equal(saved.body.sections.timeline.at(-1).text, 'Resolved: Stable');
});

test('saving what is there already makes no version', async () => {
  const { id } = await restored();
  const { sections, version } = await get(id);
  const saved = await house.call('PUT', `/postmortems/${id}`, { version, sections });
  assert.equal(saved.body.version, version);
});

test('publishing names exactly what is missing, and nothing is published', async () => {
  const { incident, id } = await restored();
  const refused = await house.call('POST', `/postmortems/${id}/publication`);
  assert.equal(refused.status, 409);
  assert.deepEqual(
    refused.body.fields.map((each: Json) => each.path),
    [
      'rootCause',
      'contributingFactors.slowDetection',
      'contributingFactors.missingDocumentation',
      'contributingFactors.missingMonitoring',
      'actionItems',
    ],
  );
  assert.deepEqual(refused.body.fields, (await get(id)).missing);
  assert.equal((await house.incidents.load(incident))?.postmortem?.publishedAt, undefined);
});

test('publishing keeps the promise and closes an incident that has nothing else open', async () => {
  const { incident, id } = await restored();
  house.clock.advance({ minutes: 61 });
  await execute(incident, { type: 'resolve', note: 'Stable' });
  const { sections, version } = await get(id);
  await house.call('PUT', `/postmortems/${id}`, {
    version,
    sections: { ...written(sections), noActionBecause: 'the service goes away in a week.' },
  });
  const published = await house.call('POST', `/postmortems/${id}/publication`);
  assert.equal(published.status, 201, published.text);
  assert.equal(published.body.state, 'published');
  assert.equal(published.body.dueAt, null);
  assert.equal((await house.incidents.load(incident))?.state, 'closed');
  const promise = await house.db
    .selectFrom('promise')
    .select('state')
    .where('subject_id', '=', incident)
    .where('kind', '=', 'postmortem_published')
    .executeTakeFirst();
  assert.equal(promise?.state, 'kept');
});

test('the published copy names roles, not people, owners of actions aside', async () => {
  const incident = await declare();
  await execute(incident, {
    type: 'take_role',
    role: 'lead',
    who: { personId: 'per_ana', name: 'Ana Lima' },
    how: 'taken',
  });
  await execute(incident, { type: 'restore', proof: { ...PROOF, since: house.clock.now() } });
  await house.work();
  const id = (await house.incidents.load(incident))?.postmortem?.id ?? '';
  const { sections, version } = await get(id);
  await house.call('POST', `/postmortems/${id}/action-items`, ITEM);
  await house.call('PUT', `/postmortems/${id}`, {
    version,
    sections: {
      ...written(sections),
      summary: 'Ana Lima asked Bo Falk. Ana then wrote to per_mo@example.com.',
    },
  });
  const draft = (await house.call('GET', `/postmortems/${id}/export.md`)).text;
  assert.match(draft, /draft, not published/);
  const { body } = await house.call('POST', `/postmortems/${id}/publication`);
  assert.equal(
    body.published.sections.summary,
    'The lead asked a colleague. The lead then wrote to a colleague.',
  );
  assert.match(body.sections.summary, /Ana Lima/, 'the writers keep their own text');
  const answer = await house.call('GET', `/postmortems/${id}/export.md`);
  assert.doesNotMatch(answer.text, /Ana/);
  assert.match(answer.text, /Ship to 1% of users first — Bo Falk, by 2026-12-04/);
  assert.match(answer.text, /\*\*Slow detection\*\*: no, because an alert fired/);
});

test('a change after publishing shows when it is published again', async () => {
  const { id } = await restored();
  let { sections, version } = await get(id);
  await house.call('PUT', `/postmortems/${id}`, {
    version,
    sections: { ...written(sections), noActionBecause: 'none needed' },
  });
  await house.call('POST', `/postmortems/${id}/publication`);
  ({ sections, version } = await get(id));
  await house.call('PUT', `/postmortems/${id}`, {
    version,
    sections: { ...sections, rootCause: 'Found out more.' },
  });
  assert.notEqual((await get(id)).published.sections.rootCause, 'Found out more.');
  assert.equal((await house.call('POST', `/postmortems/${id}/publication`)).status, 201);
  assert.equal((await get(id)).published.sections.rootCause, 'Found out more.');
});

test('somebody who rests cannot be made its owner', async () => {
  const { incident, id } = await restored();
  const refused = await house.call('PUT', `/postmortems/${id}/owner`, { ownerId: 'per_cy' });
  assert.equal(refused.status, 409);
  assert.match(refused.body.title, /Cy Nunez rests until 2026-11-25 14:00 UTC/);
  const chosen = await house.call('PUT', `/postmortems/${id}/owner`, { ownerId: 'per_mo' });
  assert.equal(chosen.body.ownerName, 'Mo Ward');
  const promise = await house.db
    .selectFrom('promise')
    .select('owner_id')
    .where('subject_id', '=', incident)
    .where('kind', '=', 'postmortem_published')
    .where('state', '=', 'open')
    .executeTakeFirst();
  assert.equal(promise?.owner_id, 'per_mo');
});

test('those that are due come first in their list', async () => {
  const { id } = await restored();
  const { body } = await house.call('GET', '/postmortems?show=due&limit=200');
  const dues = body.items.map((each: Json) => each.dueAt);
  assert.ok(dues.length > 1 && body.items.some((each: Json) => each.id === id));
  assert.deepEqual(dues, dues.toSorted());
  const first = (await house.call('GET', '/postmortems?show=due&limit=1')).body;
  const second = (await house.call('GET', `/postmortems?show=due&limit=1&cursor=${first.next}`)).body;
  assert.notEqual(second.items[0].id, first.items[0].id);
});

test('the postmortem of a restricted incident exists for its viewers alone', async () => {
  const { id } = await restored({ restricted: true, viewers: ['per_ana'] });
  assert.equal((await get(id)).ownerId, 'per_ana', 'nobody of the team may see it');
  const item = (await house.call('POST', `/postmortems/${id}/action-items`, { ...ITEM, ownerId: 'per_ana' }))
    .body;
  house.as({ ...BO, role: 'administrator' });
  for (const path of [
    `/postmortems/${id}`,
    `/postmortems/${id}/versions`,
    `/postmortems/${id}/export.md`,
    `/action-items/${item.id}`,
  ])
    assert.equal((await house.call('GET', path)).status, 404, path);
  assert.equal((await house.call('POST', `/postmortems/${id}/publication`)).status, 404);
  const listed = [
    ...(await house.call('GET', '/postmortems?limit=200')).body.items,
    ...(await house.call('GET', '/action-items?limit=200')).body.items,
  ];
  assert.ok(!listed.some((each: Json) => each.id === id || each.id === item.id));
});

test('an action item needs one owner, a day to come and a condition, and each refusal says what to write', async () => {
  const { id } = await restored();
  const post = (body: object) => house.call('POST', `/postmortems/${id}/action-items`, body);
  const nothing = await post({});
  assert.equal(nothing.status, 400);
  assert.deepEqual(
    nothing.body.fields.map((each: Json) => each.path),
    ['text', 'doneCondition', 'ownerId', 'dueOn'],
  );
  const problem = async (change: object) => (await post({ ...ITEM, ...change })).body.fields?.[0]?.message;
  assert.match(await problem({ dueOn: 'ASAP' }), /"ASAP" is not a date\. Write a day such as 2026-12-05/);
  assert.match(await problem({ dueOn: '2026-11-24' }), /has passed\. Today is 2026-11-25/);
  assert.match(await problem({ dueOn: '2026-02-30' }), /is not a date/);
  assert.match(await problem({ ownerId: 'everyone' }), /a team cannot own it/);
  // Half past five in Auckland on the 25th: that working day is over there.
  house.clock.set(Temporal.Instant.from('2026-11-25T04:30:00Z'));
  assert.match(await problem({ ownerId: 'per_mo', dueOn: '2026-11-25' }), /is over where the owner lives/);
  assert.equal((await post(ITEM)).status, 201);
});

test('the promise of an action item ends at 17:00 where its owner lives, and is kept by evidence', async () => {
  const { id } = await restored();
  const { body: item } = await house.call('POST', `/postmortems/${id}/action-items`, ITEM);
  assert.equal(item.dueAt, '2026-12-04T16:00:00Z');
  const promises = () =>
    house.db
      .selectFrom('promise')
      .select(['state', 'due_at', 'cycle'])
      .where('subject_id', '=', item.id)
      .orderBy('cycle')
      .execute();
  assert.deepEqual(
    (await promises()).map((each) => [each.state, each.due_at.toString()]),
    [['open', '2026-12-04T16:00:00Z']],
  );
  const moved = await house.call('PUT', `/action-items/${item.id}`, {
    dueOn: '2026-12-11',
    ownerId: 'per_ana',
  });
  assert.equal(moved.body.dueAt, '2026-12-11T17:00:00Z');
  assert.deepEqual(
    (await promises()).map((each) => each.state),
    ['void', 'open'],
  );
  assert.equal((await house.call('POST', `/action-items/${item.id}/completion`, {})).status, 400);
  const done = await house.call('POST', `/action-items/${item.id}/completion`, {
    evidence: 'Pipeline run 12 was refused.',
  });
  assert.deepEqual([done.body.state, done.body.doneAt], ['done', RESTORED]);
  assert.deepEqual(
    (await promises()).map((each) => each.state),
    ['void', 'kept'],
  );
  assert.equal((await house.call('POST', `/action-items/${item.id}/dropping`, { reason: 'x' })).status, 409);
});

test('deciding against an action item is a decision with its reason', async () => {
  const { id } = await restored();
  const { body: item } = await house.call('POST', `/postmortems/${id}/action-items`, ITEM);
  const dropped = await house.call('POST', `/action-items/${item.id}/dropping`, {
    reason: 'The service goes away.',
  });
  assert.deepEqual(
    [dropped.body.state, dropped.body.droppedBecause, dropped.body.doneAt],
    ['dropped', 'The service goes away.', null],
  );
  assert.ok(
    (await get(id)).missing.some((each: Json) => each.path === 'actionItems'),
    'a dropped item does not count',
  );
});

test('a late action item is mailed to its owner in working hours, once, and never pages', async () => {
  const { id } = await restored();
  const { body: item } = await house.call('POST', `/postmortems/${id}/action-items`, {
    ...ITEM,
    ownerId: 'per_ana',
    dueOn: '2026-12-05',
  });
  const [room] = house.rooms;
  const wake = room?.wakers?.action_item;
  const due = room?.due?.[0];
  assert.ok(wake && due);
  await due.run(Temporal.Instant.from('2030-01-01T00:00:00Z'));
  mails.length = 0;
  // A Saturday: the step falls due then, the mail waits until Monday morning.
  house.clock.set(Temporal.Instant.from('2026-12-05T17:00:00Z'));
  await wake(item.id);
  await wake(item.id);
  assert.equal(await due.run(house.clock.now()), 0);
  assert.equal(String(await timesOf(house.db, [due])), '2026-12-07T09:00:00Z');
  house.clock.set(Temporal.Instant.from('2026-12-07T09:00:00Z'));
  await due.run(house.clock.now());
  assert.deepEqual(
    mails.map((mail) => [mail.to.address, mail.subject.slice(0, 20)]),
    [['per_ana@example.com', 'Overdue: action item']],
  );
  assert.match(mails[0]?.text ?? '', /was due 2026-12-05 17:00 UTC/);
  assert.match(mails[0]?.text ?? '', new RegExp(`https://humdrum.example/postmortems/${id}`));
});

test('a week later the team that owns the service hears of it, and a mail is withdrawn when it is done first', async () => {
  const { id } = await restored();
  const { body: item } = await house.call('POST', `/postmortems/${id}/action-items`, {
    ...ITEM,
    ownerId: 'per_ana',
  });
  const [room] = house.rooms;
  const due = room?.due?.[0];
  house.clock.set(Temporal.Instant.from('2026-12-11T17:00:00Z'));
  await room?.wakers?.action_item?.(item.id);
  const waiting = await house.db
    .selectFrom('learning_mail')
    .select(['person_id', 'state'])
    .where('subject_id', '=', item.id)
    .orderBy('person_id')
    .execute();
  assert.deepEqual(
    waiting.map((row) => row.person_id),
    ['per_bo', 'per_cy'],
  );
  await house.call('POST', `/action-items/${item.id}/completion`, { evidence: 'Done' });
  await due?.run(Temporal.Instant.from('2026-12-14T12:00:00Z'));
  const after = await house.db
    .selectFrom('learning_mail')
    .select('state')
    .where('subject_id', '=', item.id)
    .execute();
  assert.deepEqual(
    after.map((row) => row.state),
    ['withdrawn', 'withdrawn'],
  );
  assert.equal(mails.length, 0);
});

test('the owner of a postmortem is reminded by mail before it is due', async () => {
  const { incident, id } = await restored();
  const due = house.rooms[0]?.due?.[0];
  house.clock.set(Temporal.Instant.from('2026-11-26T09:40:00Z'));
  await house.incidents.wake(incident);
  await due?.run(house.clock.now());
  const mine = mails.filter((mail) => mail.text.includes(id));
  assert.deepEqual(
    mine.map((mail) => [mail.to.address, mail.subject.slice(0, 15)]),
    [['per_bo@example.com', 'Due: postmortem']],
  );
  const { reminders } = await get(id);
  assert.deepEqual(
    reminders.map((each: Json) => [each.to, each.state, each.evidence]),
    [['Bo Falk', 'sent', '250 OK']],
  );
});

test('a mail that cannot be sent is tried again, and never shown as sent', async () => {
  const { incident, id } = await restored();
  const due = house.rooms[0]?.due?.[0];
  house.clock.set(Temporal.Instant.from('2026-11-26T09:40:00Z'));
  await house.incidents.wake(incident);
  mailFails = new Error('connection refused');
  await due?.run(house.clock.now());
  assert.deepEqual(
    (await get(id)).reminders.map((each: Json) => [each.state, each.evidence]),
    [['waiting', 'connection refused']],
  );
  mailFails = undefined;
  house.clock.advance({ minutes: 10 });
  await due?.run(house.clock.now());
  assert.deepEqual(
    (await get(id)).reminders.map((each: Json) => each.state),
    ['sent'],
  );
});

test('strange text is kept or refused, never an error of ours', async () => {
  const { id } = await restored();
  const { sections, version } = await get(id);
  const timeline = [
    { at: '2026-11-25T02:00:00+02:00', text: '\0<script>\ud800' },
    { id: 'fact-1', at: 'not a time', text: '' },
  ];
  assert.equal(
    (await house.call('PUT', `/postmortems/${id}`, { version, sections: { ...sections, timeline } })).status,
    400,
  );
  const saved = await house.call('PUT', `/postmortems/${id}`, {
    version,
    sections: { ...sections, timeline: timeline.slice(0, 1), rootCause: '\0' },
  });
  assert.equal(saved.status, 200, saved.text);
  assert.equal(saved.body.sections.timeline[0].at, '2026-11-25T00:00:00Z');
  assert.equal((await house.call('PUT', `/postmortems/${id}`, { version: 'x' })).status, 400);
  assert.equal((await house.call('GET', '/postmortems/%00')).status, 404);
});
