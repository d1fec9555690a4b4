/** The first half of the month: a small one, a regression at noon, an alert that passed, a false alarm, a slow search, a provider. */
import {
  acknowledges,
  alert,
  category,
  changed,
  classifies,
  confirms,
  decides,
  declares,
  dismisses,
  ends,
  isGone,
  looks,
  notes,
  pulls,
  recovers,
  resolves,
  restores,
  reviews,
  rulesOut,
  sendsPrepared,
  settles,
  starts,
  suspects,
  takes,
  tells,
} from './acts.ts';
import { agrees, completes, publishes, writes } from './learning.ts';
import { ROLL_BACK, startsPlaybook, ticks } from './playbooks.ts';
import { PAYMENTS_AFTER_RELEASE, PROVIDER_DOWN, SLOW_SEARCH } from './postmortems.ts';
import type { Beat, Scene } from './world.ts';

const DAY = 24 * 60;
type When = (daysBefore: number, time: string) => Temporal.Instant;

export function earlierScenes(when: When): Scene[] {
  return [
    { name: 'slow images', start: when(29, '10:12'), beats: slowImages },
    { name: 'payments after a release', start: when(27, '14:02'), beats: paymentsAfterRelease },
    { name: 'search blinked', start: when(25, '03:20'), beats: searchBlinked },
    { name: 'false alarm', start: when(23, '09:40'), beats: falseAlarm },
    { name: 'slow search', start: when(21, '16:30'), beats: slowSearch },
    { name: 'provider down', start: when(18, '11:05'), beats: providerDown },
  ];
}

const slowImages: Beat[] = [
  [
    0,
    'ines',
    declares(
      'Product images load slowly for some shoppers',
      ['media'],
      { who: 'Frank Abara of Fabrikam', how: 'by mail' },
      'P3',
    ),
  ],
  [9, 'elena', confirms('The first image of a product page takes 4 s from Chicago, 0.5 s from Berlin.')],
  [11, 'elena', classifies('P3', 20, 60, 'complaints in the mailbox')],
  [12, 'elena', looks],
  [
    95,
    'elena',
    notes('One of three edge locations answers from the origin every time. The others are quick.'),
  ],
  [140, 'elena', starts('Take the slow edge location out of the rotation')],
  [
    150,
    'elena',
    ends('Take the slow edge location out of the rotation', 'worked', 'First image in 0.6 s from Chicago.'),
  ],
  [155, 'elena', restores({ check: 'product page from Chicago', shows: 'first image in 0.6 s, ten of ten' })],
  [158, 'elena', resolves('Watched for the rest of the morning.')],
  [160, 'elena', decides('close', 'The provider has confirmed and repaired the location.')],
];

const PAYMENTS_BACK = 'Roll payments back from 5.4.0 to 5.3.2 in production';

