/** The catalogue is data that people will rely on: every entry is whole, once, and of a kind that we read. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readCatalogue } from './catalogue.ts';
import { KINDS } from './kinds.ts';

const entries = readCatalogue();

test('the catalogue has at least sixty providers, each named once and with a page of its own', () => {
  assert.ok(entries.length >= 60, `${entries.length}`);
  const lower = (texts: (string | null)[]) => texts.flatMap((text) => text?.toLowerCase() ?? []);
  for (const list of [
    lower(entries.map((each) => each.name)),
    lower(entries.map((each) => each.homepage)),
    lower(entries.map((each) => each.feed)),
  ])
    assert.deepEqual(
      list.filter((text, index) => list.indexOf(text) !== index),
      [],
    );
});

test('an entry with a kind has the exact address of its feed, over https; one without has none', () => {
  for (const { name, kind, feed, homepage } of entries) {
    assert.equal(kind === null, feed === null, name);
    assert.ok(homepage.startsWith('https://'), name);
    if (kind && feed) assert.equal(KINDS[kind].address(feed), feed, `${name} is not the exact address`);
  }
});

test('most of the catalogue can be read by a machine', () => {
  assert.ok(entries.filter((each) => each.kind !== null).length >= 60);
});

test('the file says that addresses change', () => {
  assert.match(readFileSync(join(import.meta.dirname, 'catalogue.yaml'), 'utf8'), /ADDRESSES CHANGE/);
});
