/** People agree on the text of a postmortem: an owner who has slept, a cover with a name on it, comments, sign-offs, versions. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
type Json = any;

let house: Harness;
before(async () => {
  house = await openHarness({ start: '2026-11-23T02:00:00Z' });
  await seedAgency(house);
});
after(() => house.close());
beforeEach(() => house.as({ personId: 'ana', name: 'Ana Lima' }));

/** A P1 by day, restored at once. @returns the ids of incident and postmortem */
async function restored(more: object = {}): Promise<{ incident: string; number: number; id: string }> {
  const { id: incident, number } = await house.ask('POST', '/incidents', {
    title: 'Payments fail',
    serviceIds: ['svc_checkout'],
    ...more,
  });
  await house.ask('POST', `/incidents/${incident}/confirmation`, { evidence: 'three failed payments' });
  await house.ask('POST', `/incidents/${incident}/restoration`, {
    proof: { check: 'test payment', shows: '200', since: house.clock.now().toString() },
  });
  await house.settle();
  const shown = await house.ask('GET', `/incidents/${incident}`);
  return { incident, number, id: shown.postmortem.id };
}
/** To another time at once. Messages and roles that are owed meanwhile would only call people, which is another story. */
async function jump(to: string | Temporal.DurationLike): Promise<void> {
  const at = typeof to === 'string' ? Temporal.Instant.from(to) : house.clock.now().add(to);
  await house.db
    .updateTable('promise')
    .set({ next_wake_at: null })
    .where('kind', '<>', 'postmortem_published')
    .execute();
  house.clock.set(at);
  await house.settle();
}
const get = (id: string): Promise<Json> => house.ask('GET', `/postmortems/${id}`);
const resolve = (incident: string) =>
  house.ask('POST', `/incidents/${incident}/resolution`, { note: 'Stable for an hour' });
const promiseOf = async (incident: string) =>
  house.db
    .selectFrom('promise')
    .select(['state', 'due_at'])
    .where('subject_id', '=', incident)
    .where('kind', '=', 'postmortem_published')
    .executeTakeFirstOrThrow();
async function write(id: string, part: object): Promise<Json> {
  const { version, sections } = await get(id);
  return house.ask('PUT', `/postmortems/${id}`, { version, sections: { ...sections, ...part } });
}
const FINISHED = {
  rootCause: 'The pipeline ships to everybody at once.',
  contributingFactors: {
    slowDetection: { answer: 'no', text: 'an alert fired within a minute.' },
    missingDocumentation: { answer: 'no', text: 'the rollback is written down.' },
    missingMonitoring: { answer: 'no', text: 'the probe showed it.' },
    others: '',
  },
  noActionBecause: 'the service goes away in a week.',
};
const mailsTo = (address: string, from: number) =>
  house.smtp.mails.slice(from).filter((mail) => mail.envelope.to.includes(`${address}@example.com`));
const about = (words: string) => (mail: { subject?: string | undefined }) => mail.subject?.includes(words);
const pages = async () => (await house.db.selectFrom('page').select('id').execute()).length;

test('where everybody rests, nobody is made the owner: who manages the service is asked by mail to name somebody', async () => {
  const rest = Temporal.Instant.from('2026-11-23T13:00:00Z');
  await house.db.updateTable('person').set({ rest_until: rest }).where('id', '<>', 'dan').execute();
  const from = house.smtp.mails.length;
  const { id } = await restored();
  assert.equal((await get(id)).ownerId, null);
  const { candidates } = await house.ask('GET', `/postmortems/${id}/owner`);
  assert.deepEqual(
    candidates.map((each: Json) => `${each.name} until ${each.restsUntil?.slice(11, 16)}`).toSorted(),
    ['Ana Lima until 13:00', 'Bo Falk until 13:00', 'Cleo Marsh until 13:00'],
  );
  const refused = await house.call('PUT', `/postmortems/${id}/owner`, { ownerId: 'bo' });
  assert.equal(refused.status, 409);
  assert.match(refused.body.title, /Bo Falk rests until/);
  assert.equal(mailsTo('cleo', from).filter(about('An owner is needed')).length, 0, 'not at night');
  await jump('2026-11-23T09:01:00Z');
  const [mail] = mailsTo('cleo', from).filter(about('An owner is needed'));
  assert.match(mail?.text ?? '', /Name somebody who owns the postmortem of INC-\d+, Payments fail\./);
  await house.ask('PUT', `/postmortems/${id}/owner`, { ownerId: 'dan' });
  assert.equal((await get(id)).ownerName, 'Dan Okoro');
  await house.db.updateTable('person').set({ rest_until: null }).execute();
});

