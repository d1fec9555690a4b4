/** What concerns clients beside the failures: a leak that only three people see, with its duties; planned work, done and to come. */
import {
  acknowledges,
  category,
  confirms,
  ends,
  notes,
  resolves,
  restores,
  reviews,
  starts,
} from './acts.ts';
import { dataIsSeen, isAware, leaks, mustNotify, notified, plans, works } from './clients.ts';
import { agrees, publishes, writes } from './learning.ts';
import { GUEST_LIST } from './postmortems.ts';
import type { Beat, Scene } from './world.ts';

const HOUR = 60;
type When = (daysBefore: number, time: string) => Temporal.Instant;

export function clientScenes(when: When): Scene[] {
  return [
    { name: 'faster pictures', start: when(16, '10:00'), beats: fasterPictures },
    { name: 'guest list', start: when(8, '13:10'), beats: guestList },
    { name: 'larger machines', start: when(1, '16:00'), beats: largerMachines },
  ];
}

const fasterPictures: Beat[] = [
  [
    0,
    'elena',
    plans({
      title: 'Pictures move to a faster store',
      impact: 'Pictures may load slowly for a few minutes. Shops and bookings work.',
      services: ['media', 'shop-api'],
      inHours: 30,
      forMinutes: 60,
    }),
  ],
  [30 * HOUR, 'elena', works('start')],
  [30 * HOUR + 44, 'elena', works('completion')],
];

const largerMachines: Beat[] = [
  [
    0,
    'jonas',
    plans({
      title: 'Orders move to larger machines',
      impact: 'For up to ten minutes nobody can pay or place an order. Browsing works all the time.',
      services: ['payments', 'shop-api', 'orders-db'],
      inHours: 85,
      forMinutes: 90,
    }),
  ],
];

const guestList: Beat[] = [
  [
    0,
    'mara',
    leaks(
      'A list of guests could be opened without signing in',
      ['bookings'],
      {
        who: 'Carla Conti of Contoso',
        how: 'by telephone',
      },
      ['mara', 'jonas', 'priya'],
    ),
  ],
  [1, 'mara', acknowledges],
  [
    3,
    'mara',
    confirms('The link to an export of bookings opens in a private window. It has been there for two days.'),
  ],
  [4, 'mara', dataIsSeen(214, 'guests on the list')],
  [6, 'jonas', acknowledges],
  [9, 'mara', isAware(9, 'Contoso told us of the link', 'Contoso')],
  [12, 'jonas', starts('Take the export away and close the folder', { timeBoxMinutes: 15 })],
  [
    16,
    'jonas',
    ends(
      'Take the export away and close the folder',
      'worked',
      'The link answers 403, from outside as well.',
    ),
  ],
  [18, 'mara', category('security')],
  [20, 'mara', reviews('The folder was opened on Monday for a supplier, by hand; nothing was released.')],
  [24, 'mara', restores({ check: 'the link from three networks', shows: 'refused each time' })],
  [
    40,
    'priya',
    notes('The log of the folder shows four openings: two by Contoso, one by us, one that nobody knows.'),
  ],
  [85, 'mara', resolves('The folder is closed, and no other folder is open.')],
  [3 * HOUR, 'priya', mustNotify('gdpr_processor', 'names and arrival dates of 214 guests were on the list')],
  [4 * HOUR, 'priya', notified('gdpr_processor', 'client', 'call with Carla Conti, and the log by mail')],
  [5 * HOUR, 'priya', mustNotify('nis2', 'one opening by somebody unknown cannot be explained')],
  [8 * HOUR, 'priya', notified('nis2', 'early_warning', 'CSIRT 2026-4417')],
  [26 * HOUR, 'priya', writes(GUEST_LIST)],
  [
    26 * HOUR + 20,
    'priya',
    agrees({
      text: 'Folders that anybody can open close by themselves after a day',
      owner: 'jonas',
      days: 30,
      done: 'A folder opened on staging is closed on the next day',
      strength: 'stronger',
    }),
  ],
  [27 * HOUR, 'priya', publishes],
  [49 * HOUR, 'priya', notified('nis2', 'notification', 'CSIRT 2026-4417, second part')],
];
