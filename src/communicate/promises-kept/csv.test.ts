import assert from 'node:assert/strict';
import { test } from 'node:test';
import { promisesKeptCsv } from './csv.ts';
import { periodOf } from './period.ts';
import { longestSilence, type PromisesKept } from './read.ts';

const at = (time: string) => Temporal.Instant.from(`2026-11-23T${time}:00Z`);
const heard = (time: string, automatic = false) => ({
  automatic,
  evidence: [{ who: 'Nora', channel: 'email', at: at(time).toString(), answer: '250 ok' }],
});

function page(who: string): PromisesKept {
  return {
    client: { id: 'c', name: 'C' },
    period: { name: 'November 2026', from: '', until: '', zone: 'UTC' },
    organisation: null,
    asOf: '',
    totals: {
      incidents: 1,
      promised: 0,
      kept: 0,
      late: 0,
      broken: 0,
      messages: 1,
      messagesWithEvidence: 1,
      calls: 0,
      longestSilenceMinutes: 0,
      longestSilenceIn: null,
    },
    notShown: 0,
    incidents: [
      {
        id: 'i',
        reference: 'AB-1',
        severity: 'P1',
        services: ['card payments'],
        detectedAt: '',
        restoredAt: null,
        endedAt: null,
        longestSilenceMinutes: 0,
        promises: [],
        heard: [
          {
            at: '',
            what: 'Update',
            automatic: false,
            evidence: [{ who, channel: 'email', at: 't', answer: null }],
          },
        ],
      },
    ],
  };
}

test('what a spreadsheet would run as a formula becomes text', () => {
  for (const nasty of ['=cmd()', '+1', '-1', '@x', '\t=1', ' =1', '\r=1']) {
    const [, line = ''] = promisesKeptCsv(page(nasty)).split(/\r\n(?=AB-1)/);
    assert.ok(line.includes(`'${nasty}`), JSON.stringify(line));
  }
});

test('quotes, commas and line breaks stay inside their field', () => {
  const csv = promisesKeptCsv(page('Nora "N", the\none'));
  assert.ok(csv.includes('"Nora ""N"", the\none"'));
});

test('silence is counted between words of people that arrived, from detection to the end', () => {
  assert.equal(longestSilence(at('02:00'), at('03:00'), [heard('02:10'), heard('02:40')]), 30);
  assert.equal(longestSilence(at('02:00'), at('03:00'), [heard('02:10'), heard('02:40', true)]), 50);
  assert.equal(longestSilence(at('02:00'), at('03:00'), [{ automatic: false, evidence: [] }]), 60);
  assert.equal(longestSilence(at('02:00'), at('02:30'), [heard('02:10'), heard('02:45')]), 35);
});

test('a quarter begins and ends at midnight of the zone, across a change of the clocks', () => {
  const { name, from, until } = periodOf('2026-Q4', 'Europe/Berlin');
  assert.deepEqual(
    [name, from.toString(), until.toString()],
    ['October to December 2026', '2026-09-30T22:00:00Z', '2026-12-31T23:00:00Z'],
  );
  assert.equal(periodOf('2026-02', 'UTC').name, 'February 2026');
});
