import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingOf } from './missing.ts';

const gap = (text: string) => ({ code: 'x', serious: false, text, personId: null });

test('what is missing for several services is said once, and what concerns most of them stands on top', () => {
  const items = [
    {
      serviceId: '1',
      serviceName: 'Ledger',
      gaps: [gap('No backup.'), gap('Mara has no channel that was tested.')],
    },
    { serviceId: '2', serviceName: 'Checkout', gaps: [gap('Mara has no channel that was tested.')] },
  ];
  assert.deepEqual(missingOf(items), [
    { text: 'Mara has no channel that was tested.', personId: null, services: ['Ledger', 'Checkout'] },
    { text: 'No backup.', personId: null, services: ['Ledger'] },
  ]);
});
