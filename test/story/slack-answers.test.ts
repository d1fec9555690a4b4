/** An answer to a question from a thread in Slack stands in that thread, with every attempt and what became of it. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { startVendor, type Vendor } from '../servers/vendor.ts';

const SIGNING = 'a signing secret of tests';
let vendor: Vendor;
let house: Harness;
let without: Harness;
before(async () => {
  vendor = await startVendor();
  vendor.answer('/slack-api', () => ({ body: { ok: true, channel: 'C042ABC', ts: '1795.0009' } }));
  const bot = { SLACK_BOT_TOKEN: 'xoxb-secret', SLACK_API_URL: `${vendor.url}/slack-api` };
  house = await openHarness({ environment: { SLACK_SIGNING_SECRET: SIGNING, ...bot } });
  without = await openHarness({ environment: { SLACK_SIGNING_SECRET: SIGNING } });
});
after(async () => {
  await house?.close();
  await without?.close();
  await vendor.stop();
});

const posts = () => vendor.at('/slack-api/chat.postMessage').map((each) => JSON.parse(each.body));

/** Contoso hears in Slack, and asks in the thread. @returns the incident and the question */
async function asked(at: Harness): Promise<{ id: string; question: string }> {
  await seedAgency(at);
  at.as({ personId: 'ana', name: 'Ana Lima' });
  await at.ask('PATCH', '/contacts/con_c1', { channels: [{ kind: 'slack', address: 'C042ABC' }] });
  const { id } = await at.ask('POST', '/incidents', { title: 'Orders are slow', serviceIds: ['svc_orders'] });
  await at.ask('POST', `/incidents/${id}/updates`, {
    kind: 'first',
    impact: 'Orders are slow.',
    action: 'We are looking.',
    audience: { clientIds: ['cli_contoso'], internal: false, publicPage: false },
  });
  await at.settle();
  if (at === without)
    await at.db
      .updateTable('delivery')
      .set({ evidence: JSON.stringify({ thread: '1795.0009' }) })
      .execute();
  const event = {
    type: 'message',
    channel: 'C042ABC',
    user: 'U7',
    ts: '1795.1',
    thread_ts: '1795.0009',
    text: 'Is it us?',
  };
  const body = JSON.stringify({ type: 'event_callback', event_id: 'E1', event });
  const timestamp = String(Math.floor(at.clock.now().epochMilliseconds / 1000));
  const signature = createHmac('sha256', SIGNING).update(`v0:${timestamp}:${body}`).digest('hex');
  await at.call('POST', '/hooks/slack/events', body, {
    'content-type': 'application/json',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${signature}`,
  });
  const [question] = (await at.ask('GET', `/incidents/${id}/questions`)).items;
  return { id, question: question.id };
}

const sent = async (at: Harness, id: string) => {
  const [question] = (await at.ask('GET', `/incidents/${id}/questions`)).items;
  return question.messages.at(-1).sent;
};

test('the answer is posted in the thread, as text, tried again while Slack stumbles, and shown with its state', async () => {
  const { id, question } = await asked(house);
  const before = posts().length;
  vendor.answer('/slack-api', () => ({ status: 503, headers: { 'retry-after': '40' } }));
  await house.ask('POST', `/incidents/${id}/questions/${question}/answers`, {
    text: 'Not <@U7> alone: *everybody* & all.',
  });
  await house.settle();
  const waiting = await sent(house, id);
  assert.equal(waiting.state, 'queued');
  assert.match(waiting.words, /^Not sent yet: Slack answered 503/);
  vendor.answer('/slack-api', () => ({ body: { ok: true, channel: 'C042ABC', ts: '1795.0010' } }));
  await house.pass({ seconds: 39 });
  assert.equal(posts().length - before, 1, 'never before the time that Slack asked for');
  await house.pass({ seconds: 2 });
  const [, post, ...others] = posts().slice(before);
  assert.deepEqual(others, []);
  assert.deepEqual(
    [post.channel, post.thread_ts, post.text, post.mrkdwn],
    ['C042ABC', '1795.0009', 'Not &lt;@U7&gt; alone: *everybody* &amp; all.', false],
  );
  const there = await sent(house, id);
  assert.deepEqual([there.state, there.words], ['sent', 'Posted in their thread in Slack']);
  assert.equal((await house.ask('GET', `/incidents/${id}/questions`)).items[0].state, 'answered');
});

test('what Slack refuses for good is red and says why', async () => {
  const [question] = (await house.ask('GET', '/incidents')).items;
  const id = question.id;
  const asking = (await house.ask('GET', `/incidents/${id}/questions`)).items[0].id;
  vendor.answer('/slack-api', () => ({ body: { ok: false, error: 'not_in_channel' } }));
  await house.ask('POST', `/incidents/${id}/questions/${asking}/answers`, { text: 'Once more.' });
  await house.settle();
  const failed = await sent(house, id);
  assert.deepEqual([failed.state, failed.words], ['failed', 'Slack did not post it: not_in_channel.']);
});

test('without a bot the answer says that it was not posted, and what to set', async () => {
  const { id, question } = await asked(without);
  await without.ask('POST', `/incidents/${id}/questions/${question}/answers`, { text: 'Yes.' });
  await without.settle();
  const none = await sent(without, id);
  assert.equal(none.state, 'not_configured');
  assert.match(none.words, /SLACK_BOT_TOKEN/);
});
