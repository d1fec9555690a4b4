/** An organisation asks more of its postmortems than we do, in its own words; our four sections stay. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
type Json = any;

const DATA = {
  section: 'root_cause',
  label: 'Data at risk',
  question: 'Which data could have been read?',
  help: 'What the logs show, and what they cannot.',
  required: true,
};
const COST = { section: 'timeline', label: 'Cost', question: 'What did it cost?' };
const SECURITY = {
  name: 'Security incident',
  categories: ['security'],
  questions: [DATA, COST],
  guidance: { rootCause: 'Say which guard was not there.' },
  beginnings: { rootCause: 'Conditions:\n-\n-', wentWell: 'Who noticed, and how:' },
};
const FINISHED = {
  rootCause: 'The bucket accepted a policy for everybody.',
  contributingFactors: {
    slowDetection: { answer: 'no', text: 'a report came within a minute.' },
    missingDocumentation: { answer: 'no', text: 'the playbook was there.' },
    missingMonitoring: { answer: 'yes', text: 'Nothing told of public buckets.' },
    others: '',
  },
  noActionBecause: 'the bucket is gone.',
};

let house: Harness;
before(async () => {
  house = await openHarness({ start: '2026-11-23T09:00:00Z' });
  await seedAgency(house);
});
after(() => house.close());
beforeEach(() => house.as({ personId: 'ana', name: 'Ana Lima' }));

async function restored(category?: string): Promise<string> {
  const { id } = await house.ask('POST', '/incidents', { title: 'A leak', serviceIds: ['svc_checkout'] });
  await house.ask('POST', `/incidents/${id}/confirmation`, { evidence: 'a public address' });
  if (category) await house.ask('POST', `/incidents/${id}/category`, { category });
  await house.ask('POST', `/incidents/${id}/restoration`, {
    proof: { check: 'the address', shows: '403', since: house.clock.now().toString() },
  });
  await house.settle();
  return (await house.ask('GET', `/incidents/${id}`)).postmortem.id;
}
const get = (id: string): Promise<Json> => house.ask('GET', `/postmortems/${id}`);
const own = async (id: string): Promise<Json[]> => (await get(id)).sections.own ?? [];
async function put(id: string, part: object) {
  const { version, sections } = await get(id);
  return house.call('PUT', `/postmortems/${id}`, { version, sections: { ...sections, ...part } });
}
const answer = async (id: string, label: string, text: string) =>
  put(id, {
    own: (await own(id)).map((each) => ({ id: each.id, text: each.label === label ? text : each.text })),
  });
const paths = (missing: Json[]) => missing.map(({ path }) => path.replace(/^own\..*/, 'own'));

let security: Json;

test('a draft follows the template of its kind of failure, else the one for any, else ours alone', async () => {
  const plain = await get(await restored('security'));
  assert.equal(plain.template, null);
  assert.equal(plain.sections.own, undefined);
  security = await house.ask('POST', '/postmortem-templates', SECURITY);
  const any = await house.ask('POST', '/postmortem-templates', { name: 'Everything', questions: [COST] });
  const followed = async (category?: string) => (await get(await restored(category))).template?.name;
  assert.deepEqual(
    [await followed('security'), await followed('data'), await followed()],
    ['Security incident', 'Everything', 'Everything'],
  );
  await house.ask('DELETE', `/postmortem-templates/${any.id}`);
  assert.equal(await followed('data'), undefined);
});

