import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import * as Y from 'yjs';
import { accepted, Gap } from '../../../src/learn/accept.ts';
import { documentOf, sectionsIn, seedOf } from '../../../src/learn/document.ts';
import { emptySections } from '../../../src/learn/sections.ts';
import { chance } from '../../../test/simulation/random.ts';
import { Problem } from '../api/http.ts';
import { bytesOf, textOf } from './base64.ts';
import { placeAfter } from './caret.ts';
import type { Kept } from './kept.ts';
import { type Answer, createTogether, type Line, type Together } from './together.ts';

beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
afterEach(() => mock.timers.reset());

/** A server with the checks of the real one, and a line to it that can be cut before or after a request arrives. */
function office() {
  let doc = documentOf([seedOf({ ...emptySections(), impact: 'Forty users.' })]);
  let edits: Uint8Array[] = [];
  const answer = (after: number | undefined): Answer => ({
    version: edits.length + 1,
    edit:
      after === edits.length + 1
        ? null
        : textOf(
            after === undefined || after > edits.length
              ? Y.encodeStateAsUpdate(doc)
              : Y.mergeUpdates(edits.slice(after - 1)),
          ),
    writers: [],
  });
  return {
    get text() {
      return sectionsIn(doc);
    },
    get pushes() {
      return edits.length;
    },
    /** Everything after the first `count` edits was never there. */
    putBack(count: number) {
      edits = edits.slice(0, count);
      doc = documentOf([seedOf({ ...emptySections(), impact: 'Forty users.' }), ...edits]);
    },
    line(net: { cut?: 'before' | 'after' | undefined }): Line {
      return {
        async pull(after) {
          if (net.cut) throw new Problem(0, { title: 'Humdrum cannot be reached.' });
          return answer(after);
        },
        async push(edit, after) {
          if (net.cut === 'before') throw new Problem(0, { title: 'Humdrum cannot be reached.' });
          const copy = documentOf([Y.encodeStateAsUpdate(doc)]);
          try {
            const fresh = accepted(copy, bytesOf(edit));
            if (fresh) {
              doc = copy;
              edits.push(fresh);
            }
          } catch (error) {
            if (error instanceof Gap)
              throw new Problem(409, { title: error.message, ...{ vector: textOf(error.vector) } });
            throw new Problem(413, { title: (error as Error).message });
          }
          if (net.cut === 'after') throw new Problem(0, { title: 'Humdrum cannot be reached.' });
          return answer(after);
        },
      };
    },
  };
}

/** The storage of one browser. */
function drawer(full = false) {
  const kept = new Map<string, string>();
  return {
    kept,
    of(window: string): Kept {
      return {
        read: () => ({
          edits: [...kept.values()],
          forget: () => {
            for (const key of kept.keys()) if (key !== window) kept.delete(key);
          },
        }),
        write(edit) {
          if (full && edit !== undefined) return false;
          if (edit === undefined) kept.delete(window);
          else kept.set(window, edit);
          return true;
        },
      };
    },
  };
}

const calm = () => new Promise((resolve) => setImmediate(resolve));
async function pass(milliseconds: number): Promise<void> {
  for (let at = 0; at < milliseconds; at += 100) {
    mock.timers.tick(100);
    await calm();
  }
}
const type = (together: Together, words: string, at?: number) => {
  const text = together.root('summary');
  const shown = text.toString();
  const place = at ?? shown.length;
  together.type(text, {
    shown,
    typed: shown.slice(0, place) + words + shown.slice(place),
    caret: place + words.length,
  });
};
async function open(line: Line, kept = drawer().of('a')) {
  const together = createTogether(line, kept, emptySections());
  await together.pull().catch(() => undefined);
  return together;
}

test('a letter is on the server half a second later, and typing on and on does not put it off', async () => {
  const server = office();
  const window = await open(server.line({}));
  assert.equal(window.shown().sections.impact, 'Forty users.');
  for (const letter of 'abcdefghij') {
    type(window, letter);
    assert.equal(window.shown().state, 'saving');
    await pass(100);
  }
  assert.ok(server.text.summary.length >= 6, server.text.summary);
  await pass(500);
  assert.equal(server.text.summary, 'abcdefghij');
  assert.equal(window.shown().state, 'saved');
  assert.ok(server.pushes <= 4, `${server.pushes} requests`);
});

test('two windows, one without a line for a while: both texts are whole on both sides and on the server', async () => {
  const server = office();
  const net: { cut?: 'before' | undefined } = {};
  const [one, other] = [await open(server.line({})), await open(server.line(net))];
  type(one, 'It began. ');
  await pass(500);
  await other.pull();
  net.cut = 'before';
  for (let n = 0; n < 5; n += 1) {
    type(one, `one${n} `, 0);
    type(other, `other${n} `);
    await pass(12_000);
  }
  assert.equal(other.shown().state, 'offline');
  assert.match(other.shown().problem ?? '', /cannot be reached/);
  assert.ok(!server.text.summary.includes('other'));
  net.cut = undefined;
  await pass(15_000);
  await one.pull();
  assert.equal(other.shown().state, 'saved');
  const text = server.text.summary;
  for (const each of [one, other]) assert.equal(each.shown().sections.summary, text);
  for (let n = 0; n < 5; n += 1)
    for (const who of ['one', 'other']) assert.equal(text.split(`${who}${n} `).length, 2, text);
});

