/** Action items in the trackers of others: sent, followed, taken over, never lost, and nobody waits for any of it. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { type FakeTracker, type Kept, startTracker } from '../servers/trackers.ts';

const KINDS = ['github', 'gitlab', 'jira', 'linear'] as const;
type KindName = (typeof KINDS)[number];
const HOOK_SECRET = 'a secret for messages';
let house: Harness;
const fakes = {} as Record<KindName, FakeTracker>;
const connected = {} as Record<KindName, string>;
let postmortemId: string;
let restrictedId: string;

const bodyFor = (kind: KindName, more: object = {}) => ({
  kind,
  name: `Our ${kind}`,
  baseUrl: fakes[kind].vendor.url,
  place: fakes[kind].place,
  audience: 'inside',
  token: 'sesame',
  hookSecret: HOOK_SECRET,
  ...(kind === 'jira' ? { account: 'bot@acme.example' } : {}),
  ...more,
});

async function postmortemOf(more: object = {}): Promise<string> {
  const { id } = await house.ask('POST', '/incidents', {
    title: 'Payments fail at the till',
    serviceIds: ['svc_checkout'],
    ...more,
  });
  await house.ask('POST', `/incidents/${id}/confirmation`, { evidence: 'three test payments failed' });
  await house.ask('POST', `/incidents/${id}/restoration`, {
    proof: { check: 'probe', shows: 'payments pass', since: house.clock.now().toString() },
  });
  await house.settle();
  return (await house.ask('GET', `/incidents/${id}`)).postmortem.id;
}

before(async () => {
  house = await openHarness();
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  for (const kind of KINDS) {
    fakes[kind] = await startTracker(kind);
    connected[kind] = (await house.ask('POST', '/trackers', bodyFor(kind))).id;
  }
  postmortemId = await postmortemOf();
  restrictedId = await postmortemOf({ restricted: true });
});
after(async () => {
  await house.close();
  for (const kind of KINDS) await fakes[kind].stop();
});
beforeEach(() => {
  house.as({ personId: 'ana', name: 'Ana Lima' });
  for (const kind of KINDS) fakes[kind].instead = undefined;
});

/** Nothing else is watched on the way there. */
const later = async (duration: Temporal.DurationLike) => {
  house.clock.set(house.clock.now().add(duration));
  await house.settle();
};
const dayIn = (days: number) =>
  house.clock.now().toZonedDateTimeISO('UTC').toPlainDate().add({ days }).toString();
let count = 0;
async function agree(more: object = {}, under = postmortemId) {
  count += 1;
  return house.ask('POST', `/postmortems/${under}/action-items`, {
    text: `Refuse a pool size above ${100 + count}`,
    ownerId: 'bo',
    dueOn: dayIn(10),
    doneCondition: 'A deployment with 200 is refused in staging',
    ...more,
  });
}
const read = (id: string) => house.ask('GET', `/action-items/${id}`);
const linesOf = async (id: string): Promise<string[]> =>
  (await house.ask('GET', `/action-items/${id}/lines`)).items.map((each: { text: string }) => each.text);
const kept = (kind: KindName): Kept => [...fakes[kind].issues.values()].at(-1)!;

/** An item that stands in the tracker. */
async function sent(kind: KindName, more: object = {}) {
  const item = await agree(more);
  await house.ask('POST', `/action-items/${item.id}/issue`, { trackerId: connected[kind] });
  await house.settle();
  const now = await read(item.id);
  assert.equal(now.issue.state, 'linked', now.issue.failure);
  return { id: item.id as string, item: now, there: kept(kind) };
}

