/** The second half of the month: a night with a broken promise, one failure declared twice, one that came back, and what is still owed. */
import {
  acknowledges,
  alert,
  category,
  changed,
  classifies,
  confirms,
  decides,
  declares,
  ends,
  gives,
  isGone,
  looks,
  mergesInto,
  notes,
  offers,
  recovers,
  resolves,
  restores,
  reviews,
  sendsPrepared,
  settles,
  starts,
  suspects,
  takes,
  tells,
} from './acts.ts';
import {
  agrees,
  answersComment,
  asksReviewers,
  comments,
  coveredBy,
  owns,
  publishes,
  reviewsText,
  tellsOutside,
  writes,
} from './learning.ts';
import {
  BOOKINGS_TWICE,
  BOOKINGS_TWICE_FOR_EVERYBODY,
  DISK_FULL,
  DISK_FULL_FOR_CLIENTS,
  SIGN_IN_FAILS,
  UPLOADS_FAIL,
} from './postmortems.ts';
import type { Beat, Scene } from './world.ts';

const DAY = 24 * 60;
type When = (daysBefore: number, time: string) => Temporal.Instant;

export function latelyScenes(when: When, end: Temporal.Instant): Scene[] {
  return [
    { name: 'disk full at night', start: when(14, '02:40'), beats: diskFull },
    { name: 'sign-in fails', start: when(11, '15:20'), beats: signInFails },
    { name: 'a client cannot sign in', start: when(11, '15:27'), beats: clientCannotSignIn },
    { name: 'mails late', start: when(9, '10:50'), beats: mailsLate },
    { name: 'old logo', start: when(6, '13:15'), beats: oldLogo },
    { name: 'bookings twice', start: when(4, '17:45'), beats: bookingsTwice },
    { name: 'uploads fail', start: end.subtract({ hours: 22 }), beats: uploadsFail },
  ];
}

const diskFull: Beat[] = [
  [0, 'mara', alert('orders-db', 'orders-db: disk full, writes are refused', 'critical')],
  [2, 'mara', acknowledges],
  [4, 'mara', confirms('An order by hand ends with "could not extend file". Reading works.')],
  [5, 'mara', classifies('P1', 40, 90, 'orders per hour at night')],
  [
    8,
    'mara',
    tells(
      {
        impact:
          'Since 02:38 nobody can place an order in the shops. Browsing works. No order that was confirmed is lost.',
        action: 'We are freeing space on the machine that keeps the orders.',
      },
      'first',
    ),
  ],
  [10, 'jonas', acknowledges],
  [13, 'mara', reviews('No change in the last 24 hours. The disk has been filling for nine days.')],
  [14, 'mara', category('infrastructure')],
  [16, 'jonas', starts('Remove old archive files from the data disk', { timeBoxMinutes: 15 })],
  [
    31,
    'jonas',
    ends(
      'Remove old archive files from the data disk',
      'did_not_work',
      'Freed 2 GB; they were gone within four minutes.',
    ),
  ],
  [33, 'jonas', notes('Something keeps old segments: a copy that nobody reads any more.')],
  [52, 'priya', acknowledges],
  [53, 'priya', takes('comms')],
  [
    54,
    'priya',
    tells({
      status: 'cause_known',
      impact: 'Orders still cannot be placed. Browsing works. No order that was confirmed is lost.',
      action:
        'Our update was late; we are sorry. The disk of the order system is full, and we are moving it to a larger one.',
    }),
  ],
  [56, 'jonas', starts('Move the data to a larger disk', { timeBoxMinutes: 30, temporary: true })],
  [
    70,
    'jonas',
    ends('Move the data to a larger disk', 'worked', 'Writes are accepted; 60% of the disk is free.'),
  ],
  [72, 'mara', recovers()],
  [
    73,
    'mara',
    restores(
      { check: 'three orders by hand', shows: 'three of three confirmed' },
      {
        finalImpact: 'Orders have been placed without interruption since 03:52. No confirmed order was lost.',
        finalAction: 'We will publish what we have learned within two days.',
      },
    ),
  ],
  [
    76,
    'priya',
    tells(
      {
        impact:
          'You can place orders again. For 74 minutes the shops accepted none; no confirmed order was lost.',
        action: 'We are watching it through the night.',
      },
      'works_again',
    ),
  ],
  [96, 'elena', acknowledges],
  [98, 'mara', offers('lead', 'elena')],
  [99, 'mara', gives('lead', 'elena')],
  [
    101,
    'priya',
    tells({
      status: 'works_again',
      impact: 'Orders can be placed. No data was lost.',
      action: 'We keep watching. Nothing has to be done on your side.',
    }),
  ],
  [
    127,
    'priya',
    tells({
      status: 'works_again',
      impact: 'Orders can be placed. No data was lost.',
      action: 'We keep watching until the end of the hour.',
    }),
  ],
  [7 * 60, 'priya', settles('Move the data to a larger disk', 'jonas', 12)],
  [11 * 24 * 60, 'jonas', isGone('Move the data to a larger disk')],
  [DAY + 500, 'priya', writes(DISK_FULL)],
  [
    DAY + 505,
    'priya',
    agrees({
      text: 'Every data disk tells its owner when it will be full within five days',
      owner: 'jonas',
      days: 21,
      done: 'A disk on staging that fills up raises a warning with the day on which it is full',
      strength: 'stronger',
    }),
  ],
  [
    DAY + 510,
    'priya',
    agrees({
      text: 'Copies that nobody has read for a day are dropped by a job',
      owner: 'mara',
      days: 16,
      done: 'A forgotten copy on staging is gone the next morning',
      strength: 'stronger',
    }),
  ],
  [
    DAY + 515,
    'priya',
    agrees({
      text: 'In a P1 at night the second person in takes over the messages',
      owner: 'priya',
      days: 16,
      done: 'The playbook says so, and the next drill is run that way',
      strength: 'weaker',
    }),
  ],
  [DAY + 560, 'priya', publishes],
  [DAY + 600, 'priya', tellsOutside('clients', DISK_FULL_FOR_CLIENTS)],
];

