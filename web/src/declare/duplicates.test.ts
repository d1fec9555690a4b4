import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IncidentSummary } from '#incident/view.ts';
import { likely } from './duplicates.ts';

const open = [
  {
    id: 'one',
    title: 'Card payments fail at checkout',
    services: [{ id: 'svc_1', name: 'checkout', publicName: 'card payments' }],
  },
  {
    id: 'two',
    title: 'Search answers slowly',
    services: [{ id: 'svc_2', name: 'search', publicName: null }],
  },
] as IncidentSummary[];
const ids = (title: string, serviceIds: string[] = []) =>
  likely(open, title, serviceIds).map((each) => each.id);

test('an open incident with the same words is offered while one types', () => {
  assert.deepEqual(ids('customers say the payment failed'), ['one']);
  assert.deepEqual(ids('login'), []);
});

test('an open incident of the same service is offered whatever the words are', () => {
  assert.deepEqual(ids('something odd', ['svc_2']), ['two']);
});
