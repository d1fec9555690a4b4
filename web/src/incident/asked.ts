/** Which of the four questions are asked, given the answers so far. Pure. */
import type { Answers } from '#incident/severity.ts';

export type Given = Partial<Answers>;

/** The first yes decides: what comes after it is not asked. The workaround is asked only when it matters. */
export function askedOf(given: Given): (keyof Answers)[] {
  const asked: (keyof Answers)[] = ['dataAtRisk'];
  if (!given.dataAtRisk || given.dataAtRisk === 'yes') return asked;
  asked.push('mainTaskImpossible');
  if (given.mainTaskImpossible !== 'no') return asked;
  asked.push('mainTaskMuchWorse');
  if (!given.mainTaskMuchWorse) return asked;
  asked.push(given.mainTaskMuchWorse === 'yes' ? 'workaround' : 'redundancyGone');
  return asked;
}

/** Complete answers, or undefined while one is missing. What was not asked could change nothing. */
export function complete(given: Given): Answers | undefined {
  if (askedOf(given).some((key) => !given[key])) return undefined;
  const asked = askedOf(given);
  const answer = (key: keyof Answers) => (asked.includes(key) ? given[key]! : 'no');
  return {
    dataAtRisk: answer('dataAtRisk'),
    mainTaskImpossible: answer('mainTaskImpossible'),
    mainTaskMuchWorse: answer('mainTaskMuchWorse'),
    redundancyGone: answer('redundancyGone'),
    ...(asked.includes('workaround') ? { workaround: given.workaround! } : {}),
  };
}