test('a window that is closed while the line is cut leaves its words in the browser, and the next one brings them', async () => {
  const server = office();
  const net: { cut?: 'before' | undefined } = {};
  const browser = drawer();
  const closed = await open(server.line(net), browser.of('closed'));
  net.cut = 'before';
  type(closed, 'Nearly lost.');
  await pass(500);
  assert.equal(closed.shown().state, 'offline');
  net.cut = undefined;
  const next = await open(server.line({}), browser.of('next'));
  assert.equal(next.shown().sections.summary, 'Nearly lost.');
  await pass(500);
  assert.equal(server.text.summary, 'Nearly lost.');
  assert.deepEqual([...browser.kept], [], 'nothing stays in the browser once it is saved');
  await pass(15_000);
  assert.equal(server.text.summary, 'Nearly lost.', 'both windows sent it; it is there once');
});

test('an answer that is lost on its way back repeats nothing', async () => {
  const server = office();
  const net: { cut?: 'after' | undefined } = { cut: 'after' };
  const window = createTogether(server.line(net), drawer().of('a'), emptySections());
  net.cut = undefined;
  await window.pull();
  net.cut = 'after';
  type(window, 'Once.');
  await pass(500);
  assert.equal(window.shown().state, 'offline');
  net.cut = undefined;
  await pass(5_000);
  assert.deepEqual([server.text.summary, server.pushes], ['Once.', 1]);
});

test('a server that was put back to an earlier day gets back what open windows still have', async () => {
  const server = office();
  const window = await open(server.line({}));
  for (const words of ['One. ', 'Two. ', 'Three. ']) {
    type(window, words);
    await pass(500);
  }
  server.putBack(1);
  type(window, 'Four.');
  await pass(500);
  assert.equal(server.text.summary, 'One. Two. Three. Four.');
  assert.equal(window.shown().state, 'saved');
});

test('what the server does not take is said, stays on the screen, and goes once it is mended', async () => {
  const server = office();
  const window = await open(server.line({}));
  const long = 'x'.repeat(40_001);
  type(window, long);
  await pass(500);
  assert.equal(window.shown().state, 'failed');
  assert.match(window.shown().problem ?? '', /40001 characters/);
  assert.equal(window.shown().sections.summary, long);
  assert.equal(await window.saveNow(), false);
  const text = window.root('summary');
  window.type(text, { shown: long, typed: 'short', caret: 5 });
  await pass(500);
  assert.deepEqual([window.shown().state, server.text.summary], ['saved', 'short']);
});

test('a browser that cannot keep anything is said to', async () => {
  const window = await open(office().line({}), drawer(true).of('a'));
  type(window, 'a');
  await pass(200);
  assert.equal(window.shown().keeps, false);
  await pass(500);
  assert.equal(window.shown().keeps, true, 'once it is saved nothing has to be kept');
});

test("others' words wait while a character is being composed", async () => {
  const server = office();
  const [one, other] = [await open(server.line({})), await open(server.line({}))];
  one.hold(true);
  type(other, 'Theirs.');
  await pass(500);
  await one.pull();
  assert.equal(one.shown().sections.summary, '');
  one.hold(false);
  assert.equal(one.shown().sections.summary, 'Theirs.');
});

test('windows with bad lines that write at random agree in the end with the server, every word once', async () => {
  for (const seed of [3, 4]) {
    const dice = chance(seed);
    const server = office();
    const nets = Array.from({ length: 4 }, (): { cut?: 'before' | 'after' | undefined } => ({}));
    const windows = await Promise.all(nets.map((net) => open(server.line(net))));
    const words: string[] = [];
    for (let step = 0; step < 80; step += 1) {
      const who = dice.whole(0, 3);
      const word = `w${step}.`;
      const places = [
        0,
        ...[...windows[who]!.root('summary').toString().matchAll(/\./g)].map((found) => found.index + 1),
      ];
      type(windows[who]!, word, dice.one(places));
      words.push(word);
      if (dice.is(0.3)) dice.one(nets).cut = dice.one(['before', 'after', undefined, undefined]);
      if (dice.is(0.5)) await windows[dice.whole(0, 3)]!.pull().catch(() => undefined);
      await pass(200);
    }
    for (const net of nets) net.cut = undefined;
    await pass(16_000);
    for (const window of windows) await window.pull();
    const text = server.text.summary;
    for (const window of windows) assert.equal(window.shown().sections.summary, text);
    assert.deepEqual(text.match(/w\d+\./g)?.toSorted(), words.toSorted(), `seed ${seed}`);
  }
});

test("the caret stays with the words it stood in when others' words arrive", () => {
  const delta = (...parts: object[]) => parts as Parameters<typeof placeAfter>[1];
  assert.equal(placeAfter(5, delta({ insert: 'abc' })), 8);
  assert.equal(placeAfter(5, delta({ retain: 5 }, { insert: 'abc' })), 5, 'right at the caret: behind it');
  assert.equal(placeAfter(5, delta({ retain: 6 }, { insert: 'abc' })), 5);
  assert.equal(placeAfter(5, delta({ retain: 2 }, { delete: 2 })), 3);
  assert.equal(placeAfter(5, delta({ retain: 2 }, { delete: 9 })), 2);
  assert.equal(placeAfter(5, delta({ delete: 2 }, { insert: 'abcd' })), 7);
});
