/** The four sections of a postmortem and the questions that help to write them. Pure; they ask how and what, never who. */

import type { SectionName } from './sections.ts';

export type Question = { field: string; label: string; question: string; help: string };
export type QuestionGroup = {
  section: SectionName;
  title: string;
  explanation: string;
  questions: Question[];
};

export const QUESTION_GROUPS: QuestionGroup[] = [
  {
    section: 'timeline',
    title: 'Timeline',
    explanation:
      'What happened, when. Facts only, told forward from before the beginning. It is drafted from the record.',
    questions: [
      {
        field: 'summary',
        label: 'Summary',
        question: 'What happened, in two or three sentences?',
        help: 'For somebody who was not there.',
      },
      {
        field: 'impact',
        label: 'Impact',
        question: 'Who could not do what, for how long, and how many?',
        help: 'Numbers with their source.',
      },
      {
        field: 'timeline',
        label: 'Timeline',
        question: 'What did people see at each moment, and what did it tell them?',
        help: 'Add what the record does not know. What was known then counts, not what is known now.',
      },
    ],
  },
  {
    section: 'root_cause',
    title: 'Root cause',
    explanation:
      'What in the system made this possible. Never a person: somebody else in the same place, with the same information, would have done the same.',
    questions: [
      {
        field: 'trigger',
        label: 'Trigger',
        question: 'What set it off?',
        help: 'A change, a load, a date. The same trigger would have been harmless in a system that could bear it.',
      },
      {
        field: 'rootCause',
        label: 'Root cause',
        question: 'Which conditions had to come together, and how did each come about?',
        help: 'Usually there are several. What did the tool accept, what was not visible, which guard was not there?',
      },
    ],
  },
  {
    section: 'contributing_factors',
    title: 'Contributing factors',
    explanation: 'What made it worse or longer. Each one is answered, or "no, because…".',
    questions: [
      {
        field: 'contributingFactors.slowDetection',
        label: 'Slow detection',
        question: 'Could it have been noticed earlier?',
        help: 'From the beginning of the impact to somebody knowing of it.',
      },
      {
        field: 'contributingFactors.missingDocumentation',
        label: 'Missing documentation',
        question: 'Was something that was needed not written down, or not found?',
        help: 'A playbook, a rollback, an owner, an address.',
      },
      {
        field: 'contributingFactors.missingMonitoring',
        label: 'Missing monitoring',
        question: 'Was something that would have told us not measured?',
        help: 'What did people look at instead?',
      },
      {
        field: 'contributingFactors.others',
        label: 'Others',
        question: 'What else made it worse?',
        help: 'Tools, access, knowledge held by one person, the hour of the day.',
      },
      {
        field: 'limitedHarm',
        label: 'What limited the harm',
        question: 'What kept it from being worse?',
        help: 'It is worth keeping, and worth knowing if it was luck.',
      },
      {
        field: 'wentWell',
        label: 'What went well',
        question: 'What went well that we want to keep?',
        help: 'Naming who helped is welcome.',
      },
    ],
  },
  {
    section: 'action_items',
    title: 'Action items',
    explanation:
      'Specific, one owner, an absolute date, a condition by which somebody else sees that it is done. Few, and only those that will be done.',
    questions: [
      {
        field: 'actionItems',
        label: 'Action items',
        question: 'What will exist afterwards that does not exist now?',
        help: 'What makes the harmful action impossible, harder, or visible is stronger than a reminder.',
      },
      {
        field: 'noActionBecause',
        label: 'No action, because…',
        question: 'If nothing is to be done: why is that right?',
        help: 'Deciding against is a decision too.',
      },
      {
        field: 'openQuestions',
        label: 'Open questions',
        question: 'What do we still not know?',
        help: 'Not knowing is allowed.',
      },
    ],
  },
];
