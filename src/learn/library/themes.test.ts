import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CHANGE, type Library, openLibrary } from '../../../test/library-house.ts';
import { ANA, BO, type Json } from '../../../test/small-house.ts';
import { triageOf } from '../../../test/triage-hands.ts';
import { firstSentence } from './first-sentence.ts';
import { learnedFrom } from './learned.ts';
import { type Learnt, onlyDashboards, themesOf } from './themes.ts';

let library: Library;
before(async () => {
  library = await openLibrary(undefined, (house) => [triageOf(house)]);
});
after(() => library.close());

const learnt = (incidentNumber: number, more: Partial<Learnt> = {}): Learnt => ({
  id: `pm_${incidentNumber}`,
  incidentNumber,
  title: `Incident ${incidentNumber}`,
  severity: 'P1',
  category: null,
  services: [],
  factors: [],
  trigger: null,
  alerts: [],
  items: [],
  ...more,
});
const shortly = (themes: { name: string; count: number }[]) =>
  themes.map(({ name, count }) => `${name}: ${count}`);

test('what returns is counted once for each postmortem, the commonest first, with a link to each', () => {
  const checkout = { id: 'svc_1', name: 'Checkout' };
  const themes = themesOf([
    learnt(4, { services: [checkout], factors: ['slowDetection', 'missingMonitoring'], category: 'data' }),
    learnt(3, { services: [checkout], factors: ['missingMonitoring'], category: 'data' }),
    learnt(2, { services: [{ id: 'svc_2', name: 'Search' }], category: 'third_party' }),
  ]);
  assert.equal(themes.n, 3);
  assert.deepEqual(shortly(themes.factors), ['missingMonitoring: 2', 'slowDetection: 1']);
  assert.deepEqual(shortly(themes.services), ['Checkout: 2', 'Search: 1']);
  assert.deepEqual(shortly(themes.categories), ['data: 2', 'third_party: 1']);
  assert.deepEqual(
    themes.services[0]?.postmortems.map((each) => each.incidentNumber),
    [4, 3],
  );
});

test('the same trigger and the same alert are the same although their figures differ, and once is no theme', () => {
  const themes = themesOf([
    learnt(3, {
      trigger: { kind: 'change', text: 'checkout 4.12.0' },
      alerts: ['p99 is 412 ms', 'p99 is 9 ms'],
    }),
    learnt(2, { trigger: { kind: 'change', text: 'Checkout 4.9.1' }, alerts: ['p99 is 87 ms'] }),
    learnt(1, { trigger: { kind: 'not_a_change', text: 'A certificate ran out' }, alerts: ['disk full'] }),
  ]);
  assert.deepEqual(shortly(themes.triggers), ['checkout 4.12.0: 2']);
  assert.deepEqual(shortly(themes.alerts), ['p99 is 412 ms: 2']);
  assert.deepEqual(themes.setOffByChange, { count: 2, n: 3 });
});

test('a trigger that is only written returns like any other, and says nothing of whether it was a change', () => {
  const themes = themesOf([
    learnt(3, { trigger: { kind: 'written', text: 'The sale of week 47 began.' } }),
    learnt(2, { trigger: { kind: 'change', text: 'checkout 4.12.0' } }),
    learnt(1, { trigger: { kind: 'written', text: 'The sale of week 40 began.' } }),
  ]);
  assert.deepEqual(shortly(themes.triggers), ['The sale of week 47 began.: 2']);
  assert.deepEqual(themes.setOffByChange, { count: 1, n: 1 });
});

test('a postmortem that agrees on nothing but alerts, or nothing but training, is named', () => {
  const alert = { text: 'Add an alert on the length of the queue', strength: 'intermediate' } as const;
  const limit = { text: 'Limit a retry to three', strength: 'stronger' } as const;
  const training = { text: 'Train everybody on the console', strength: 'weaker' } as const;
  const themes = themesOf([
    learnt(4, { items: [alert] }),
    learnt(3, { items: [alert, limit] }),
    learnt(2, { items: [training] }),
    learnt(1),
  ]);
  assert.deepEqual(themes.strengths, { stronger: 1, intermediate: 2, weaker: 1 });
  assert.deepEqual(
    themes.onlyDashboards.postmortems.map((each) => each.incidentNumber),
    [4],
  );
  assert.deepEqual(
    themes.onlyWeaker.postmortems.map((each) => each.incidentNumber),
    [2],
  );
  for (const text of ['Build a dashboard of payments', 'Alert when the pool is empty', 'Set up monitoring'])
    assert.ok(onlyDashboards([{ text }]), text);
  for (const text of ['Remove the alert that nobody reads', 'Reject releases without a test', 'Cap the pool'])
    assert.ok(!onlyDashboards([{ text }]), text);
});

