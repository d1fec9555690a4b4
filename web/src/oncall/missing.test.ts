import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concernsPeople, missingOf, unpreparedWords } from './missing.ts';

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
    {
      code: 'x',
      text: 'Mara has no channel that was tested.',
      personId: null,
      services: ['Ledger', 'Checkout'],
    },
    { code: 'x', text: 'No backup.', personId: null, services: ['Ledger'] },
  ]);
});

test('whom nobody follows goes before what is not prepared, however many services that concerns', () => {
  const of = (serviceName: string, ...codes: string[]) => ({
    serviceId: serviceName,
    serviceName,
    gaps: codes.map((code) => ({ ...gap(code), code })),
  });
  const missing = missingOf([
    of('Ledger', 'no_playbook', 'untested'),
    of('Checkout', 'no_playbook', 'one_person'),
    of('Search', 'no_playbook', 'untested'),
  ]);
  assert.deepEqual(
    missing.map((each) => [each.code, each.services.length]),
    [
      ['one_person', 1],
      ['untested', 2],
      ['no_playbook', 3],
    ],
  );
  assert.deepEqual(missing.map(concernsPeople), [true, true, false]);
});

test('how many services are not prepared is one sentence, and nothing where all are', () => {
  const of = (...codes: string[]) => ({
    serviceId: codes.join(),
    serviceName: 'x',
    gaps: codes.map((code) => ({ ...gap(code), code })),
  });
  assert.equal(unpreparedWords([of('untested')]), undefined);
  assert.equal(
    unpreparedWords([of('no_playbook', 'no_change_feed'), of('no_playbook'), of('rollback_unknown')]),
    '2 services have no playbook, 1 has no known way back, 1 has no change feed that speaks.',
  );
  assert.equal(unpreparedWords([of('no_change_feed')]), '1 service has no change feed that speaks.');
});