/** What the vendor sends when somebody has changed the issue. */
async function message(kind: KindName, there: Kept, by = 'Olga There', secret = HOOK_SECRET) {
  const now = house.clock.now().epochMilliseconds;
  const body = JSON.stringify(
    {
      github: { action: 'edited', issue: { number: Number(there.id) }, sender: { login: by } },
      gitlab: { object_kind: 'issue', object_attributes: { iid: Number(there.id) }, user: { name: by } },
      jira: { webhookEvent: 'jira:issue_updated', issue: { id: there.id }, user: { displayName: by } },
      linear: {
        type: 'Issue',
        action: 'update',
        data: { id: there.id },
        actor: { name: by },
        webhookTimestamp: now,
      },
    }[kind],
  );
  const digest = createHmac('sha256', secret).update(body).digest('hex');
  const headers: Record<string, string> = {
    github: { 'x-github-event': 'issues', 'x-hub-signature-256': `sha256=${digest}` },
    gitlab: { 'x-gitlab-event': 'Issue Hook', 'x-gitlab-token': secret },
    jira: { 'x-hub-signature': `sha256=${digest}` },
    linear: { 'linear-signature': digest },
  }[kind] as Record<string, string>;
  const answer = await house.call('POST', `/hooks/tracker/${connected[kind]}`, body, {
    'content-type': 'application/json',
    ...headers,
  });
  await house.settle();
  return answer;
}

test('trying a connection says what it shows us, and warns when everybody could read what was meant for inside', async () => {
  const words = await Promise.all(
    KINDS.map((kind) => house.ask('POST', `/trackers/${connected[kind]}/trial`, {})),
  );
  assert.deepEqual(
    words.map((each) => each.words),
    [
      'It answers, and shows us acme/shop.',
      'It answers, and shows us Acme / Ops / Shop.',
      'It answers, and shows us Operations (OPS).',
      'It answers, and shows us Operations (OPS).',
    ],
  );
  assert.match(words[0].caution, /Everybody can read this place/);
  assert.equal(words[1].caution, null);
  fakes.github.instead = { status: 401, body: { message: 'Bad credentials' } };
  const refused = await house.ask('POST', `/trackers/${connected.github}/trial`, {});
  assert.deepEqual([refused.ok, /does not accept our token/.test(refused.words)], [false, true]);
  for (const kind of KINDS) {
    const text = JSON.stringify(await house.ask('GET', '/trackers'));
    assert.ok(!text.includes('sesame') && !text.includes(HOOK_SECRET), `${kind} shows a secret`);
  }
});

