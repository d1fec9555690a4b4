/** The card of each kind of failure: the first lever, what not to do, what to collect meanwhile. Pure; the web shows the same words. */

export type CardCategory =
  | 'deployment_regression'
  | 'infrastructure'
  | 'third_party'
  | 'data'
  | 'security'
  | 'other';
export const CATEGORIES = [
  'deployment_regression',
  'infrastructure',
  'third_party',
  'data',
  'security',
  'other',
] as const satisfies CardCategory[];

/** What is known of rolling the suspect back; `none`: no change is marked as suspect. */
export type SuspectRollback = 'safe' | 'unsafe' | 'unknown' | 'none';

/** A line to be checked off while the lever is pulled; its result lands on the timeline. */
export type Evidence = { id: string; what: string };

export type Card = {
  category: CardCategory;
  name: string;
  /** The first thing to do, as a sentence. */
  firstLever: string;
  /** Why this one first, or what to know about it. */
  because: string;
  doNot: string[];
  evidence: Evidence[];
};

type CardText = Omit<Card, 'category'>;

/** @param rollback of the changes that are marked as suspect, the riskiest one when there are several */
export function cardOf(category: CardCategory, rollback: SuspectRollback): Card {
  return { category, ...textOf(category, rollback) };
}

function textOf(category: CardCategory, rollback: SuspectRollback): CardText {
  switch (category) {
    case 'deployment_regression':
      return deploymentRegression(rollback);
    case 'infrastructure':
      return {
        name: 'Infrastructure failure',
        firstLever:
          "Check the provider's status page and our own probe, then fail over if that has been rehearsed.",
        because: 'A status page lags behind; our own probe says what is true for our users.',
        doNot: [
          'Act on the status page alone.',
          'Fail over for the first time in the middle of an incident.',
        ],
        evidence: [
          { id: 'provider_incident', what: "The provider's incident number and region:" },
          { id: 'own_probe', what: 'What our own probe shows, and since when:' },
        ],
      };
    case 'third_party':
      return {
        name: 'Provider outage',
        firstLever:
          'Degrade gracefully: queue instead of failing, switch off what needs them, and tell users what still works.',
        because: 'We cannot repair it, but we decide what our users feel of it.',
        doNot: ['Retry without a limit; that makes it worse for everybody.', 'Blame the provider in public.'],
        evidence: [
          { id: 'dependency_errors', what: 'The share of errors that comes from this dependency:' },
          { id: 'provider_ticket', what: "The provider's incident number, and our ticket with them:" },
          { id: 'still_works', what: 'What still works without them:' },
        ],
      };
    case 'data':
      return {
        name: 'Data issue',
        firstLever: 'Stop the writer, make a copy, then look.',
        because:
          'Symptoms are far from the cause: search for the first bad record, not for the first alert. Look back over weeks, not hours.',
        doNot: ['Clean up before a copy exists.', 'Roll back code as if that repaired data.'],
        evidence: [
          { id: 'copy', what: 'Where the copy lies, and when it was made:' },
          { id: 'first_bad_record', what: 'The first bad record, and its time:' },
          { id: 'last_bad_record', what: 'The last bad record, and its time:' },
          { id: 'bad_records', what: 'How many bad records there are:' },
          { id: 'writers', what: 'Which writers made them:' },
        ],
      };
    case 'security':
      return {
        name: 'Security',
        firstLever: 'Contain it, make a copy of the evidence, then change things: keys, passwords, code.',
        because: 'What is changed first is lost as evidence, and shows an intruder that they were seen.',
        doNot: [
          'Delete, restart or rebuild before a copy exists.',
          'Write about it where people who are not named can read it.',
          'Change the keys before the way in is closed.',
        ],
        evidence: [
          { id: 'contained', what: 'What was cut off, and when:' },
          { id: 'evidence_copy', what: 'Where access logs and sessions were copied to:' },
          { id: 'accounts', what: 'Which accounts and keys were used:' },
          { id: 'reach', what: 'What could have been seen or changed, since when:' },
        ],
      };
    case 'other':
      return {
        name: 'Something else',
        firstLever: 'Choose what gets users working again the soonest, even if it is temporary.',
        because: 'A temporary fix that works now beats a perfect one in four hours.',
        doNot: [
          'Look for the cause before users can work again.',
          'Work on it without an owner and a time box.',
        ],
        evidence: [
          { id: 'difference', what: 'What differs between those who are affected and those who are not:' },
          { id: 'last_worked', what: 'When it was last known to work:' },
        ],
      };
  }
}

function deploymentRegression(rollback: SuspectRollback): CardText {
  const { firstLever, because } = rollbackWords(rollback);
  return {
    name: 'Deployment regression',
    firstLever,
    because,
    doNot: ['Repair forward before ten minutes of trying to go back.', 'Deploy anything else meanwhile.'],
    evidence: [
      { id: 'errors_by_version', what: 'Errors by version, old against new:' },
      { id: 'rollout_reached', what: 'When the rollout reached which share of users:' },
    ],
  };
}

function rollbackWords(rollback: SuspectRollback): { firstLever: string; because: string } {
  switch (rollback) {
    case 'safe':
      return {
        firstLever: 'Stop the rollout and roll back.',
        because: 'The change says that rolling it back is safe.',
      };
    case 'unsafe':
      return {
        firstLever: 'Stop the rollout. Do not roll back: switch the flag off, or shift traffic away.',
        because: 'The change says that rolling it back is not safe.',
      };
    case 'unknown':
      return {
        firstLever:
          'Stop the rollout, and ask the owner of the change whether rolling back is safe. If nobody knows: flag off, or shift traffic away.',
        because: 'Nobody has said whether this change can be rolled back safely.',
      };
    case 'none':
      return {
        firstLever: 'Stop every rollout that is running, and mark the change that is worth checking first.',
        because:
          'No change is marked as suspect yet. A rollback can be pulled all the same, but then a person chooses its versions.',
      };
  }
}

/** The riskiest answer of several suspects counts. */
export function riskiest(rollbacks: ('safe' | 'unsafe' | 'unknown')[]): SuspectRollback {
  const order = ['unsafe', 'unknown', 'safe'] as const;
  return order.find((each) => rollbacks.includes(each)) ?? 'none';
}

/** @returns the line of any card that has this id */
export function evidenceCalled(id: string): Evidence | undefined {
  return CATEGORIES.flatMap((each) => cardOf(each, 'unknown').evidence).find((each) => each.id === id);
}
