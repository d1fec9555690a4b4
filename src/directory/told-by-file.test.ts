/** How people and contacts are told travels with the file; what is secret stays at home. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ANA, openSmallHouse } from '../../test/small-house.ts';
import { directoryRoom } from './room.ts';

const HOOK = 'https://hooks.slack.com/services/T000/B000/very-secret-token';
const SIGNING = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
const FILE = `people:
  - name: Ada
    email: ada@example.com
    message_channels:
      - { sms: "+49 151 12345678", label: Mobile }
      - { slack: "${HOOK}" }
      - { email: ada@example.com, off: true }
  - { name: Bo, email: bo@example.com }
clients:
  - name: Acme
    contacts:
      - name: Cora
        email: cora@acme.example
        channels: [{ voice: "+49 30 1234567" }, { email: cora@acme.example }]
      - { name: Dee, email: dee@acme.example }
`;

type House = Awaited<ReturnType<typeof openSmallHouse>>;
let house: House;
let other: House;
before(async () => {
  const open = () => openSmallHouse('2026-03-01T08:00:00Z', (small) => [directoryRoom(small)]);
  house = await open();
  other = await open();
  for (const each of [house, other]) each.as({ ...ANA, role: 'administrator' });
});
after(async () => {
  await house.close();
  await other.close();
});

const bring = (yaml: string, to = house) => to.call('POST', '/directory/import', { yaml });
const exported = async (from = house) => (await from.call('GET', '/directory/export.yaml')).text;
// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
const person = async (name: string, at = house): Promise<any> =>
  (await at.call('GET', `/people?q=${name}`)).body.items[0];
const listOf = (channels: { kind: string; address: string; label: string | null; offAt: string | null }[]) =>
  channels.map(({ kind, address, label, offAt }) => [kind, address, label, offAt !== null]);

test('a file says how people and contacts are told, in their order', async () => {
  const answer = await bring(FILE);
  assert.equal(answer.status, 200, answer.text);
  const [sms, slack, mail] = listOf((await person('Ada')).messageChannels);
  assert.deepEqual(sms, ['sms', '+4915112345678', 'Mobile', false]);
  assert.match(String(slack?.[1]), /^hooks\.slack\.com \([0-9a-f]{8}\)$/);
  assert.deepEqual(mail, ['email', 'ada@example.com', null, true]);
  const [acme] = (await house.call('GET', '/clients')).body.items;
  assert.deepEqual(
    listOf(acme.contacts[0].channels).map(([kind]) => kind),
    ['voice', 'email'],
  );
});

test('the same file again, and what was exported, change nothing and turn off no test', async () => {
  await house.db.updateTable('channel').set({ tested_at: house.clock.now() }).execute();
  for (const yaml of [FILE, await exported()]) {
    const again = await bring(yaml);
    assert.deepEqual([again.status, again.body?.changes], [200, []], again.text);
  }
  assert.ok(
    (await person('Ada')).messageChannels.every((each: { testedAt: string | null }) => each.testedAt),
  );
});

test('whoever has no list of their own has none in the file', async () => {
  const text = await exported();
  assert.doesNotMatch(text, /bo@example\.com\n[^-]*message_channels/);
  assert.match(text, /email: dee@acme\.example/);
});

test('no token, signing secret or key is ever in the file, and it says so', async () => {
  const ada = await person('Ada');
  const keys = { p256dh: 'B'.repeat(87), auth: 'a'.repeat(22) };
  const edited = await house.call('PATCH', `/people/${ada.id}`, {
    messageChannels: [
      { kind: 'slack', address: ada.messageChannels[1].address },
      { kind: 'webhook', address: 'https://ops.example.com/hook?key=hidden', secret: SIGNING },
      { kind: 'web_push', address: 'https://push.example.com/send/hidden', keys },
    ],
  });
  assert.equal(edited.status, 200, edited.text);
  const text = await exported();
  for (const secret of ['very-secret-token', 'hidden', SIGNING, keys.p256dh, keys.auth, 'whsec_'])
    assert.ok(!text.includes(secret), secret);
  assert.match(text, /^# Left out, because they are secret/m);
  assert.match(text, /webhook: ops\.example\.com \([0-9a-f]{8}\)/);
  const again = await bring(text);
  assert.deepEqual([again.status, again.body?.changes], [200, []], again.text);
  const { sealed } = await house.db
    .selectFrom('channel')
    .select('sealed')
    .where('kind', '=', 'web_push')
    .executeTakeFirstOrThrow();
  assert.ok(sealed, 'a browser goes on being told');
});

test('elsewhere a shortened address is refused by its line, and nothing is imported', async () => {
  const answer = await bring(await exported(), other);
  assert.equal(answer.status, 400, answer.text);
  const [slack, webhook, browser] = answer.body.fields;
  assert.match(slack.path, /^people\[0\]\.message_channels\[0\] \(line \d+\)$/);
  assert.match(slack.message, /write the whole address, or leave the line out/);
  assert.match(webhook.path, /message_channels\[1\]/);
  assert.match(browser.path, /message_channels\[2\]/);
  assert.equal((await other.call('GET', '/people')).body.items.length, 0);
});

test('what is no channel is refused by its line, with what it must be', async () => {
  const wrong = async (channel: string) => {
    const answer = await bring(
      `people:\n  - name: Eve\n    email: eve@example.com\n    message_channels:\n      - { email: eve@example.com }\n      - ${channel}\n`,
    );
    assert.equal(answer.status, 400, `${channel}: ${answer.text}`);
    return `${answer.body.fields[0].path} ${answer.body.fields[0].message}`;
  };
  assert.match(await wrong('{ sms: "0151 123" }'), /\(line 6\) must be a telephone number with its country/);
  assert.match(await wrong('{ pigeon: Otto }'), /\(line 6\)/);
  assert.match(
    await wrong('{ sms: "+49151123456", email: e@x.example }'),
    /\(line 6\) must name one channel/,
  );
  assert.match(
    await wrong('{ web_push: "https://push.example.com/x" }'),
    /\(line 6\) cannot be turned on by a file/,
  );
  assert.equal(await person('Eve'), undefined);
});