for (const kind of KINDS) {
  test(`an action item is made an issue of ${kind} once, and what changes here is told there`, async () => {
    const { id, item, there } = await sent(kind);
    assert.equal(there.title, item.text);
    assert.match(there.text, /Done when: A deployment with 200 is refused in staging/);
    assert.match(there.text, /Owner: Bo Falk/);
    assert.match(there.text, new RegExp(`https://humdrum.example.com/postmortems/${postmortemId}`));
    if (kind !== 'github') assert.equal(there.dueOn, item.dueOn);
    assert.ok(item.issue.url.startsWith('http'));
    const writes = fakes[kind].writes().length;
    await later({ hours: 2 });
    assert.equal(fakes[kind].writes().length, writes, 'looking changes nothing there');
    const moved = dayIn(20);
    await house.ask('PUT', `/action-items/${id}`, { text: 'Refuse any pool size above 90', dueOn: moved });
    await house.settle();
    assert.equal(there.title, 'Refuse any pool size above 90');
    if (kind === 'github') assert.ok(there.text.includes(`Due: ${moved}`));
    else assert.equal(there.dueOn, moved);
    await house.ask('POST', `/action-items/${id}/completion`, { evidence: 'refused at 91 in staging' });
    await house.settle();
    assert.equal(there.state, 'done');
    const told = fakes[kind].writes().length;
    await message(kind, there);
    assert.equal(fakes[kind].writes().length, told, 'our own change comes back and is no change');
    assert.deepEqual(await linesOf(id), []);
  });

  test(`what is closed on ${kind} is done here by what closed it, better evidence may be given, and reopening there runs the promise again`, async () => {
    const { id, there } = await sent(kind);
    there.state = 'done';
    there.by = 'octo';
    assert.deepEqual((await message(kind, there)).body, { looked: true });
    const done = await read(id);
    assert.equal(done.state, 'done');
    assert.match(done.evidence, /^Closed on \w+ by octo: http/);
    assert.equal(done.endedThere, true);
    const better = await house.ask('POST', `/action-items/${id}/completion`, {
      evidence: 'Run 41 refused it',
    });
    assert.deepEqual(
      [better.evidence, better.endedThere, better.doneAt],
      ['Run 41 refused it', false, done.doneAt],
    );
    there.state = 'open';
    there.by = null;
    await message(kind, there, 'Rea Open');
    const again = await read(id);
    assert.deepEqual([again.state, again.evidence], ['open', null]);
    assert.match(
      (await linesOf(id))[0]!,
      /^Reopened on \w+ by Rea Open; it is owed again\..*Run 41 refused it/,
    );
    const promise = await house.db
      .selectFrom('promise')
      .select('state')
      .where('subject_id', '=', id)
      .orderBy('cycle')
      .execute();
    assert.deepEqual(
      promise.map((each) => each.state),
      ['kept', 'open'],
    );
  });

  test(`a message that ${kind} did not sign moves nothing`, async () => {
    const { id, there } = await sent(kind);
    there.state = 'done';
    const answer = await message(kind, there, 'Mallory', 'another secret');
    assert.equal(answer.status, 401);
    assert.equal((await read(id)).state, 'open');
  });

  test(`an issue that was deleted on ${kind} is said on the item, which stays`, async () => {
    const { id, there } = await sent(kind);
    fakes[kind].issues.delete(there.id);
    await later({ hours: 2 });
    const { issue, state } = await read(id);
    assert.deepEqual([state, issue.state, issue.nextAt], ['open', 'deleted', null]);
    assert.match((await linesOf(id))[0]!, /is not on \w+ any more\. The action item stays as it is\.$/);
    await house.ask('POST', `/action-items/${id}/issue`, { trackerId: connected[kind] });
    await house.settle();
    assert.equal((await read(id)).issue.state, 'linked');
  });

  test(`an answer of ${kind} that was lost makes no second issue`, async () => {
    const item = await agree();
    const before = fakes[kind].issues.size;
    let lost = 0;
    fakes[kind].instead = (asked) => {
      if (lost > 0 || asked.method !== 'POST' || /"query":"query/.test(asked.body)) return undefined;
      lost += 1;
      fakes[kind].instead = undefined;
      // It arrives and is carried out; its answer is a page of something in between.
      void fetch(`${fakes[kind].vendor.url}${asked.path}`, {
        method: 'POST',
        body: asked.body,
        headers: asked.headers as Record<string, string>,
      });
      return { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>Bad gateway</html>' };
    };
    await house.ask('POST', `/action-items/${item.id}/issue`, { trackerId: connected[kind] });
    await house.settle();
    assert.match((await read(item.id)).issue.failure, /is in trouble itself \(it answered 502\)/);
    await later({ minutes: 5 });
    assert.equal((await read(item.id)).issue.state, 'linked');
    assert.equal(fakes[kind].issues.size, before + 1);
  });
}

test('a title, a day and an owner that were changed there are taken over, with what, where and who', async () => {
  const { id, there, item } = await sent('linear');
  there.title = 'Refuse every pool size above 80';
  there.dueOn = dayIn(12);
  there.assignee = { name: 'Cleo M.', email: 'CLEO@example.com' };
  await message('linear', there, 'Olga There');
  const now = await read(id);
  assert.deepEqual([now.text, now.dueOn, now.ownerName], [there.title, there.dueOn, 'Cleo Marsh']);
  assert.deepEqual((await linesOf(id)).toSorted(), [
    'Cleo Marsh owns it instead of Bo Falk, assigned on Linear by Olga There.',
    `Due ${there.dueOn} instead of ${item.dueOn}, changed on Linear by Olga There.`,
    `“${item.text}” became “Refuse every pool size above 80”, changed on Linear by Olga There.`,
  ]);
});

test('an assignee whom the directory does not know, and a day that was taken away, are shown as differences and change nothing', async () => {
  const { id, there, item } = await sent('gitlab');
  there.assignee = { name: 'octocat', email: null };
  there.dueOn = null;
  await message('gitlab', there);
  const now = await read(id);
  assert.deepEqual([now.ownerName, now.dueOn], ['Bo Falk', item.dueOn]);
  assert.deepEqual(now.issue.differences, [
    'There it is assigned to octocat; here it belongs to Bo Falk.',
    `There it has no day; here it is due ${item.dueOn}.`,
  ]);
});

test('what both sides changed stands as it is here, and what was written there is kept in a line', async () => {
  const { id, there } = await sent('jira');
  there.title = 'Their words';
  await house.ask('PUT', `/action-items/${id}`, { text: 'Refuse pools above 70 in staging' });
  await house.settle();
  assert.equal(there.title, 'Refuse pools above 70 in staging');
  assert.deepEqual(await linesOf(id), [
    'The title was changed on both sides. Jira said “Their words”; what stands here was sent there.',
  ]);
  await later({ hours: 3 });
  assert.equal((await linesOf(id)).length, 1);
});

test('a text that people changed there is left to them', async () => {
  const { id, there } = await sent('github');
  there.text += '\n\n- [ ] ask the vendor';
  await message('github', there);
  await house.ask('PUT', `/action-items/${id}`, { doneCondition: 'Another condition with 3 nodes' });
  await house.settle();
  assert.match(there.text, /ask the vendor$/);
});

test('decided against here is closed there as not planned; closed there as not planned is decided against here', async () => {
  const here = await sent('github');
  await house.ask('POST', `/action-items/${here.id}/dropping`, { reason: 'The pool goes away' });
  await house.settle();
  assert.equal(here.there.state, 'dropped');
  const there = await sent('github');
  there.there.state = 'dropped';
  there.there.by = 'octo';
  await message('github', there.there);
  const { state, droppedBecause } = await read(there.id);
  assert.equal(state, 'dropped');
  assert.match(droppedBecause, /^Closed on GitHub by octo as not to be done: https:/);
});

test('without any message, a look finds what changed', async () => {
  const { id, there } = await sent('gitlab');
  there.state = 'done';
  await later({ hours: 1 });
  assert.match((await read(id)).evidence, /^Closed on GitLab: https:/);
});

const FAULTS: [string, object, RegExp][] = [
  ['answers 500', { status: 500, body: {} }, /^GitHub is in trouble itself \(it answered 500\)\.$/],
  [
    'answers with a page',
    { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' },
    /^GitHub answered with a page instead of data/,
  ],
  ['asks to wait', { status: 429, headers: { 'retry-after': '600' }, body: {} }, /asks us to wait/],
  [
    'has a secondary limit',
    {
      status: 403,
      headers: { 'retry-after': '60' },
      body: { message: 'You have exceeded a secondary rate limit' },
    },
    /asks us to wait/,
  ],
];
for (const [what, instead, words] of FAULTS)
  test(`a tracker that ${what} is said on the item in plain words, saving is never blocked, and it is tried again`, async () => {
    const { id, there } = await sent('github');
    fakes.github.instead = instead;
    const text = `Refuse a pool above ${what.length} in staging`;
    await house.ask('PUT', `/action-items/${id}`, { text });
    await house.settle();
    const failing = await read(id);
    assert.equal(failing.text, text);
    assert.match(failing.issue.failure, words);
    const wait = Temporal.Instant.from(failing.issue.nextAt).since(house.clock.now()).total('seconds');
    const asked = Number((instead as { headers?: Record<string, string> }).headers?.['retry-after'] ?? 60);
    assert.equal(Math.round(wait), asked);
    fakes.github.instead = undefined;
    await later({ minutes: 15 });
    const mended = await read(id);
    assert.deepEqual([mended.issue.failure, there.title], [null, text]);
  });

test('a tracker that hangs holds up nothing else', async () => {
  const impatient = await startTracker('gitlab');
  try {
    const hanging = await house.ask('POST', '/trackers', {
      ...bodyFor('gitlab'),
      name: 'One that hangs',
      baseUrl: impatient.vendor.url,
    });
    impatient.instead = { hangs: true };
    const item = await agree();
    await house.ask('POST', `/action-items/${item.id}/issue`, { trackerId: hanging.id });
    const swept = house.settle();
    const other = await agree();
    await house.ask('POST', `/action-items/${other.id}/dropping`, { reason: 'Nobody waits for the tracker' });
    await swept;
    assert.match((await read(item.id)).issue.failure, /did not answer in time/);
    await house.ask('DELETE', `/trackers/${hanging.id}`);
  } finally {
    await impatient.stop();
  }
});

test('a token that was revoked is said on the item and on the connection, and a new one mends both at once', async () => {
  const { id, there } = await sent('jira');
  fakes.jira.instead = { status: 401, body: { errorMessages: ['You are not authenticated.'] } };
  await house.ask('PUT', `/action-items/${id}`, { text: 'Refuse pools above 60 in staging' });
  const fresh = await agree();
  await house.ask('POST', `/action-items/${fresh.id}/issue`, { trackerId: connected.jira });
  await house.settle();
  assert.match((await read(id)).issue.failure, /^Jira does not accept our token/);
  assert.equal((await read(fresh.id)).issue.state, 'refused');
  const shown = async () =>
    (await house.ask('GET', '/trackers')).items.find((each: { id: string }) => each.id === connected.jira);
  assert.match((await shown()).failure, /does not accept our token/);
  fakes.jira.instead = undefined;
  await house.ask('PUT', `/trackers/${connected.jira}`, bodyFor('jira'));
  await house.settle();
  assert.equal(there.title, 'Refuse pools above 60 in staging');
  assert.equal((await read(fresh.id)).issue.state, 'linked');
  assert.equal((await shown()).failure, null);
});

test('what is refused for good is said and not repeated, until somebody asks again', async () => {
  const item = await agree();
  fakes.github.instead = { status: 422, body: { message: 'Validation Failed' } };
  await house.ask('POST', `/action-items/${item.id}/issue`, { trackerId: connected.github });
  await house.settle();
  const { issue } = await read(item.id);
  assert.deepEqual([issue.state, issue.nextAt], ['refused', null]);
  assert.equal(issue.failure, 'GitHub refused it (422: Validation Failed).');
  const asked = fakes.github.vendor.asked.length;
  await later({ hours: 12 });
  assert.ok(!fakes.github.vendor.asked.slice(asked).some((each) => each.method === 'POST'));
  fakes.github.instead = undefined;
  await house.ask('POST', `/action-items/${item.id}/issue/look`, {});
  await house.settle();
  assert.equal((await read(item.id)).issue.state, 'linked');
});

test('to a place that everybody reads go roles instead of names, and no title of an incident', async () => {
  await house.ask('PUT', `/trackers/${connected.github}`, bodyFor('github', { audience: 'public' }));
  const { there } = await sent('github', {
    text: 'Refuse what Ana Lima deployed above 100',
    doneCondition: 'Bo Falk sees it refused',
  });
  assert.doesNotMatch(`${there.title} ${there.text}`, /Ana|Bo Falk|Payments fail/);
  assert.match(there.text, /Agreed after: INC-\d+/);
  await house.ask('PUT', `/trackers/${connected.github}`, bodyFor('github'));
});

test('a tracker that takes what is agreed gets it by itself, but of a restricted incident only what somebody asks for', async () => {
  await house.ask('PUT', `/trackers/${connected.gitlab}`, bodyFor('gitlab', { sends: 'agreed' }));
  const open = await agree();
  const closed = await agree({ ownerId: 'ana' }, restrictedId);
  await house.settle();
  assert.equal((await read(open.id)).issue.state, 'linked');
  assert.equal((await read(closed.id)).issue, null);
  await house.ask('POST', `/action-items/${closed.id}/issue`, { trackerId: connected.gitlab });
  await house.settle();
  assert.equal((await read(closed.id)).issue.state, 'linked');
  assert.doesNotMatch(kept('gitlab').text, /Payments fail/);
  house.as({ personId: 'bo', name: 'Bo Falk' });
  assert.equal((await house.call('POST', `/action-items/${closed.id}/issue/look`, {})).status, 404);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  await house.ask('PUT', `/trackers/${connected.gitlab}`, bodyFor('gitlab'));
});

test('when its incident becomes restricted, its title leaves the issue at once, and nothing more is told there unless somebody asks', async () => {
  await house.ask('PUT', `/trackers/${connected.gitlab}`, bodyFor('gitlab', { sends: 'agreed' }));
  const id = await postmortemOf({ title: 'Somebody reads what is not theirs' });
  const item = await agree({ ownerId: 'ana' }, id);
  await house.settle();
  const there = kept('gitlab');
  assert.match(there.text, /Somebody reads what is not theirs/);
  house.clock.set(house.clock.now().add({ minutes: 1 }));
  await house.ask('POST', `/incidents/${item.incidentId}/restriction`, { viewers: ['ana'] });
  await house.settle();
  assert.doesNotMatch(there.text, /Somebody reads/);
  assert.match(there.text, /Agreed after: INC-\d+/);
  assert.equal((await read(item.id)).issue, null);
  assert.match(
    (await linesOf(item.id))[0]!,
    /^The incident was restricted: nothing more is told there\. #?\S+ stays/,
  );
  await house.ask('PUT', `/action-items/${item.id}`, { text: 'Take the keys of the reader away' });
  await house.settle();
  assert.doesNotMatch(there.title, /keys/);
  await house.ask('POST', `/action-items/${item.id}/issue`, { trackerId: connected.gitlab });
  await house.settle();
  assert.equal((await read(item.id)).issue.state, 'linked', 'asked for by somebody who knows');
  const later = await agree({ ownerId: 'ana' }, id);
  await house.settle();
  assert.equal((await read(later.id)).issue, null);
  await house.ask('PUT', `/trackers/${connected.gitlab}`, bodyFor('gitlab'));
});

test('an item that is taken away from its tracker is not followed any more, and the issue stays', async () => {
  const { id, there } = await sent('linear');
  await house.ask('DELETE', `/action-items/${id}/issue`);
  there.state = 'done';
  assert.deepEqual((await message('linear', there)).body, { looked: false });
  const { state, issue } = await read(id);
  assert.deepEqual([state, issue], ['open', null]);
  assert.match((await linesOf(id))[0]!, /^Taken away from Our linear; OPS-\d+ stays there\.$/);
});

test('a connection says what is wrong with it before it is kept', async () => {
  const answer = await house.call('POST', '/trackers', { kind: 'jira', name: 'X', place: 'ops' });
  assert.equal(answer.status, 400);
  const paths = answer.body.fields.map((each: { path: string }) => each.path.replace(/^body\.?/, ''));
  assert.deepEqual(paths.toSorted(), ['baseUrl', 'place']);
  const elsewhere = await house.call('PUT', `/trackers/${connected.github}`, {
    ...bodyFor('github'),
    baseUrl: 'https://elsewhere.example',
    token: undefined,
  });
  assert.match(elsewhere.text, /must be given again, since it would go elsewhere now/);
  house.as({ personId: 'ana', name: 'Ana Lima', role: 'responder' });
  assert.equal((await house.call('POST', '/trackers', bodyFor('github'))).status, 403);
});
