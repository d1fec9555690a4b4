/** What each rule of the lints is about, in a few words for the writer. Pure. */
const WORDS: Record<string, string> = {
  B1: 'an error of a person as the cause',
  B2: 'what a person did not do',
  B3: 'what could have been',
  B4: 'a judgement of character',
  B5: 'whose fault it is',
  B6: 'a person as the cause',
  B7: 'a rule that a person broke',
  B8: 'a remedy that is a person changing',
  B9: 'why or who instead of how',
  B10: 'a slip of a person',
  B11: 'a name where causes are explained',
  V1: 'a vague beginning',
  V2: 'nothing that shows when it is done',
  P1: 'a person has to change, not the system',
  O1: 'no owner',
  O2: 'more than one owner',
  D1: 'no day that can be kept',
  S1: 'several actions in one',
  X1: 'it was there before',
  R1: 'the actions together',
};

/** @returns undefined for rules that speak for themselves, such as those of messages */
export function ruleWords(code: string): string | undefined {
  return WORDS[code];
}
