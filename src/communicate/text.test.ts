import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UpdateSent } from '#incident/types.ts';
import { renderEmail } from './channels/email/render.ts';
import { type Letter, type LetterOutside, letterOf, type Told } from './letter.ts';
import { type Text, textsOf } from './text.ts';

const update = (more: Partial<UpdateSent>): UpdateSent => ({
  updateId: 'upd_1',
  kind: 'next',
  status: 'looking',
  impact: 'Nobody can pay by card.',
  action: 'We are looking at the last change.',
  nothingNew: false,
  automatic: false,
  clientIds: [],
  internal: false,
  publicPage: false,
  ...more,
});
const keys = (more: Partial<UpdateSent>) => textsOf(update(more)).map(({ audience }) => audience);

const told = (audience: Told['text']['audience'], reader: 'internal' | 'client'): Told => ({
  kind: 'next',
  status: 'looking',
  nextAt: 0,
  writtenAt: 0,
  about: {
    incidentId: 'inc_1',
    number: 7,
    title: 'checkout-api: 5xx on /pay',
    severity: 'P1',
    reference: '7M3K-Q0V9',
    drill: false,
    restricted: false,
    publicNames: ['Card payments'],
  },
  text: { audience, impact: 'Nobody can pay by card.', action: 'We are looking.' },
  reader: { audience: reader, zone: 'UTC', services: ['Card payments'] },
});

test('a message has one text for each audience that it reaches, and none for the others', () => {
  assert.deepEqual(keys({}), []);
  assert.deepEqual(keys({ internal: true }), ['internal']);
  assert.deepEqual(keys({ clientIds: ['a', 'b'], publicPage: true }), ['clients', 'public']);
});

test('what is sent to one client alone is that client\u2019s text and nobody else\u2019s', () => {
  assert.deepEqual(keys({ clientIds: ['a'], internal: true }), ['internal', 'client:a']);
});

test('a client with words of its own does not read the common ones', () => {
  const own = { audience: 'client:b' as const, impact: 'Your export is late.', action: 'We are looking.' };
  const texts = textsOf(update({ clientIds: ['a', 'b', 'c'], wordings: [own] }));
  assert.deepEqual(
    texts.map(({ audience, impact }) => `${audience}: ${impact}`),
    ['client:b: Your export is late.', 'clients: Nobody can pay by card.'],
  );
});

test('a letter is only made of a text of its reader\u2019s own audience', () => {
  for (const [audience, reader] of [
    ['internal', 'client'],
    ['public', 'client'],
    ['clients', 'internal'],
    ['client:a', 'internal'],
    ['public', 'internal'],
  ] as const)
    assert.throws(() => letterOf(told(audience, reader)), /was about to reach/, `${audience} to ${reader}`);
  assert.equal(letterOf(told('client:a', 'client')).readBy, 'client');
});

test('a letter that leaves the house has neither our title nor our number', () => {
  const mail = renderEmail(letterOf(told('clients', 'client')), {
    organisation: { name: 'Hillside', statusPageName: null, zone: 'UTC', phone: null },
    url: 'https://incidents.example',
  });
  assert.doesNotMatch(JSON.stringify(mail), /checkout-api|INC-7|inc_1|"P1"/);
});

// Compiled and never run: each of these lines must stay an error.
export function whatTheCompilerRefuses(
  inside: Text<'internal'>,
  page: Text<'public'>,
  letter: LetterOutside,
): void {
  // @ts-expect-error our own words in a letter to a client
  letter satisfies Letter & { text: Text<'internal'> };
  // @ts-expect-error our own words are not the words for clients
  const forClients: Text<'client'> = inside;
  // @ts-expect-error nor those of the page
  const forThePage: Text<'public'> = inside;
  // @ts-expect-error and what the page says is not for one client
  const forOne: Text<'client'> = page;
  // @ts-expect-error a letter to a client knows no title
  const title: string = letter.about.title;
  const outside = { ...letter, readBy: 'client' as const };
  // @ts-expect-error nor can our words be put into it
  const mixed: LetterOutside = { ...outside, text: inside };
  void [forClients, forThePage, forOne, title, mixed];
}