test('covered by another postmortem, its promise ends and the incident may close; taken back, both are as before', async () => {
  const covering = await restored();
  const covered = await restored();
  const [beginning] = (await get(covered.id)).sections.timeline;
  assert.match(
    beginning.text,
    /^Before: no incident on checkout-api since INC-1, restored 2026-11-23 02:00 UTC\.$/,
  );
  await jump({ minutes: 61 });
  await resolve(covered.incident);
  const without = await house.call('POST', `/postmortems/${covered.id}/cover`, {
    incidentId: covering.incident,
  });
  assert.equal(without.status, 400, 'it says why');
  const { items } = await house.ask(
    'GET',
    `/postmortems/${covered.id}/cover/candidates?words=INC-${covering.number}`,
  );
  assert.deepEqual(
    items.map((each: Json) => each.number),
    [covering.number],
  );
  await house.ask('POST', `/postmortems/${covered.id}/cover`, {
    incidentId: covering.incident,
    reason: 'The same change, seen from another client',
  });
  assert.equal((await promiseOf(covered.incident)).state, 'waived');
  assert.equal((await house.ask('GET', `/incidents/${covered.incident}`)).state, 'closed');
  const { coveredBy } = await house.ask('GET', `/postmortems/${covered.id}/cover`);
  assert.deepEqual(
    [coveredBy.number, coveredBy.approvedBy, coveredBy.because, coveredBy.state],
    [covering.number, 'Ana Lima', 'The same change, seen from another client', 'draft'],
    'it covers although it is not published yet, and says so',
  );
  assert.equal((await promiseOf(covering.incident)).state, 'open', 'the covering one stays owed');
  assert.deepEqual(
    (await house.ask('GET', `/postmortems/${covering.id}/cover`)).covers.map((each: Json) => each.number),
    [covered.number],
  );
  const closed = await house.call('POST', `/postmortems/${covered.id}/publication`);
  assert.equal(closed.status, 409);

  await house.ask('POST', `/incidents/${covering.incident}/reopening`, { reason: 'It is back' });
  const reopened = await house.ask('GET', `/postmortems/${covered.id}/cover`);
  assert.equal(reopened.coveredBy.dueAt, null, 'its clock is suspended with the one that covers it');
  assert.equal((await house.ask('GET', `/incidents/${covered.incident}`)).state, 'closed');

  await house.ask('POST', `/postmortems/${covered.id}/cover/withdrawal`, {
    reason: 'The cause was another one',
  });
  assert.equal((await promiseOf(covered.incident)).state, 'open', 'its own is owed again');
  const back = await house.ask('GET', `/incidents/${covered.incident}`);
  assert.equal(back.state, 'resolved', 'it was closed by the cover alone');
  const told = (await house.ask('GET', `/incidents/${covered.incident}/timeline?limit=200`)).items.map(
    (line: Json) => line.text,
  );
  assert.ok(
    told.some((text: string) => text.startsWith(`Covered by the postmortem of INC-${covering.number}`)),
  );
  assert.ok(told.includes('A postmortem of its own after all: The cause was another one'));
  await write(covered.id, FINISHED);
  await house.ask('POST', `/postmortems/${covered.id}/publication`);
  assert.equal((await house.ask('GET', `/incidents/${covered.incident}`)).state, 'closed');
});

test('a cover leads to a text: no chain, no circle, nothing merged, nothing that readers could not see', async () => {
  const [one, two, three] = [await restored(), await restored(), await restored()];
  const coverBy = (id: string, incidentId: string) =>
    house.call('POST', `/postmortems/${id}/cover`, { incidentId, reason: 'The same cause' });
  await house.ask('POST', `/postmortems/${one.id}/cover`, { incidentId: two.incident, reason: 'Same' });
  const circle = await coverBy(two.id, one.incident);
  assert.equal(circle.status, 409);
  assert.match(circle.body.title, /is covered by another postmortem itself/);
  const chain = await coverBy(two.id, three.incident);
  assert.equal(chain.status, 409);
  assert.match(chain.body.title, new RegExp(`covers INC-${one.number}`));
  assert.equal((await coverBy(three.id, three.incident)).status, 400, 'itself');
  const again = await coverBy(one.id, three.incident);
  assert.match(again.body.title, new RegExp(`covered by INC-${two.number} already`));
  const secret = await restored({ restricted: true, viewers: ['ana'] });
  const hidden = await coverBy(three.id, secret.incident);
  assert.equal(hidden.status, 409);
  assert.match(hidden.body.title, /restricted: not everybody who should learn/);
  house.as({ personId: 'bo', name: 'Bo Falk' });
  assert.equal((await coverBy(three.id, secret.incident)).status, 404, 'to others it does not exist');
  const found = await house.ask('GET', `/postmortems/${three.id}/cover/candidates?words=Payments`);
  const numbers = found.items.map((each: Json) => each.number);
  assert.ok(numbers.includes(two.number));
  for (const never of [one.number, three.number, secret.number]) assert.ok(!numbers.includes(never));
});