const paymentsAfterRelease: Beat[] = [
  [-34, 'tom', changed('search 2.9.1', 'search', 'search 2.9.1: new ranking of sold-out products')],
  [
    -11,
    'jonas',
    changed('payments 5.4.0', 'payments', 'payments 5.4.0: retries for slow banks', {
      versionBefore: '5.3.2',
      versionAfter: '5.4.0',
    }),
  ],
  [0, 'mara', alert('payments', 'payments: 38% of card payments answer 500', 'critical')],
  [1.5, 'mara', acknowledges],
  [3, 'mara', confirms('Three of three test payments failed with "unexpected end of input".')],
  [4, 'mara', classifies('P1', 300, 450, 'payments per quarter of an hour at this time')],
  [6, 'mara', sendsPrepared],
  [7, 'jonas', acknowledges],
  [9, 'mara', suspects('payments 5.4.0')],
  [10, 'mara', rulesOut('search 2.9.1', 'Search is not on the way of a payment.')],
  [11, 'mara', reviews('payments 5.4.0 went out eleven minutes before the first error. Nothing else fits.')],
  [12, 'mara', category('deployment_regression')],
  [12.5, 'jonas', startsPlaybook(ROLL_BACK, { version_before: '5.3.2' })],
  [13, 'jonas', pulls('Roll payments back', 'payments 5.4.0', PAYMENTS_BACK, { from: '5.4.0', to: '5.3.2' })],
  [13.2, 'jonas', ticks(1)],
  [13.6, 'mara', ticks(2, 'no migration')],
  [18.5, 'jonas', ticks(3, 'https://git.harbourandpine.example/payments/deployments/418')],
  [19, 'jonas', ends(PAYMENTS_BACK, 'worked', 'Errors are back to the usual two in a thousand.')],
  [19.5, 'jonas', ticks(4, 'three of three')],
  [300, 'jonas', settles(PAYMENTS_BACK, 'jonas', 4)],
  [3 * 24 * 60, 'jonas', isGone(PAYMENTS_BACK)],
  [20, 'mara', recovers()],
  [
    22,
    'mara',
    restores(
      { check: 'test payment with three cards', shows: 'three of three succeed' },
      {
        finalImpact:
          'Card payments have worked without interruption since we undid our change. Payments that failed were not charged.',
        finalAction: 'We will publish what we have learned within two days.',
      },
    ),
  ],
  [
    25,
    'mara',
    tells(
      {
        impact:
          'You can pay by card again. For 22 minutes about four in ten card payments failed; none of them was charged.',
        action: 'We have undone a change of ours and are watching that it stays that way.',
      },
      'works_again',
    ),
  ],
  [26, 'mara', ticks(5)],
  [30, 'jonas', ticks(6)],
  [
    48,
    'mara',
    tells({
      status: 'works_again',
      impact: 'Card payments work. No payment has failed for 25 minutes, and no data was lost.',
      action: 'We are going through the payments that failed and will tell each shop which ones they were.',
    }),
  ],
  [72, 'ines', notes('Called Northwind and Tailspin Toys. Both have the list of failed payments.')],
  [
    74,
    'mara',
    tells({
      status: 'works_again',
      impact: 'Card payments work.',
      action: 'The list of failed payments is with every shop. We go on watching until the end of the hour.',
    }),
  ],
  [DAY + 60, 'priya', writes(PAYMENTS_AFTER_RELEASE)],
  [
    DAY + 70,
    'priya',
    agrees({
      text: 'The payments pipeline sends ten test payments through the new version before it takes traffic',
      owner: 'jonas',
      days: 9,
      done: 'A release with a broken parser stops at that step in the staging project',
      strength: 'stronger',
    }),
  ],
  [
    DAY + 72,
    'priya',
    agrees({
      text: 'Alert on failed card payments above two in a hundred for one minute',
      owner: 'mara',
      days: 5,
      done: 'The alert fires within two minutes when test payments are made to fail',
      strength: 'intermediate',
    }),
  ],
  [
    DAY + 74,
    'priya',
    agrees({
      text: 'Every service shows its previous version and one button to go back to it',
      owner: 'tom',
      days: 19,
      done: 'A person from the other team rolls search back without asking anybody',
      strength: 'stronger',
    }),
  ],
  [DAY + 90, 'priya', publishes],
  [
    5 * DAY,
    'mara',
    completes(
      'Alert on failed card payments above two in a hundred for one minute',
      'Made to fail on staging: it fired after 70 seconds.',
    ),
  ],
  [
    9 * DAY,
    'jonas',
    completes(
      'The payments pipeline sends ten test payments through the new version before it takes traffic',
      'Release 5.4.1 stopped there once, as it should.',
    ),
  ],
];

const searchBlinked: Beat[] = [
  [0, 'tom', alert('search', 'search: slowest twentieth above 2 s', 'error')],
  [2, 'tom', recovers()],
  [6 * 60, 'tom', looks],
  [6 * 60 + 4, 'tom', notes('A backup ran at the same time. Moved it by two hours; nothing else to do.')],
];

const falseAlarm: Beat[] = [
  [0, 'jonas', alert('bookings', 'bookings: health check fails from two places', 'critical')],
  [1, 'jonas', acknowledges],
  [3, 'jonas', sendsPrepared],
  [
    4.5,
    'jonas',
    notes('Three bookings made by hand went through. The check asks for a page that was renamed yesterday.'),
  ],
  [
    5.5,
    'jonas',
    dismisses('The health check asked for a page that had been renamed. Bookings worked all the time.'),
  ],
  [9, 'jonas', sendsPrepared],
];

