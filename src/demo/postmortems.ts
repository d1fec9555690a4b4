/** What Harbour & Pine wrote afterwards: about the system, never about a person. */
import type { Text } from './learning.ts';

export const PAYMENTS_AFTER_RELEASE: Text = {
  summary:
    'A release of payments could not read the answers of slow banks. For 22 minutes four in ten card payments failed. Going back to the version before ended it.',
  impact:
    '38% of card payments between 14:02 and 14:24, 412 in all, counted in the payment log. None was charged.',
  trigger: 'The release payments 5.4.0.',
  rootCause:
    'The new retry closed the connection before the answer was complete. The tests use a bank that answers in one piece, and the release reached all traffic at once, so that nothing stood between the mistake and the shops.',
  contributingFactors: {
    slowDetection: {
      answer: 'no',
      text: 'The alert came one minute after the first failed payment of the new version.',
    },
    missingDocumentation: { answer: 'no', text: 'The way back was written down and took six minutes.' },
    missingMonitoring: {
      answer: 'yes',
      text: 'Failed payments were counted per hour; the alert that fired watches errors of any kind.',
    },
    others: 'The release went out over lunch, when half of the team was away.',
  },
  limitedHarm: 'Payments that fail are never charged. The previous version was one button away.',
  wentWell: 'The shops knew six minutes after the alert, before anybody called.',
  openQuestions: 'How many shoppers came back and paid later?',
};

export const SLOW_SEARCH: Text = {
  summary:
    'A reindex ran in the busiest hours and made half of all searches take longer than three seconds, for 95 minutes.',
  impact: 'About 1,000 searches in ten minutes were slow. Results were right. Browsing was not affected.',
  trigger: 'The nightly reindex had been moved to the afternoon.',
  rootCause:
    'The scheduler accepts any hour for any job, and nothing shows what else is busy then. A job that rewrites the whole index shares its disks with the searches.',
  contributingFactors: {
    slowDetection: {
      answer: 'yes',
      text: 'Searches were slow for 70 minutes before the alert, which looks at half of them.',
    },
    missingDocumentation: {
      answer: 'yes',
      text: 'That a stopped reindex keeps the disks busy for an hour was not written down.',
    },
    missingMonitoring: { answer: 'no', text: 'Disk and search times were both on one dashboard.' },
    others: 'Stopping the job was tried first and cost twenty minutes.',
  },
  limitedHarm: 'A second machine could be added within half an hour.',
  wentWell: 'Every update left before its time.',
  openQuestions: '',
};

export const PROVIDER_DOWN: Text = {
  summary:
    'The payment provider refused about half of all card payments for a little more than two hours. Transfer and invoice kept working and were moved to the top.',
  impact:
    'Between 120 and 200 refused payments in ten minutes at the beginning, one in five at the end. Two of three orders came in by another way.',
  trigger: 'An outage of PayBridge.',
  rootCause:
    'Every shop depends on one provider for cards, and the order of payment methods is fixed. A person had to notice, decide and change it shop by shop.',
  contributingFactors: {
    slowDetection: { answer: 'no', text: 'Our probe noticed three minutes after the first error.' },
    missingDocumentation: {
      answer: 'yes',
      text: 'Where the order of payment methods is changed had to be looked up.',
    },
    missingMonitoring: { answer: 'no', text: 'Errors of the provider are counted apart from ours.' },
    others: '',
  },
  limitedHarm: 'Transfer and invoice share nothing with the card provider.',
  wentWell: '"Nothing new" was sent on time and answered the question that two clients were about to ask.',
  openQuestions: 'What would a second card provider cost per month?',
};

export const DISK_FULL: Text = {
  summary:
    'The disk of the order database ran full at night. For 74 minutes no order could be placed. One update to the clients was 24 minutes late.',
  impact:
    'About 70 orders that would have been placed at that hour. No confirmed order was lost; checked against the payment log.',
  trigger: 'The last free block was written at 02:38.',
  rootCause:
    'A copy that nobody reads any more kept old segments alive, and the disk filled for nine days. The alert fires at 100%, which is when it is too late, and nothing removes a copy that has no reader.',
  contributingFactors: {
    slowDetection: {
      answer: 'yes',
      text: 'The disk had been filling for nine days. The alert is about full, not about filling.',
    },
    missingDocumentation: {
      answer: 'yes',
      text: 'How to find what keeps segments alive was known to one person.',
    },
    missingMonitoring: { answer: 'yes', text: 'Growth of disks was not watched.' },
    others:
      'One person decided, spoke and repaired for twenty minutes. The update that was due in that time was late.',
  },
  limitedHarm: 'Orders are confirmed only after they are written.',
  wentWell: 'When the update was late, the next level was called by itself and took over the messages.',
  openQuestions: 'Which other services have copies without a reader?',
};