test('two people who let two postmortems cover each other at once make no circle', async () => {
  const [one, two] = [await restored(), await restored()];
  const both = await Promise.all(
    [
      [one.id, two.incident],
      [two.id, one.incident],
    ].map(([id, incidentId]) =>
      house.call('POST', `/postmortems/${id}/cover`, { incidentId, reason: 'The same cause' }),
    ),
  );
  assert.deepEqual(both.map((each) => each.status).toSorted(), [201, 409]);
});

test('the timeline is told from before the incident; what is hidden or joined reads so when it is published', async () => {
  const { id } = await restored();
  const { version, sections } = await get(id);
  const [first, second, third, ...rest] = sections.timeline;
  assert.match(first.text, /^Before: INC-\d+ on checkout-api was open since 2026-11-23 09:01 UTC\.$/);
  await house.ask('PUT', `/postmortems/${id}`, {
    version,
    sections: {
      ...sections,
      ...FINISHED,
      timeline: [
        { ...first, note: 'the normal rate is 40 payments a minute' },
        { ...second, hidden: true },
        third,
        { ...rest[0], joinedTo: third.id },
        ...rest.slice(1),
      ],
    },
  });
  await house.ask('POST', `/postmortems/${id}/publication`);
  const { published, sections: writers } = await get(id);
  const told: string[] = published.sections.timeline.map((line: Json) => line.text);
  assert.equal(told.length, sections.timeline.length - 2);
  assert.match(told[0] ?? '', /Note: the normal rate is 40 payments a minute\.$/);
  assert.ok(!told.includes(second.text));
  assert.equal(writers.timeline.length, sections.timeline.length, 'the writers keep every line');
  const markdown = (await house.call('GET', `/postmortems/${id}/export.md`)).text;
  assert.match(markdown, /Note: the normal rate/);
  assert.doesNotMatch(markdown, new RegExp(RegExp.escape(second.text)));
});

test('a thread is open, answered, resolved; a mention writes a mail in working hours and pages nobody', async () => {
  const { id } = await restored();
  await jump('2026-11-23T22:00:00Z');
  const [from, before] = [house.smtp.mails.length, await pages()];
  const { items } = await house.ask('POST', `/postmortems/${id}/comments`, {
    section: 'root_cause',
    text: 'Which guard was not there?',
    mentions: ['bo'],
  });
  await house.settle();
  assert.equal(await pages(), before, 'nobody was paged');
  const thread = items[0];
  assert.equal(thread.state, 'open');
  await jump({ hours: 10 });
  assert.equal(mailsTo('bo', from).filter(about('You are mentioned')).length, 0, 'not at night');
  await jump('2026-11-24T09:01:00Z');
  const [mail, ...more] = mailsTo('bo', from).filter(about('You are mentioned'));
  assert.equal(more.length, 0);
  assert.match(mail?.text ?? '', /Ana Lima mentions you .*Which guard was not there\?/s);
  house.as({ personId: 'bo', name: 'Bo Falk' });
  const answered = await house.ask('POST', `/postmortems/${id}/comments/${thread.id}/answers`, {
    text: 'A canary of one client.',
  });
  assert.deepEqual([answered.items[0].state, answered.items[0].comments.length], ['answered', 2]);
  const resolved = await house.ask('POST', `/postmortems/${id}/comments/${thread.id}/resolution`);
  assert.deepEqual([resolved.items[0].state, resolved.items[0].resolvedBy], ['resolved', 'Bo Falk']);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  const again = await house.ask('POST', `/postmortems/${id}/comments/${thread.id}/answers`, {
    text: 'And of none during the freeze?',
  });
  assert.equal(again.items[0].state, 'open', 'a new word opens it again');
});

test('a mention of somebody who may not see the incident is refused, and comments are for its viewers alone', async () => {
  const { id } = await restored({ restricted: true, viewers: ['ana'] });
  const comment = { section: 'timeline', text: 'Who had access?', mentions: ['bo'] };
  const refused = await house.call('POST', `/postmortems/${id}/comments`, comment);
  assert.equal(refused.status, 400);
  assert.match(refused.text, /Bo Falk may not see this incident/);
  await house.ask('POST', `/postmortems/${id}/comments`, { ...comment, mentions: [] });
  house.as({ personId: 'bo', name: 'Bo Falk' });
  for (const path of ['comments', 'reviews', 'cover', 'owner', 'outside-texts', 'versions'])
    assert.equal((await house.call('GET', `/postmortems/${id}/${path}`)).status, 404, path);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  const review = await house.call('POST', `/postmortems/${id}/reviews`, { personIds: ['bo'] });
  assert.equal(review.status, 400, 'nor is somebody asked who may not read it');
});

