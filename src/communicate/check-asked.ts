/** What the writer is asked where something is missing, and how it could be said. One list for the composer and for whole texts. Pure. */

export type AskedCode = 'U1' | 'U1r' | 'U2' | 'U3' | 'U4' | 'U4r' | 'U4p' | 'U5' | 'U13' | 'U14' | 'U17';

export const ASKED: Record<AskedCode, { question: string; example: string }> = {
  U1: {
    question: 'Where do we stand: looking, cause known, checking the repair, or working again?',
    example: 'Investigating.',
  },
  U1r: {
    question: 'Which check shows that it works, and since when?',
    example: 'Resolved. From 14:05 to 15:10 UTC <what> failed. It has worked normally for an hour.',
  },
  U2: {
    question: 'Who cannot do what, since when?',
    example: 'Since 14:05 UTC customers cannot <do what>; <what> still works.',
  },
  U3: { question: 'What are we doing now?', example: 'We are checking the changes made in the last hour.' },
  U4: { question: 'When will people hear from us next?', example: 'Next update by 14:45 UTC.' },
  U4r: {
    question: 'At which time, in which zone, will people hear from us next?',
    example: 'Next update by 14:45 UTC.',
  },
  U4p: {
    question: 'Which time is still to come, and within the cadence (P1 30 min, P2 60 min)?',
    example: 'Next update by 14:45 UTC.',
  },
  U5: {
    question: 'Could it be said in 15 to 60 words, with the impact first?',
    example: '<impact> <action> Next update by <time and zone>.',
  },
  U13: {
    question: 'This is the same text as last time. What was ruled out or done since?',
    example: 'Nothing new since <time>: <the text of before>.',
  },
  U14: {
    question: 'Is data affected? "No data loss is known" or "we are checking" answers it.',
    example: 'No data loss is known.',
  },
  U17: {
    question: 'The time that our last message named has passed. Does the text say that it is late?',
    example: 'Our update for <time and zone> is late.',
  },
};

export const EXTERNAL_WORDS_MIN = 15;
export const EXTERNAL_WORDS_GOOD = 60;
export const WORDS_MAX = 90;

export function wordsIn(text: string): number {
  return text.split(/\s+/).filter(Boolean).length;
}

/** Whether a text says anything of data, found safe or not. */
export const SPEAKS_OF_DATA =
  /\b(?:data|payments? (?:was|were) (?:charged|lost)|nothing (?:is|was) lost|charged twice)\b/i;
