/** Near misses of the demo's month: told by nobody in particular, found in the morning, answered for everybody. */
import { putReport } from '../learn/near-misses/box.ts';
import { dayIn } from '../learn/near-misses/days.ts';
import type { Act, Beat, Scene } from './world.ts';

const ZONE = 'Europe/Berlin';
const HOUR = 60;

type Told = { happened: string; stopped: string; again?: boolean };

const FILTER: Told = {
  happened:
    'The weekly clean-up of old baskets was started with an empty filter. It would have deleted every order of the day.',
  stopped: 'A dry run, by chance: somebody wanted to see how long it takes.',
};
const KEY: Told = {
  happened: 'The key of the backups was on one laptop alone, and that laptop went in for repair.',
  stopped: 'Nothing had to be restored that week.',
};
const TEST_MAILS: Told = {
  happened: 'A test on staging had real addresses in it. It stopped one step before mailing 4,000 guests.',
  stopped: 'The mail server of staging was down.',
};
const LATE: Told = {
  happened:
    'The certificate for bookings expires on Sunday night, and the reminder goes to a mailbox that nobody reads.',
  stopped: 'Somebody saw the date while looking for something else.',
  again: true,
};
const ROLLBACK: Told = {
  happened:
    'The button for rolling back payments offers a version from before the new currency. Taking it would have refused half of all cards.',
  stopped: 'It was read out aloud before it was pressed.',
};

export function nearMissScenes(when: (daysBefore: number, time: string) => Temporal.Instant): Scene[] {
  return [
    { name: 'near miss: filter', start: when(26, '15:10'), beats: filter },
    {
      name: 'near miss: key',
      start: when(19, '11:20'),
      beats: [
        [0, 'tom', told(KEY)],
        [
          50 * HOUR,
          'priya',
          answered(
            KEY,
            'The key lies sealed at two places now, and the restore is rehearsed every quarter, by two people.',
          ),
        ],
      ],
    },
    { name: 'near miss: test mails', start: when(12, '17:40'), beats: testMails },
    { name: 'near miss: rollback', start: when(3, '10:05'), beats: [[0, 'tom', told(ROLLBACK)]] },
    { name: 'near miss: certificate', start: when(1, '16:30'), beats: [[0, 'tom', told(LATE)]] },
  ];
}

const filter: Beat[] = [
  [0, 'tom', told(FILTER)],
  [
    41 * HOUR,
    'priya',
    answered(
      FILTER,
      'Clean-up jobs refuse an empty filter since this week, and show what they would delete first. Thank you, whoever you are.',
    ),
  ],
];

const testMails: Beat[] = [
  [0, 'tom', told(TEST_MAILS)],
  [
    40 * HOUR,
    'priya',
    async ({ world, who }) => {
      const { stage, people } = world;
      await stage.ask(who, 'POST', `/near-misses/${await foundAs(world, TEST_MAILS)}/action-items`, {
        text: 'Staging can mail nobody but ourselves',
        ownerId: people.jonas.personId,
        dueOn: stage.now().toZonedDateTimeISO(ZONE).toPlainDate().add({ days: 24 }).toString(),
        doneCondition: 'A mail from staging to an outside address is refused by its server',
        strength: 'stronger',
      });
    },
  ],
  [
    41 * HOUR,
    'priya',
    answered(
      TEST_MAILS,
      'Real addresses are replaced when data goes to staging. Its mail server will refuse everybody but ourselves; the action item says by when.',
    ),
  ],
];

/** Put into the box as their own door does it; who stands in the scene is only needed to play it. */
function told({ happened, stopped, again = false }: Told): Act {
  return async ({ world: { stage } }) => {
    const now = stage.now();
    await putReport(stage.humdrum.platform.db, { happened, stopped, again }, { day: dayIn(ZONE, now), now });
  };
}

function answered(what: Told, answer: string): Act {
  return async ({ world, who }) => {
    await world.stage.ask(who, 'PUT', `/near-misses/${await foundAs(world, what)}/answer`, { answer });
  };
}

async function foundAs({ stage, people }: Parameters<Act>[0]['world'], { happened }: Told): Promise<string> {
  const { items } = await stage.ask(people.mara, 'GET', '/near-misses?limit=200');
  const found = items.find((each: { happened: string }) => each.happened === happened);
  if (!found) throw new Error(`No near miss "${happened}" was found yet.`);
  return found.id;
}
