import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change } from './change.ts';
import { listed } from './listed.ts';

const change = (id: string, serviceName: string | null, more: Partial<Change> = {}) =>
  ({ id, serviceName, kind: 'deploy', details: {}, ...more }) as Change;
const ofProvider = (id: string, serviceName: string, thirdPartyId = 'tp_cloud', providerIncident = 'inc-1') =>
  change(id, serviceName, { kind: 'third_party', details: { thirdPartyId, providerIncident } });

test('what a provider reports once stands in the list once, with every service that depends on it', () => {
  const shown = listed([
    change('c1', 'Search'),
    ofProvider('c2', 'Checkout'),
    change('c3', null),
    ofProvider('c4', 'Payments'),
    ofProvider('c5', 'Checkout'),
  ]);
  assert.deepEqual(
    shown.map(({ ids, services }) => [ids, services]),
    [
      [['c1'], ['Search']],
      [
        ['c2', 'c4', 'c5'],
        ['Checkout', 'Payments'],
      ],
      [['c3'], []],
    ],
  );
});

test('two incidents of one provider stay two, and so do two providers that number theirs alike', () => {
  const shown = listed([
    ofProvider('c1', 'Checkout'),
    ofProvider('c2', 'Checkout', 'tp_cloud', 'inc-2'),
    ofProvider('c3', 'Checkout', 'tp_mail', 'inc-1'),
  ]);
  assert.equal(shown.length, 3);
});

test('a change that only names a provider is a change of its own', () => {
  const byHand = { kind: 'third_party', details: { thirdPartyId: 'tp_cloud' } } as Partial<Change>;
  assert.equal(listed([change('c1', 'Checkout', byHand), change('c2', 'Search', byHand)]).length, 2);
});