const signInFails: Beat[] = [
  [
    -19,
    'jonas',
    changed('accounts cookie', 'accounts', 'Sessions: new cookie setting for all domains', {
      kind: 'config',
      rollback: 'safe',
    }),
  ],
  [0, 'jonas', alert('accounts', 'accounts: half of all sign-ins answer 500', 'critical')],
  [2, 'jonas', acknowledges],
  [4, 'jonas', confirms('Signing in fails in two of three browsers with "no session".')],
  [5, 'jonas', classifies('P1', 150, 300, 'sign-ins in ten minutes')],
  [7, 'jonas', sendsPrepared],
  [9, 'mara', acknowledges],
  [11, 'jonas', suspects('accounts cookie')],
  [
    12,
    'jonas',
    tells({
      status: 'looking',
      impact:
        'About half of all people cannot sign in, and cannot book where signing in is needed. Who is signed in already is not affected.',
      action: 'We are undoing a setting that we changed at 15:01.',
    }),
  ],
  [
    13,
    'jonas',
    reviews('The cookie setting went out 19 minutes before the first alert and fits what the browsers say.'),
  ],
  [14, 'jonas', category('deployment_regression')],
  [15, 'mara', starts('Put the old session setting back', { timeBoxMinutes: 10 })],
  [20, 'mara', ends('Put the old session setting back', 'worked', 'All three browsers sign in.')],
  [22, 'jonas', recovers()],
  [
    24,
    'jonas',
    restores(
      { check: 'signing in with three browsers', shows: 'nine of nine succeed' },
      {
        finalImpact: 'Signing in and booking have worked since 15:42.',
        finalAction: 'We will publish what we have learned within two days.',
      },
    ),
  ],
  [
    27,
    'jonas',
    tells(
      {
        impact: 'You can sign in and book again. Nobody saw data of somebody else.',
        action: 'We are watching that it stays that way.',
      },
      'works_again',
    ),
  ],
  [
    50,
    'jonas',
    tells({
      status: 'works_again',
      impact: 'Signing in and booking work. No data was seen by others.',
      action: 'We keep watching.',
    }),
  ],
  [75, 'jonas', sendsPrepared],
  [DAY + 100, 'jonas', writes(SIGN_IN_FAILS)],
  [
    DAY + 110,
    'jonas',
    agrees({
      text: 'Settings of accounts go out to one domain first and wait ten minutes',
      owner: 'mara',
      days: 18,
      done: 'A broken setting on staging stops after the first domain',
      strength: 'stronger',
    }),
  ],
  [DAY + 130, 'jonas', publishes],
];

