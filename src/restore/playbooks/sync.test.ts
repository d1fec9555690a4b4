/** Playbooks out of a folder and out of a repository: read, changed, broken, gone. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { readConfig } from '#platform/config.ts';
import { createOutbound } from '#platform/http/outbound.ts';
import { ANA, type Json, openSmallHouse } from '../../../test/small-house.ts';
import { restoreRoom } from '../room.ts';

const admin = { ...ANA, role: 'administrator' as const };
const CHECKOUT =
  '---\ntitle: Roll back checkout\nservice: checkout\ncategory: deployment_regression\n---\n- [ ] Pause @hands (2 min)\n';
let work: string;
let house: Awaited<ReturnType<typeof openSmallHouse>> | undefined;
before(() => {
  work = mkdtempSync(join(tmpdir(), 'playbooks-'));
});
after(() => rmSync(work, { recursive: true, force: true }));
afterEach(async () => {
  await house?.close();
  house = undefined;
});

async function open(from: string, link?: string): Promise<Awaited<ReturnType<typeof openSmallHouse>>> {
  house = await openSmallHouse('2026-11-25T02:00:00Z', (parts) => {
    parts.platform.config = readConfig({
      HUMDRUM_PLAYBOOKS: from,
      HUMDRUM_DATA: mkdtempSync(join(work, 'data-')),
      HUMDRUM_URL: 'https://humdrum.example',
      ...(link ? { HUMDRUM_PLAYBOOKS_LINK: link } : {}),
    });
    return [
      restoreRoom(parts, {
        findChanges: async () => [],
        versionsOf: async () => [],
        outbound: createOutbound({ allowPrivate: [] }),
      }),
    ];
  });
  house.as(admin);
  await house.service('svc_checkout', 'Checkout');
  return house;
}

function put(folder: string, path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}
const folderWith = (files: { [path: string]: string | Uint8Array }): string => {
  const folder = mkdtempSync(join(work, 'folder-'));
  for (const [path, content] of Object.entries(files)) put(folder, path, content ?? '');
  return folder;
};
async function read(): Promise<Json> {
  assert.ok(house);
  const answer = await house.call('POST', '/playbooks/source/reading');
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
}
const titles = async (query = ''): Promise<string[]> =>
  (await house?.call('GET', `/playbooks${query}`))?.body.items.map((each: Json) => each.title);

test('a folder is read: what changed is a new version, what is gone is archived, what is back returns', async () => {
  const folder = folderWith({
    'playbooks/checkout/roll-back.md': CHECKOUT,
    'playbooks/general.md': '# Breathe\n\n- [ ] Breathe @lead (1 min)\n',
    'README.md': '# not one',
  });
  await open(folder, 'https://git.example/blob/main/');
  const state = await read();
  assert.deepEqual([state.files, state.failure, state.problems], [2, null, []]);
  assert.deepEqual(await titles(), ['Breathe', 'Roll back checkout']);
  const [, it] = (await house?.call('GET', '/playbooks'))?.body.items ?? [];
  assert.equal(it.link, 'https://git.example/blob/main/playbooks/checkout/roll-back.md');
  const refused = await house?.call('PUT', `/playbooks/${it.id}`, { title: 'x', body: 'y' });
  assert.equal(refused?.status, 409);
  assert.match(refused?.body.title, /read from playbooks\/checkout\/roll-back\.md/);
  put(folder, 'playbooks/checkout/roll-back.md', CHECKOUT.replace('2 min', '3 min'));
  rmSync(join(folder, 'playbooks/general.md'));
  await read();
  await read();
  put(folder, 'playbooks/moved.md', CHECKOUT.replace('2 min', '3 min'));
  rmSync(join(folder, 'playbooks/checkout'), { recursive: true });
  await read();
  assert.equal(
    (await house?.call('GET', `/playbooks/${it.id}`))?.body.version,
    2,
    'a file that was moved is the same playbook',
  );
  assert.deepEqual(await titles('?state=archived'), ['Breathe']);
  put(folder, 'playbooks/general.md', '# Breathe\n\n- [ ] Breathe @lead (1 min)\n');
  await read();
  assert.deepEqual(await titles('?state=archived'), []);
});

test('a file with a problem keeps its last good version, and is told with its line', async () => {
  const folder = folderWith({ 'playbooks/a.md': CHECKOUT });
  await open(folder);
  await read();
  const broken: [string | Uint8Array, number, RegExp][] = [
    [
      CHECKOUT.replace('service: checkout', 'service: chekout'),
      3,
      /“chekout”, which the directory does not have/,
    ],
    [CHECKOUT.replace('service: checkout', 'service: back'), 3, /“back”, which the directory/],
    [CHECKOUT.replace('category: deployment_regression', 'category: weather'), 4, /must be one of/],
    ['---\ntitle: "x\n---\n', 2, /no YAML/],
    ['no title, no step', 1, /has no title/],
    [`${CHECKOUT}\n[x](javascript:alert(1))\n`, 8, /cannot be a link/],
    [new Uint8Array([0xff, 0xfe, 0x41]), 1, /not written in UTF-8/],
    [new Uint8Array([0x41, 0x00, 0x42]), 1, /holds NUL/],
    ['x'.repeat(2 * 1024 * 1024), 1, /2048 KB/],
    ['x'.repeat(100_000), 1, /64 KB/],
  ];
  for (const [content, line, message] of broken) {
    put(folder, 'playbooks/a.md', content);
    const { problems, failure } = await read();
    assert.equal(failure, null);
    assert.deepEqual([problems[0]?.path, problems[0]?.line], ['playbooks/a.md', line], String(message));
    assert.match(problems[0]?.message, message);
    assert.deepEqual(await titles(), ['Roll back checkout']);
  }
  const utf16 = Buffer.from(`\uFEFF${CHECKOUT.replace('2 min', '4 min')}`, 'utf16le');
  put(folder, 'playbooks/a.md', utf16);
  assert.deepEqual((await read()).problems, []);
});

test('a file that is for the same as another, or as one from the app, is a conflict and is not taken', async () => {
  const folder = folderWith({
    'playbooks/a.md': CHECKOUT,
    'playbooks/b.md': CHECKOUT,
    'playbooks/c.md': '# Mine\n- [ ] x',
  });
  await open(folder);
  await house?.call('POST', '/playbooks', { title: 'Mine', body: '- [ ] y' });
  const { problems } = await read();
  assert.deepEqual(
    problems.map((each: Json) => each.path),
    ['playbooks/b.md', 'playbooks/c.md'],
  );
  assert.match(problems[0].message, /the same as playbooks\/a\.md/);
  assert.match(problems[1].message, /written in the app/);
  assert.deepEqual(await titles(), ['Mine', 'Roll back checkout']);
});

test('a folder that is gone or empty keeps everything as it was, and says so', async () => {
  const folder = folderWith({ 'playbooks/a.md': CHECKOUT });
  await open(folder);
  await read();
  renameSync(folder, `${folder}-away`);
  assert.equal((await read()).failure, 'the folder is not there');
  mkdirSync(folder);
  assert.match((await read()).failure, /no folder “playbooks”/);
  mkdirSync(join(folder, 'playbooks'));
  const state = await read();
  assert.match(state.failure, /no Markdown file/);
  assert.ok(state.readAt, 'when it could last be read stays');
  assert.deepEqual(await titles(), ['Roll back checkout']);
});

test('links in a folder are not followed: what lies outside stays outside', async () => {
  const secret = join(work, 'secret.md');
  writeFileSync(secret, '# Secret\n- [ ] x');
  const folder = folderWith({ 'playbooks/a.md': CHECKOUT });
  symlinkSync(secret, join(folder, 'playbooks/secret.md'));
  symlinkSync(work, join(folder, 'playbooks/all'));
  await open(folder);
  await read();
  assert.deepEqual(await titles(), ['Roll back checkout']);
});

test('it is read at the start and every five minutes, without keeping the sweep waiting', async () => {
  const folder = folderWith({ 'playbooks/a.md': CHECKOUT });
  const it = await open(folder);
  const due = it.rooms[0]?.due?.find((each) => each.name === 'restore.playbooks');
  assert.ok(due);
  assert.equal(due.looks?.(it.clock.now()), true);
  assert.equal(await due.run(it.clock.now()), 1);
  assert.equal(due.looks?.(it.clock.now()), false);
  await read();
  assert.deepEqual(await titles(), ['Roll back checkout']);
  assert.equal(await due.run(it.clock.now()), 0, 'not before its time');
  it.clock.set(it.clock.now().add({ minutes: 5 }));
  assert.equal(await due.run(it.clock.now()), 1);
  await read();
});

test('a repository is cloned, and read again after a push; one that cannot be reached changes nothing', async () => {
  const origin = folderWith({ 'playbooks/a.md': CHECKOUT });
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...words], {
      cwd: origin,
      stdio: 'pipe',
    });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-qm', 'one');
  await open(`file://${origin}#main`);
  const first = await read();
  assert.equal(first.failure, null);
  assert.match(first.revision, /^[0-9a-f]{7,}$/);
  put(origin, 'playbooks/b.md', '# Second\n- [ ] x @hands (1 min)\n');
  git('add', '-A');
  git('commit', '-q', '--amend', '-m', 'rewritten');
  const second = await read();
  assert.notEqual(second.revision, first.revision);
  assert.deepEqual(await titles(), ['Roll back checkout', 'Second']);
  const [one] = (await house?.call('GET', '/playbooks'))?.body.items ?? [];
  const versions = (await house?.call('GET', `/playbooks/${one.id}/versions`))?.body.items;
  assert.match(versions[0].note, /^commit [0-9a-f]+$/);
  renameSync(origin, `${origin}-away`);
  assert.match((await read()).failure, /^git said: /);
  assert.deepEqual(await titles(), ['Roll back checkout', 'Second']);
});

test('an address that would run a command is no address, and what it keeps secret is not told', async () => {
  assert.throws(
    () => readConfig({ HUMDRUM_PLAYBOOKS: 'ext::sh -c true' }),
    /must be a folder, or an address/,
  );
  assert.throws(
    () => readConfig({ HUMDRUM_PLAYBOOKS: 'https://git.example/a.git#--upload-pack=x' }),
    /branch/,
  );
  assert.throws(
    () => readConfig({ HUMDRUM_PLAYBOOKS_LINK: 'https://git.example' }),
    /needs HUMDRUM_PLAYBOOKS/,
  );
  assert.deepEqual(readConfig({ HUMDRUM_PLAYBOOKS: 'git@git.example:ops/playbooks.git' }).playbooks, {
    clone: 'git@git.example:ops/playbooks.git',
    branch: undefined,
    link: undefined,
  });
  await open('https://ops:hunter2@127.0.0.1:9/playbooks.git');
  const state = await read();
  assert.doesNotMatch(JSON.stringify(state), /hunter2/);
  assert.match(state.failure, /^git said: /);
  assert.equal(state.from, 'https://…@127.0.0.1:9/playbooks.git');
});