export const SIGN_IN_FAILS: Text = {
  summary:
    'A session setting that fits one domain went out to all of them. For 42 minutes about half of all people could not sign in.',
  impact: '150 to 300 people who tried to sign in; those signed in already were not affected.',
  trigger: 'The new cookie setting of 15:01.',
  rootCause:
    'Settings of accounts reach every domain at the same moment, and are tried on one domain only. What is safe for one is wrong for the others.',
  contributingFactors: {
    slowDetection: {
      answer: 'yes',
      text: 'Nineteen minutes: existing sessions hid the failure until people signed in anew.',
    },
    missingDocumentation: {
      answer: 'no',
      text: 'The setting and the way back were both described in its change.',
    },
    missingMonitoring: { answer: 'yes', text: 'Sign-ins are probed with one browser.' },
    others:
      'A client called and a second incident was declared; the two were brought together after four minutes.',
  },
  limitedHarm: 'Sessions last a week, so most people noticed nothing.',
  wentWell: 'The client that called heard the same words from us as from the status page.',
  openQuestions: '',
};

export const BOOKINGS_TWICE: Text = {
  summary:
    'A release of bookings asked for the same slot twice and refused one in ten bookings, for 35 minutes.',
  impact: '26 refused bookings, counted in the log. Trying again worked. None was made twice.',
  trigger: 'The release bookings 7.1.0.',
  rootCause:
    'The confirmation page asks again when it is slow, and the service treats the second question as a second booking. Nothing ties the two together.',
  contributingFactors: {
    slowDetection: {
      answer: 'yes',
      text: 'Nine minutes passed before enough bookings were refused to raise the alert.',
    },
    missingDocumentation: { answer: 'no', text: 'The way back is the same for every service.' },
    missingMonitoring: { answer: 'no', text: 'Refused bookings are counted and did raise the alert.' },
    others: '',
  },
  limitedHarm: 'The calendar itself refuses two bookings of one slot.',
  wentWell: 'From the alert to the first message: nine minutes.',
  openQuestions: 'Do other pages ask twice when they are slow?',
};

export const GUEST_LIST: Text = {
  summary:
    'An export of bookings lay in a folder that anybody with the link could open, for two days. It was closed 16 minutes after a client told us.',
  impact:
    'Names and arrival dates of 214 guests of one client. Four openings; one of them by somebody we do not know.',
  trigger: 'The folder was opened to hand a file to a supplier.',
  rootCause:
    'A folder can be opened to the world by one tick, without an end, and what is put into it later is open as well. Exports and files for suppliers share one place.',
  contributingFactors: {
    slowDetection: { answer: 'yes', text: 'Nothing looks for open folders. A client found it.' },
    missingDocumentation: {
      answer: 'yes',
      text: 'How to hand a file to a supplier was not written down.',
    },
    missingMonitoring: { answer: 'yes', text: 'Openings from outside were logged and never looked at.' },
    others: '',
  },
  limitedHarm: 'The export held no addresses, no telephone numbers and no payments.',
  wentWell: 'The client whose data it is knew within four hours, by telephone and with the log.',
  openQuestions: 'Who opened it the fourth time?',
};

/** Still a draft: its reviewers have read it, and one of them wants more. */
export const UPLOADS_FAIL: Text = {
  summary:
    'New upload limits were counted in another unit than the old ones. For 37 minutes no file above 8 MB could be uploaded. Putting the old limits back ended it.',
  impact:
    '71 uploads were refused, counted in the log of media. Smaller files, and everything that was there already, worked.',
  trigger: 'The new upload limits per client.',
  rootCause:
    'A limit is a bare number. The old setting counted in megabytes, the new one in mebibytes of the encoded file, and nothing between the form and the service says which. Staging has no limits, so that the difference could not show there. The setting reaches every client at the same moment.',
  contributingFactors: {
    slowDetection: {
      answer: 'yes',
      text: 'Fifteen minutes: large files are rare in the morning, and the alert waits for ten refusals.',
    },
    missingDocumentation: { answer: 'yes', text: 'The unit stood in the source code alone.' },
    missingMonitoring: { answer: 'no', text: 'Refused uploads are counted and raised the alert.' },
    others: '',
  },
  limitedHarm: 'A refused upload can be tried again; nothing is lost.',
  wentWell: 'The old limits were back five minutes after they were suspected.',
  openQuestions: 'Which other settings are bare numbers?',
};

/** For clients, in their words: what happened to them, why, and what is different now. */
export const DISK_FULL_FOR_CLIENTS = `For 74 minutes in the night the shops took no orders, because a disk in our order system was full. No order that had been confirmed was lost.

The disk had been filling for nine days, and our alert looked only at full disks. One of our updates to you came 24 minutes late.

Since then the disk is three times as large. We are teaching every disk to warn us five days before it is full, and are removing copies that nobody reads.`;

export const BOOKINGS_TWICE_FOR_EVERYBODY = `For 35 minutes about one in ten bookings was refused with "already taken" although the slot was free. Trying again worked, and no booking was made twice.

A change of ours asked for the same slot a second time when a page was slow. We took the change back. We are now making sure that asking twice gives the same booking.`;
