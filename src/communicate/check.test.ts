import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Checked, checkUpdate, type Surroundings } from './check.ts';
import { draft } from './message.ts';

const message: Checked = {
  kind: 'next',
  status: 'cause_known',
  impact: 'Since 02:02 UTC nobody can pay by card. No data loss is known.',
  action: 'We are undoing our change of 01:58.',
  nextAt: '2026-11-25T02:40:00Z',
};
const around: Surroundings = {
  now: '2026-11-25T02:11:00Z',
  severity: 'P1',
  cadenceMinutes: 30,
  external: true,
  dataKnown: true,
  internalNames: [{ name: 'pay-gw', publicName: 'card payments' }],
  otherClients: ['Contoso'],
  people: ['Ada Byron'],
  nothingNew: false,
};
const codes = (changes: Partial<Checked>, other: Partial<Surroundings> = {}) =>
  checkUpdate({ ...message, ...changes }, { ...around, ...other }).map(
    (each) => `${each.code} ${each.level}`,
  );

test('a plain message of four fields is left alone', () => {
  assert.deepEqual(codes({}), []);
});

test('a message without impact, action or next time cannot be sent', () => {
  assert.deepEqual(codes({ impact: ' ', action: '', nextAt: null }), ['U2 stop', 'U3 stop', 'U4 stop']);
});

test('only messages that end the telling may leave the next time open', () => {
  assert.deepEqual(codes({ kind: 'final', nextAt: null }), []);
  assert.deepEqual(codes({ kind: 'stand_down', nextAt: null }), []);
  assert.deepEqual(codes({ kind: 'works_again', nextAt: null }), ['U4 stop']);
});

test('a next time in the past, or later than the cadence, is stopped', () => {
  assert.deepEqual(codes({ nextAt: '2026-11-25T02:11:00Z' }), ['U4p stop']);
  assert.deepEqual(codes({ nextAt: '2026-11-25T02:43:00Z' }), ['U4p stop']);
  assert.deepEqual(codes({ nextAt: '2026-11-25T02:43:00Z' }, { cadenceMinutes: 60 }), []);
});

test('an internal name is offered its public one', () => {
  const [found] = checkUpdate({ ...message, action: 'We are restarting pay-gw now.' }, around);
  assert.deepEqual([found?.code, found?.rewrite, found?.start, found?.end], ['U6', 'card payments', 18, 24]);
});

test('a name of the house that stands inside a public name is the public name', () => {
  const internalNames = [{ name: 'payments', publicName: 'Card payments' }];
  assert.deepEqual(codes({ impact: 'Since 02:02 UTC card payments fail.' }, { internalNames }), []);
  const action = 'Card payments fail because we are restarting payments.';
  const [found, ...more] = checkUpdate({ ...message, action }, { ...around, internalNames });
  assert.deepEqual([found?.code, found?.start, more.length], ['U6', 45, 0]);
});

test('an address, a token and the name of another client need a second tap', () => {
  const findings = checkUpdate({ ...message, action: 'Contoso at 10.2.3.4 is being moved.' }, around);
  assert.deepEqual(
    findings.map((each) => each.confirms),
    ['client_name', 'secret'],
  );
  assert.deepEqual(codes({ action: 'We are asking ops@example.com and rotating token=abc123.' }), [
    'U16 ask',
    'U16 ask',
  ]);
});

test('inside the house jargon and names are fine, secrets are still asked twice', () => {
  assert.deepEqual(
    codes(
      { action: 'Ada Byron is restarting the redis pods of pay-gw; password: hunter2' },
      { external: false },
    ),
    ['U16 ask'],
  );
});

test('promises about the repair, guesses, blame and small words are pointed out', () => {
  const doing = 'We are undoing it.';
  assert.deepEqual(codes({ action: `${doing} It will be fixed soon.` }), ['U8 warn', 'U4r warn']);
  assert.deepEqual(codes({ status: 'looking', action: `${doing} It is probably the network.` }), ['U7 warn']);
  assert.deepEqual(codes({ action: 'An engineer broke it, Ada Byron is reverting.' }), [
    'U10 must',
    'U10 must',
  ]);
  assert.deepEqual(codes({ action: 'A minor hiccup is being looked at.' }), ['U11 warn']);
});

test('findings of a field stand in the order of its words, and point at the words alone', () => {
  const impact = 'Only a few people cannot pay, because a developer pushed the wrong setting.';
  const found = checkUpdate({ ...message, impact }, around);
  assert.deepEqual(
    found.map(({ code, start, end }) => `${code} ${impact.slice(start, end)}`),
    ['U11 Only a few', 'U10 a developer pushed the wrong'],
  );
});

test('what must be mended is shown, and only a missing field stops the sending', () => {
  assert.deepEqual(codes({ impact: 'We are experiencing technical difficulties.' }, { dataKnown: true }), [
    'U2 must',
  ]);
  assert.deepEqual(codes({ action: 'We are aware and working hard.' }), ['U3 warn']);
});

test('nothing is called resolved before it is, nor without a look', () => {
  assert.deepEqual(codes({ impact: 'The problem with card payments is resolved.' }), ['U1r must']);
  const again = { kind: 'works_again', status: 'works_again', action: 'We are watching it.' } as const;
  assert.deepEqual(codes({ ...again, impact: 'Card payments should be fine now.' }), ['U1r must']);
  assert.deepEqual(codes({ ...again, impact: 'Card payments work again since 02:10 UTC.' }), []);
});

test('a message after the promised time is asked to say that it is late', () => {
  const promisedAt = '2026-11-25T02:05:00Z';
  assert.deepEqual(codes({}, { promisedAt }), ['U17 warn']);
  assert.deepEqual(
    codes({ impact: `Our update for 02:05 UTC is late. ${message.impact}` }, { promisedAt }),
    [],
  );
});

test('every prepared draft passes its own check', () => {
  const situation = {
    publicNames: ['card payments'],
    checkingData: false,
    now: '2026-11-25T02:11:00Z',
    nextAt: '2026-11-25T02:40:00Z',
    zone: 'Europe/Berlin',
    detectedAt: '2026-11-25T02:02:00Z',
    restoredAt: '2026-11-25T02:05:00Z',
    last: {
      status: 'looking',
      impact: message.impact,
      action: message.action,
      at: '2026-11-25T02:04:00Z',
      kind: 'first',
    },
    correction: 'bank transfers were never affected',
  } as const;
  for (const kind of [
    'first',
    'next',
    'works_again',
    'is_back',
    'stand_down',
    'correction',
    'final',
  ] as const)
    for (const publicNames of [['card payments'], []]) {
      const made = draft({ ...situation, kind, publicNames });
      const found = checkUpdate(made, { ...around, nothingNew: made.nothingNew });
      assert.deepEqual(
        found.map((each) => `${kind} ${each.code}`),
        [],
      );
    }
});

test('the same text again is asked about, unless it says that nothing is new', () => {
  const previous = { impact: message.impact, action: message.action };
  assert.deepEqual(codes({}, { previous }), ['U13 warn']);
  assert.deepEqual(codes({}, { previous, nothingNew: true }), []);
});

test('a P1 that is silent about data gets a hint', () => {
  assert.deepEqual(codes({ impact: 'Nobody can pay by card.' }, { dataKnown: false }), ['U14 hint']);
});