const clientCannotSignIn: Beat[] = [
  [
    0,
    'ines',
    declares('Nobody at Contoso can sign in to book', ['bookings'], {
      who: 'Carla Conti of Contoso',
      how: 'on the telephone',
    }),
  ],
  [3, 'ines', notes('Same error text as in the incident that monitoring has declared.')],
  [3.5, 'ines', mergesInto('sign-in fails')],
];

const mailsLate: Beat[] = [
  [0, 'jonas', alert('mailer', 'mailer: oldest waiting mail is 14 minutes old', 'error')],
  [3, 'jonas', acknowledges],
  [5, 'jonas', confirms('A password mail to a test address took 16 minutes.')],
  [6, 'jonas', classifies('P2', 200, 400, 'mails in the queue')],
  [
    9,
    'jonas',
    tells(
      {
        impact: 'Emails to customers arrive up to 20 minutes late. None is lost.',
        action: 'We are looking at where they wait.',
      },
      'first',
    ),
  ],
  [18, 'jonas', reviews('No change of ours since the day before. Postwing says "delayed delivery".')],
  [19, 'jonas', category('third_party')],
  [44, 'jonas', recovers()],
  [46, 'jonas', restores({ check: 'five test mails', shows: 'all within 20 s' })],
  [
    49,
    'jonas',
    tells(
      {
        impact: 'Emails arrive within seconds again. All that waited have been delivered.',
        action: 'We are watching that it stays that way.',
      },
      'works_again',
    ),
  ],
  [57, 'jonas', alert('mailer', 'mailer: oldest waiting mail is 11 minutes old', 'error', ' again')],
  [59, 'jonas', notes('The queue grows again, with the same error of the provider.')],
  [
    63,
    'jonas',
    tells(
      {
        status: 'cause_known',
        impact: 'Emails to customers are late again, up to 15 minutes. None is lost.',
        action: 'Our mail provider delays them. We are preparing a second way out.',
      },
      'is_back',
    ),
  ],
  [66, 'mara', acknowledges],
  [
    70,
    'mara',
    starts('Send through the second account of another provider', { timeBoxMinutes: 30, temporary: true }),
  ],
  [
    86,
    'mara',
    ends(
      'Send through the second account of another provider',
      'worked',
      'The queue is empty after nine minutes.',
    ),
  ],
  [88, 'jonas', recovers(' again')],
  [
    90,
    'jonas',
    restores(
      { check: 'ten test mails', shows: 'all within 30 s by the second way' },
      {
        finalImpact: 'Emails have arrived within seconds since the afternoon.',
        finalAction: 'We keep the second way out ready.',
      },
    ),
  ],
  [
    93,
    'jonas',
    tells(
      {
        impact: 'Emails arrive within seconds again, by another way.',
        action: 'We are watching that it stays that way.',
      },
      'works_again',
    ),
  ],
  [150, 'jonas', settles('Send through the second account of another provider', 'mara', 25)],
  [DAY, 'jonas', coveredBy('provider down', 'What both teach is the same: a provider without a second way.')],
];

const oldLogo: Beat[] = [
  [
    0,
    'sam',
    declares(
      'The unsubscribe page shows the logo of last year',
      ['newsletter'],
      { who: 'Tess Ito of Tailspin Toys', how: 'by mail' },
      'P3',
    ),
  ],
  [40, 'tom', confirms('Opened the page: the logo is the old one, the button works.')],
  [41, 'tom', classifies('P3', 0, 30, 'visits of that page per day')],
  [43, 'tom', looks],
  [90, 'tom', restores({ check: 'unsubscribing with a test address', shows: 'works as it should' })],
  [91, 'tom', resolves('The page does its work.')],
  [93, 'tom', decides('accept', 'The page is rebuilt next month; until then the old logo stays.')],
];

