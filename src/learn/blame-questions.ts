/** What the writer is asked where a sentence judges a person, and how it could be said of the system. Pure. */

export type BlameCode = 'B1' | 'B2' | 'B3' | 'B4' | 'B5' | 'B6' | 'B7' | 'B8' | 'B9' | 'B10' | 'B11';

const ASKED: Record<BlameCode, { question: string; rewrite: string }> = {
  B1: {
    question: 'What did the tool accept or show that made this action possible and reasonable?',
    rewrite: '<tool> accepted <input> in <environment> without <guard>.',
  },
  B2: {
    question: 'What would have told them? Was it visible, in time, trusted?',
    rewrite: '<signal> was not visible at <moment>: it is <where, or how>.',
  },
  B3: {
    question: 'What did people know at that time, and what made the chosen path look right?',
    rewrite: 'At <time> the known facts were …; <path> was not available because ….',
  },
  B4: {
    question: 'What was normal here before? How often does this go right?',
    rewrite: '<n> of <m> alerts like this cleared by themselves; this one looked the same.',
  },
  B5: {
    question: 'Which change was it, and which defences let it through?',
    rewrite: 'Change <id> passed <checks>; none of them covers <case>.',
  },
  B6: {
    question: 'Which change was it, and which defences let it through?',
    rewrite: 'Change <id> passed <checks>; none of them covers <case>.',
  },
  B7: {
    question: 'What did the process cost at that moment? How often is it bypassed?',
    rewrite: 'The normal path takes <time>; the emergency path needs no <step>.',
  },
  B8: {
    question: 'What would make the wrong action impossible, harder, or visible?',
    rewrite: '<system> refuses, limits or shows <action>.',
  },
  B9: {
    question: 'How did it come about, and what made it look right at that time?',
    rewrite: 'How was the decision between <options> made with what was known at <time>?',
  },
  B10: {
    question: 'What in the system turned a small slip into this?',
    rewrite: '<system> took <input> as valid; nothing told the difference.',
  },
  B11: {
    question: 'Does the reader need the name? Would the role, and what the system offered, say more?',
    rewrite: 'The <role> saw <what the system showed>.',
  },
};

export function askOf(code: BlameCode): { question: string; rewrite: string } {
  return ASKED[code];
}