test('themes are of published postmortems of a time, and a restricted one counts for its viewers alone', async () => {
  library.as(ANA);
  const yes = { missingMonitoring: { answer: 'yes', text: 'the queue was not measured.' } };
  const first = await library.restored({}, [{ type: 'choose_category', category: 'data' }]);
  await library.write(first.id, { contributingFactors: yes });
  await library.agree(first.id, { strength: 'stronger' });
  await library.publish(first.id);
  const secret = await library.restored({ restricted: true, viewers: ['per_ana'] });
  await library.write(secret.id, { contributingFactors: yes });
  await library.publish(secret.id);
  await library.restored();
  const read = async (query = ''): Promise<Json> => {
    const answer = await library.call('GET', `/postmortem-themes${query}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  };
  const seen = await read();
  assert.deepEqual([seen.n, seen.notPublished], [2, 1]);
  assert.deepEqual(shortly(seen.factors), ['missingMonitoring: 2']);
  assert.deepEqual(shortly(seen.categories), ['data: 1']);
  assert.deepEqual(seen.strengths, { stronger: 1, intermediate: 0, weaker: 0 });
  assert.equal((await read('?to=2026-11-24T00:00:00Z')).n, 0);
  library.as(BO);
  assert.equal((await read()).n, 1);
  assert.equal(
    (await library.call('GET', '/postmortem-themes?from=2026-11-25T00:00:00Z&to=2026-11-24T00:00:00Z'))
      .status,
    400,
  );
});

test('the first sentence ends where a sentence ends', () => {
  assert.equal(
    firstSentence('The pool, e.g. of 5, was empty. Nothing told.'),
    'The pool, e.g. of 5, was empty.',
  );
  assert.equal(firstSentence('Version 4.12.0 shipped to all\nSecond'), 'Version 4.12.0 shipped to all');
  assert.equal(firstSentence('  …  '), null);
  const long = firstSentence('word '.repeat(100));
  assert.ok(long && long.length <= 241 && long.endsWith('word…'), String(long));
});

test('a past incident says what its postmortem says: the cause, what is done since, how much is still open', async () => {
  library.as(ANA);
  const { incident, id } = await library.restored();
  const item = await library.agree(id);
  await library.agree(id, { text: 'Limit a retry to three' });
  await library.write(id, { rootCause: 'The retry had no limit. It grew.' });
  assert.equal((await learnedFrom(library.db, [incident])).get(incident)?.state, 'draft');
  await library.publish(id);
  await library.call('POST', `/action-items/${item.id}/completion`, { evidence: 'Pull request 812' });
  assert.deepEqual((await learnedFrom(library.db, [incident])).get(incident), {
    postmortemId: id,
    state: 'published',
    rootCause: 'The retry had no limit.',
    done: [{ what: 'Ship to 1% of users first', evidence: 'Pull request 812' }],
    open: 1,
  });
  assert.equal((await learnedFrom(library.db, [])).size, 0);

  // Whoever stands before the next one reads it beside what worked at the time.
  library.clock.set(Temporal.Instant.from('2026-12-20T02:00:00Z'));
  const { id: next } = await library.incidents.declare(
    { title: 'Payments fail', noticed: { by: 'person' }, serviceIds: ['svc_checkout'] },
    { actor: { kind: 'person', name: 'Ana Lima', personId: 'per_ana' }, source: 'app' },
  );
  const seen = await library.call('GET', `/incidents/${next}/similar`);
  assert.equal(seen.status, 200, seen.text);
  const past = seen.body.items.find((each: Json) => each.id === incident);
  assert.equal(past.learned.postmortemId, id);
  assert.equal(past.learned.rootCause, 'The retry had no limit.');
  library.clock.set(Temporal.Instant.from('2026-11-25T02:40:00Z'));
});

test('a trigger that is marked in the lane stands in the draft, unless somebody has written another', async () => {
  library.as(ANA);
  const change = { kind: 'change', changeId: CHANGE.id, summary: CHANGE.summary } as const;
  const { incident, id } = await library.restored();
  const before = await library.get(id);
  await library.execute(incident, { type: 'name_trigger', trigger: change });
  const filled = await library.get(id);
  assert.deepEqual([filled.sections.trigger, filled.sections.triggerChangeId], [CHANGE.summary, CHANGE.id]);
  assert.deepEqual(filled.markedTrigger, { changeId: CHANGE.id, text: CHANGE.summary });

  // Somebody who has had the draft open since before saves: what he did not touch stays filled in.
  const saved = await library.call('PUT', `/postmortems/${id}`, {
    version: before.version,
    sections: { ...before.sections, rootCause: 'No limit.' },
  });
  assert.equal(saved.status, 200, saved.text);
  assert.deepEqual(
    [saved.body.sections.triggerChangeId, saved.body.sections.rootCause],
    [CHANGE.id, 'No limit.'],
  );

  await library.execute(incident, {
    type: 'name_trigger',
    trigger: { kind: 'change', changeId: 'chg_2', summary: 'search 2.0' },
  });
  const offered = await library.get(id);
  assert.equal(offered.sections.triggerChangeId, CHANGE.id, 'what is there stays');
  assert.deepEqual(offered.markedTrigger, { changeId: 'chg_2', text: 'search 2.0' }, 'the other is offered');

  const written = await library.restored();
  await library.write(written.id, { trigger: 'The sale began.' });
  await library.execute(written.incident, { type: 'name_trigger', trigger: change });
  const { trigger, triggerChangeId } = (await library.get(written.id)).sections;
  assert.deepEqual([trigger, triggerChangeId], ['The sale began.', CHANGE.id], 'the words are theirs');
});