test('people who are asked sign off or ask for changes; what changed since is shown, and publishing never waits', async () => {
  const { id } = await restored();
  const { version } = await write(id, FINISHED);
  const [from, before] = [house.smtp.mails.length, await pages()];
  await house.ask('PUT', `/postmortems/${id}/owner`, { ownerId: 'ana' });
  await house.ask('POST', `/postmortems/${id}/reviews`, { personIds: ['bo', 'cleo'] });
  await house.settle();
  assert.equal(await pages(), before, 'a reviewer is never paged');
  await jump('2026-11-24T10:00:00Z');
  const [asked] = mailsTo('bo', from).filter(about('Asked to review'));
  assert.match(asked?.text ?? '', /Ana Lima asks you to review the postmortem of INC-\d+/);

  house.as({ personId: 'dan', name: 'Dan Okoro' });
  const stranger = await house.call('POST', `/postmortems/${id}/sign-off`, { version });
  assert.equal(stranger.status, 409);
  assert.match(stranger.body.title, /You were not asked/);
  house.as({ personId: 'bo', name: 'Bo Falk', role: 'viewer' });
  await house.ask('POST', `/postmortems/${id}/sign-off`, { version });
  house.as({ personId: 'cleo', name: 'Cleo Marsh' });
  assert.equal((await house.call('POST', `/postmortems/${id}/change-request`, { version })).status, 400);
  await house.ask('POST', `/postmortems/${id}/change-request`, { version, text: 'Say which guard.' });

  house.as({ personId: 'ana', name: 'Ana Lima' });
  await write(id, { rootCause: 'The pipeline has no canary.', wentWell: 'The rollback took a minute.' });
  const { items } = await house.ask('GET', `/postmortems/${id}/reviews`);
  assert.deepEqual(
    items.map((each: Json) => [each.name, each.state, each.version, each.changedSince]),
    [
      ['Bo Falk', 'signed_off', version, ['Root cause', 'What went well']],
      ['Cleo Marsh', 'changes_asked', version, ['Root cause', 'What went well']],
    ],
  );
  await jump({ minutes: 10 });
  assert.equal(mailsTo('ana', from).filter(about('Changes asked for')).length, 1, 'the owner hears of it');

  const once = await house.call('POST', `/postmortems/${id}/publication`);
  assert.equal(once.status, 409);
  assert.match(once.body.title, /Not signed off by Cleo Marsh; nothing was published/);
  const published = await house.ask('POST', `/postmortems/${id}/publication`, { withoutSignOff: true });
  assert.equal(published.state, 'published');
});

test('who is asked again gets a mail of its own; who is no longer asked gets none', async () => {
  const { id } = await restored();
  await jump('2026-11-24T18:00:00Z');
  const from = house.smtp.mails.length;
  await house.ask('POST', `/postmortems/${id}/reviews`, { personIds: ['bo', 'cleo'] });
  await house.ask('DELETE', `/postmortems/${id}/reviews/cleo`);
  await jump('2026-11-25T09:01:00Z');
  assert.equal(mailsTo('bo', from).filter(about('Asked to review')).length, 1);
  assert.equal(mailsTo('cleo', from).filter(about('Asked to review')).length, 0);
  await house.ask('POST', `/postmortems/${id}/reviews`, { personIds: ['bo'] });
  await jump({ minutes: 1 });
  assert.equal(mailsTo('bo', from).filter(about('Asked to review')).length, 2);
});

test('an old version is read, and comes back as a new one; the lines of the record since stay', async () => {
  const { incident, id } = await restored();
  const first = await write(id, { rootCause: 'From Ana' });
  house.as({ personId: 'bo', name: 'Bo Falk' });
  await write(id, { rootCause: 'From Bo' });
  await jump({ minutes: 61 });
  await resolve(incident);
  const before = await get(id);
  const back = await house.ask('POST', `/postmortems/${id}/versions/${first.version}/restoration`);
  assert.equal(back.sections.rootCause, 'From Ana');
  assert.equal(back.version, before.version + 1);
  assert.deepEqual(
    back.sections.timeline.map((line: Json) => line.id),
    before.sections.timeline.map((line: Json) => line.id),
    'what the record added since stays',
  );
  const { items } = await house.ask('GET', `/postmortems/${id}/versions`);
  assert.deepEqual(
    items.slice(0, 2).map((each: Json) => [each.version, each.savedBy]),
    [
      [back.version, 'Bo Falk'],
      [before.version, 'Humdrum'],
    ],
  );
  const kept = await house.ask('GET', `/postmortems/${id}/versions/${before.version}`);
  assert.equal(kept.sections.rootCause, 'From Bo', 'nothing is lost');
  assert.equal((await house.call('POST', `/postmortems/${id}/versions/999/restoration`)).status, 404);
});