test('what the organisation needs is needed for publishing, and words that it began with are not yet an answer', async () => {
  const id = await restored('security');
  const { sections, missing, template } = await get(id);
  assert.equal(sections.rootCause, SECURITY.beginnings.rootCause);
  assert.equal(template.guidance.rootCause, 'Say which guard was not there.');
  assert.deepEqual(paths(missing), [
    'rootCause',
    'contributingFactors.slowDetection',
    'contributingFactors.missingDocumentation',
    'contributingFactors.missingMonitoring',
    'actionItems',
    'own',
  ]);
  assert.equal((await put(id, FINISHED)).status, 200);
  const early = await house.call('POST', `/postmortems/${id}/publication`);
  assert.equal(early.status, 409);
  assert.match(early.body.detail, /“Data at risk” is not answered/);
  assert.equal(
    (await answer(id, 'Data at risk', 'Invoices of March; Ana Lima checked the logs.')).status,
    200,
  );
  await house.ask('POST', `/postmortems/${id}/publication`);
  const { published } = await get(id);
  const said = published.sections.own.find((each: Json) => each.label === 'Data at risk');
  assert.equal(said.text, 'Invoices of March; the lead checked the logs.', 'roles instead of people');
});

test('answers stand in every export, in the versions and in the search, under the name that the organisation gave them', async () => {
  const id = await restored('security');
  await put(id, FINISHED);
  await answer(id, 'Data at risk', 'Fingerprints of zebrafish.');
  for (const kind of ['md', 'html', 'json']) {
    const { text } = await house.call('GET', `/postmortems/${id}/export.${kind}`);
    assert.match(text, /Data at risk/, kind);
    assert.match(text, /Fingerprints of zebrafish\./, kind);
    if (kind !== 'json') assert.doesNotMatch(text, /What did it cost/, 'an empty answer is left out');
  }
  const { items } = await house.ask('GET', '/postmortem-search?q=zebrafish');
  assert.deepEqual(
    items.map((each: Json) => each.id),
    [id],
  );
});

test('another template asks other things; nothing that was answered is lost', async () => {
  const id = await restored('security');
  await answer(id, 'Data at risk', 'None.');
  const { version } = await get(id);
  const switched = await house.ask('PUT', `/postmortems/${id}/template`, { templateId: null });
  assert.equal(switched.template, null);
  const data = switched.sections.own.find((each: Json) => each.label === 'Data at risk');
  assert.deepEqual([data.asked, data.text], [false, 'None.']);
  assert.ok(!paths(switched.missing).includes('own'));
  await house.ask('PUT', `/postmortem-templates/${security.id}`, {
    ...SECURITY,
    questions: [
      { ...security.questions[0], label: 'Exposed data' },
      { section: 'action_items', label: 'Reported to', question: 'Whom did we report it to?' },
    ],
  });
  const back = await house.ask('PUT', `/postmortems/${id}/template`, { templateId: security.id });
  assert.deepEqual(
    back.sections.own.map((each: Json) => [each.label, each.asked, each.text]),
    [
      ['Exposed data', true, 'None.'],
      ['Cost', false, ''],
      ['Reported to', true, ''],
    ],
  );
  await house.ask('POST', `/postmortems/${id}/versions/${version}/restoration`);
  assert.equal((await own(id))[0].text, 'None.', 'an old version has its answers, under what is asked now');
});

test('two templates are never for the same, and a wrong one is refused in words', async () => {
  const refused = async (body: object) => {
    const { status, body: told } = await house.call('POST', '/postmortem-templates', body);
    return [status, told.title];
  };
  assert.deepEqual(await refused({ ...SECURITY, name: 'Another' }), [
    409,
    '“Security incident” is for one of these kinds of failure already.',
  ]);
  assert.deepEqual(await refused({ ...SECURITY, categories: ['data'] }), [
    409,
    'There is a template “Security incident” already.',
  ]);
  assert.equal((await refused({ name: 'X', guidance: { blame: 'Who?' } }))[0], 400);
  assert.equal(
    (await refused({ name: 'X', questions: [{ section: 'verdict', label: 'a', question: 'b' }] }))[0],
    400,
  );
  const id = await restored('security');
  const stranger = await put(id, { own: [{ id: 'pmq_other', text: 'x' }] });
  assert.equal(stranger.status, 400);
  assert.match(stranger.body.title, /does not ask "pmq_other"/);
  house.as({ personId: 'bo', name: 'Bo Falk', role: 'responder' });
  assert.equal((await house.call('POST', '/postmortem-templates', { name: 'Mine' })).status, 403);
});