const slowSearch: Beat[] = [
  [
    -70,
    'elena',
    changed('reindex', 'search', 'Nightly reindex moved to the afternoon', {
      kind: 'config',
      rollback: 'safe',
    }),
  ],
  [0, 'tom', alert('search', 'search: half of all searches take longer than 3 s', 'error')],
  [3, 'tom', acknowledges],
  [5, 'tom', confirms('Ten searches by hand: 2.8 to 6 s. Results are right.')],
  [6, 'tom', classifies('P2', 800, 1200, 'searches in the last ten minutes')],
  [
    9,
    'tom',
    tells(
      {
        impact:
          'Searching in the shops is slow: results take three to six seconds. Browsing by category works as usual.',
        action: 'We are looking at what makes it slow.',
      },
      'first',
    ),
  ],
  [14, 'elena', acknowledges],
  [18, 'tom', suspects('reindex')],
  [
    20,
    'tom',
    reviews('The reindex was moved into the busiest hours at 15:20. No other change to search or below it.'),
  ],
  [21, 'tom', category('infrastructure')],
  [24, 'elena', starts('Stop the running reindex', { timeBoxMinutes: 20 })],
  [
    44,
    'elena',
    ends('Stop the running reindex', 'did_not_work', 'It stopped, but the disks are still busy merging.'),
  ],
  [
    55,
    'tom',
    tells({
      status: 'cause_known',
      impact:
        'Searching in the shops is still slow: results take three to six seconds. Browsing by category works as usual.',
      action:
        'A maintenance job of ours runs at the wrong time of day. It is stopped; we are adding a second machine.',
    }),
  ],
  [58, 'elena', starts('Add a second search machine', { timeBoxMinutes: 40, temporary: true })],
  [88, 'elena', ends('Add a second search machine', 'worked', 'Both answer; half of the load each.')],
  [92, 'tom', recovers()],
  [
    95,
    'tom',
    restores(
      { check: 'fifty searches from the list of the most frequent', shows: 'slowest 0.7 s' },
      {
        finalImpact: 'Searching is as quick as before.',
        finalAction: 'The maintenance job runs at night again.',
      },
    ),
  ],
  [
    98,
    'tom',
    tells(
      {
        impact: 'Searching is quick again. It was slow for 95 minutes; no results were wrong.',
        action: 'We are watching that it stays that way.',
      },
      'works_again',
    ),
  ],
  [140, 'elena', settles('Add a second search machine', 'elena', 20)],
  [19 * 24 * 60, 'elena', isGone('Add a second search machine')],
  [DAY + 200, 'elena', writes(SLOW_SEARCH)],
  [
    DAY + 210,
    'elena',
    agrees({
      text: 'Jobs that rewrite an index refuse to start between 08:00 and 22:00 of the shops',
      owner: 'tom',
      days: 10,
      done: 'Started at noon by hand, the job ends with a message that says why',
      strength: 'stronger',
    }),
  ],
  [DAY + 240, 'elena', publishes],
  [
    11 * DAY,
    'tom',
    completes(
      'Jobs that rewrite an index refuse to start between 08:00 and 22:00 of the shops',
      'Tried at 12:10; it named the hours and ended.',
    ),
  ],
];

const providerDown: Beat[] = [
  [0, 'mara', alert('payments', 'payments: PayBridge answers 503 to half of all requests', 'critical')],
  [2, 'mara', acknowledges],
  [4, 'mara', confirms('Two of four test payments were refused by the provider. Bank transfer works.')],
  [6, 'mara', classifies('P2', 120, 200, 'refused payments in ten minutes')],
  [
    8,
    'mara',
    tells(
      {
        impact: 'About half of all card payments are refused. Bank transfer and invoice work.',
        action: 'Our payment provider has a problem. We are offering the other ways to pay first.',
      },
      'first',
    ),
  ],
  [12, 'jonas', acknowledges],
  [16, 'mara', notes('status.paybridge.example: "elevated errors, investigating" since 11:02.')],
  [
    18,
    'mara',
    reviews(
      'No change of ours in the last 20 hours. The provider reports errors since three minutes before our alert.',
    ),
  ],
  [19, 'mara', category('third_party')],
  [
    21,
    'jonas',
    starts('Show bank transfer and invoice first in every checkout', { timeBoxMinutes: 15, temporary: true }),
  ],
  [
    30,
    'jonas',
    ends(
      'Show bank transfer and invoice first in every checkout',
      'worked',
      'Two of three orders now come by transfer or invoice.',
    ),
  ],
  [60, 'mara', sendsPrepared],
  [100, 'jonas', takes('comms')],
  [
    112,
    'jonas',
    tells({
      status: 'cause_known',
      impact: 'One in five card payments is still refused. Bank transfer and invoice work.',
      action: 'The provider is bringing its systems back one by one. We test every five minutes.',
    }),
  ],
  [133, 'mara', recovers()],
  [
    137,
    'mara',
    restores(
      { check: 'twenty test payments', shows: 'twenty of twenty succeed' },
      {
        finalImpact: 'Card payments have worked again since the afternoon, for every bank.',
        finalAction: 'We will publish what we change so that the next outage of a provider costs less.',
      },
    ),
  ],
  [
    140,
    'jonas',
    tells(
      {
        impact: 'You can pay by card again. No payment was charged twice.',
        action: 'We are watching it together with the provider.',
      },
      'works_again',
    ),
  ],
  [175, 'jonas', settles('Show bank transfer and invoice first in every checkout', 'jonas', 4)],
  [3 * 24 * 60, 'jonas', isGone('Show bank transfer and invoice first in every checkout')],
  [DAY + 120, 'mara', writes(PROVIDER_DOWN)],
  [
    DAY + 130,
    'mara',
    agrees({
      text: 'Checkout moves other ways to pay to the top by itself when a provider refuses more than one in five',
      owner: 'elena',
      days: 12,
      done: 'With the provider blocked on staging, the order of payment methods changes within a minute',
      strength: 'stronger',
    }),
  ],
  [DAY + 150, 'mara', publishes],
  [
    11 * DAY,
    'elena',
    completes(
      'Checkout moves other ways to pay to the top by itself when a provider refuses more than one in five',
      'Blocked the provider on staging: the order changed after 40 seconds.',
    ),
  ],
];