const bookingsTwice: Beat[] = [
  [-26, 'jonas', changed('bookings 7.1.0', 'bookings', 'bookings 7.1.0: faster confirmation page')],
  [0, 'jonas', alert('bookings', 'bookings: one in ten bookings is refused', 'error')],
  [3, 'jonas', acknowledges],
  [5, 'jonas', confirms('Two of ten bookings by hand end with "already taken", and the slot is free.')],
  [7, 'jonas', classifies('P2', 15, 40, 'refused bookings in the log')],
  [
    9,
    'jonas',
    tells(
      {
        impact:
          'About one in ten bookings is refused with "already taken". Trying again works. No booking is made twice.',
        action: 'We are undoing our last change.',
      },
      'first',
    ),
  ],
  [11, 'mara', acknowledges],
  [13, 'jonas', suspects('bookings 7.1.0')],
  [15, 'jonas', reviews('bookings 7.1.0 asks twice for the same slot. Nothing else changed.')],
  [16, 'jonas', category('deployment_regression')],
  [18, 'mara', starts('Roll bookings back to 7.0.4', { timeBoxMinutes: 10 })],
  [25, 'mara', ends('Roll bookings back to 7.0.4', 'worked', 'No refused booking since 18:09.')],
  [29, 'jonas', recovers()],
  [
    31,
    'jonas',
    restores(
      { check: 'twenty bookings by hand', shows: 'twenty of twenty' },
      {
        finalImpact: 'Bookings have been accepted without interruption since 18:09.',
        finalAction: 'We will publish what we have learned within two days.',
      },
    ),
  ],
  [
    34,
    'jonas',
    tells(
      {
        impact: 'Bookings are accepted again. 26 were refused; none was made twice.',
        action: 'We are watching that it stays that way.',
      },
      'works_again',
    ),
  ],
  [DAY + 120, 'jonas', writes(BOOKINGS_TWICE)],
  [
    DAY + 125,
    'jonas',
    agrees({
      text: 'Asking for a slot twice with the same key answers the same booking',
      owner: 'jonas',
      days: 14,
      done: 'The test that asks twice gets one booking and no refusal',
      strength: 'stronger',
    }),
  ],
  [DAY + 140, 'jonas', publishes],
  [DAY + 170, 'jonas', tellsOutside('public', BOOKINGS_TWICE_FOR_EVERYBODY)],
];

const uploadsFail: Beat[] = [
  [
    -15,
    'tom',
    changed('media limits', 'media', 'Upload limits per client', { kind: 'config', rollback: 'safe' }),
  ],
  [0, 'elena', alert('media', 'media: uploads above 8 MB fail', 'error')],
  [3, 'elena', acknowledges],
  [5, 'elena', confirms('A file of 9 MB fails, one of 7 MB succeeds.')],
  [6, 'elena', classifies('P2', 60, 120, 'uploads per hour of that size')],
  [
    9,
    'elena',
    tells(
      {
        impact:
          'Files larger than 8 MB cannot be uploaded. Smaller ones, and everything that is there already, work.',
        action: 'We are undoing a setting that we changed today.',
      },
      'first',
    ),
  ],
  [12, 'elena', suspects('media limits')],
  [14, 'elena', reviews('The new limits count in another unit than the old ones.')],
  [15, 'elena', category('deployment_regression')],
  [16, 'tom', acknowledges],
  [17, 'tom', starts('Put the old upload limits back', { timeBoxMinutes: 10 })],
  [22, 'tom', ends('Put the old upload limits back', 'worked', '40 MB goes through.')],
  [24, 'elena', recovers()],
  [
    26,
    'elena',
    restores(
      { check: 'uploads of 9, 20 and 40 MB', shows: 'three of three' },
      {
        finalImpact: 'Files of every allowed size can be uploaded again.',
        finalAction: 'We will publish what we have learned within two days.',
      },
    ),
  ],
  [
    29,
    'elena',
    tells(
      {
        impact: 'You can upload files of every allowed size again.',
        action: 'We are watching that it stays that way.',
      },
      'works_again',
    ),
  ],
  [185, 'priya', owns],
  [190, 'priya', writes(UPLOADS_FAIL)],
  [200, 'priya', asksReviewers('tom', 'jonas')],
  [
    235,
    'tom',
    comments(
      'timeline',
      'Was the setting tried on staging before it went out? The lines do not say.',
      'priya',
    ),
  ],
  [
    250,
    'priya',
    answersComment('timeline', 'It was not: staging has no limits. The root cause says so.', 'settled'),
  ],
  [255, 'tom', reviewsText('sign-off', 'Reads right to me.')],
  [
    19 * 60,
    'jonas',
    comments(
      'contributing_factors',
      'Ten refusals took fifteen minutes. Would a share of all uploads have raised it sooner?',
      'priya',
    ),
  ],
  [
    19 * 60 + 5,
    'jonas',
    reviewsText(
      'change-request',
      'Say why one setting reaches all clients at once. That is what made it large.',
    ),
  ],
];
