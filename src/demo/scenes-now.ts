/** What is going on when the demo opens: a P1 a few minutes old that nobody outside has been told about, a P2 being watched, a small one that waits. */
import {
  acknowledges,
  alert,
  category,
  changed,
  classifies,
  confirms,
  declares,
  ends,
  recovers,
  restores,
  reviews,
  starts,
  suspects,
  tells,
  tries,
} from './acts.ts';
import { answers, asks } from './clients.ts';
import { ROLL_BACK, startsPlaybook, ticks } from './playbooks.ts';
import { flagged } from './senders.ts';
import type { Beat, Scene } from './world.ts';

/** The P1's name among the scenes. */
export const IN_PROGRESS = 'card payments fail';
// Detected so long before the end: the first message, due after ten minutes, is the visitor's next step.
const OLD_MINUTES = 7.5;

/** @param end the instant at which the demo's month ends and the visitor's own time begins */
export function scenesNow(end: Temporal.Instant): Scene[] {
  return [
    { name: 'odd suggestions', start: end.subtract({ minutes: 150 }), beats: oddSuggestions },
    { name: 'newsletters wait', start: end.subtract({ minutes: 71 }), beats: newslettersWait },
    {
      name: IN_PROGRESS,
      start: end.subtract({ milliseconds: OLD_MINUTES * 60_000 }),
      beats: cardPaymentsFail,
    },
  ];
}

const oddSuggestions: Beat[] = [
  [
    0,
    'sam',
    declares(
      'Search suggests products that are no longer sold',
      ['search'],
      { who: 'Frank Abara of Fabrikam', how: 'by mail' },
      'P3',
    ),
  ],
  [12, 'tom', confirms('Typed five names of old products; three are suggested. The result page is right.')],
  [14, 'tom', classifies('P3', 0, 200, 'searches for old names per day')],
];

const newslettersWait: Beat[] = [
  [-38, 'tom', changed('newsletter 1.8.0', 'newsletter', 'newsletter 1.8.0: sends in smaller batches')],
  [0, 'tom', alert('newsletter', 'newsletter: 9,000 mails wait, none has left for 15 minutes', 'error')],
  [3, 'tom', acknowledges],
  [5, 'tom', confirms('A test newsletter to ourselves has not arrived after four minutes.')],
  [6, 'tom', classifies('P2', 9000, 9000, 'mails in the queue')],
  [
    9,
    'tom',
    tells(
      {
        impact:
          'Newsletters that were started today have not left yet. None is lost, and none is sent twice.',
        action: 'We are looking at why the queue stands still.',
      },
      'first',
    ),
  ],
  [12, 'elena', acknowledges],
  [14, 'tom', suspects('newsletter 1.8.0')],
  [
    16,
    'tom',
    reviews('newsletter 1.8.0 went out 38 minutes before. Its batches are larger than the provider takes.'),
  ],
  [17, 'tom', category('deployment_regression')],
  [19, 'elena', starts('Roll newsletter back to 1.7.6', { timeBoxMinutes: 15 })],
  [
    22,
    'sam',
    asks({
      from: 'Tess Ito',
      text: 'We started our sale letter at noon. Will everybody get it once, or do we have to start it again?',
    }),
  ],
  [
    26,
    'tom',
    answers(
      'Nothing has to be started again. Your letter waits in the queue, and each of its readers gets it once, as soon as the queue moves.',
    ),
  ],
  [33, 'elena', ends('Roll newsletter back to 1.7.6', 'worked', 'The queue drains, 600 a minute.')],
  [50, 'tom', recovers()],
  [
    54,
    'tom',
    restores(
      { check: 'queue length and a newsletter to ourselves', shows: 'queue empty, arrived after 20 s' },
      {
        finalImpact: 'All newsletters of today have been delivered, each of them once.',
        finalAction: 'We will publish what we have learned within two days.',
      },
    ),
  ],
  [
    57,
    'tom',
    tells(
      {
        impact: 'Newsletters leave again, and those that waited have been delivered.',
        action: 'We are watching that it stays that way.',
      },
      'works_again',
    ),
  ],
];

const cardPaymentsFail: Beat[] = [
  [-186, 'elena', changed('shop-api 8.12.0', 'shop-api', 'shop-api 8.12.0: gift cards in the basket')],
  [
    -97,
    'jonas',
    changed('orders-db parameters', 'orders-db', 'orders-db: more memory for sorting', {
      kind: 'config',
      rollback: 'unknown',
    }),
  ],
  [
    -26,
    'jonas',
    changed('payments 5.6.0', 'payments', 'payments 5.6.0: new client library of the provider', {
      versionBefore: '5.5.1',
      versionAfter: '5.6.0',
    }),
  ],
  [-8, 'elena', flagged('express checkout', 'shop-api', '10%')],
  [0, 'mara', alert('payments', 'payments: 61% of card payments fail', 'critical')],
  [1.3, 'mara', acknowledges],
  [2, 'elena', alert('shop-api', 'shop-api: checkout answers 502', 'critical', ' checkout')],
  [3.4, 'mara', confirms('Four of five test payments failed with "connection reset by provider library".')],
  [4.4, 'mara', classifies('P1', 180, 320, 'payments in ten minutes at this time')],
  [5.5, 'jonas', acknowledges],
  [6, 'jonas', tries('Roll payments back', 'payments 5.6.0', { from: '5.6.0', to: '5.5.1' })],
  [
    6.5,
    'ines',
    asks({
      from: 'Anders Vik',
      text: 'Three guests could not pay for their booking just now. Is it you, or their banks? What can we tell them?',
    }),
  ],
  [6, 'jonas', startsPlaybook(ROLL_BACK, { version_before: '5.5.1' })],
  [6.8, 'jonas', ticks(1, 'paused; 5.6.0 is on half of the machines')],
];
