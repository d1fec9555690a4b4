/** Whether a text is in a language that the lints have words for. They have English; on anything else half a lint would be worse than none. Pure. */

// The commonest small words of each language that are no words of English.
const SMALL_WORDS: Record<string, string> = {
  German:
    'der die das und nicht ist wurde wurden mit auf für eine einen dem den zu von dass sich auch wir nach bei',
  French: 'le la les des et est une dans pour que qui pas sur avec été nous par ce au aux plus',
  Spanish: 'el la los las y es una que por para con se del fue no han pero como más',
  Italian: 'il lo gli e è una che di per con del della non sono stato nel alla più',
  Portuguese: 'o os as e é uma que de para com não foi do da em por mais nós',
  Dutch: 'de het een en niet is werd werden met voor van dat zijn op bij wij naar ook',
  Swedish: 'och att det som en på är av för med inte den till ett har vi var',
  Danish: 'og at det som en på er af for med ikke den til et har vi var blev',
  Polish: 'i w na nie się z że do jest to przez dla oraz był była po',
};
const ENGLISH =
  'the and of to was were is in that for with not on by from at it be as an this which because so';
const HITS_MIN = 3;
const OTHER_SCRIPT_SHARE = 0.3;

const sets = new Map(Object.entries(SMALL_WORDS).map(([name, words]) => [name, new Set(words.split(' '))]));
const english = new Set(ENGLISH.split(' '));

/**
 * @returns the name of the language, "another script", or undefined for English and for what is too short to tell: a doubt never
 * turns a lint off
 */
export function otherLanguage(text: string): string | undefined {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  if (letters >= 10 && (letters - latin) / letters > OTHER_SCRIPT_SHARE) return 'another script';
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const hits = (set: ReadonlySet<string>) => words.filter((word) => set.has(word)).length;
  const ofEnglish = hits(english);
  const [best] = [...sets]
    .map(([name, set]) => ({ name, count: hits(set) }))
    .toSorted((one, other) => other.count - one.count);
  return best && best.count >= HITS_MIN && best.count > 2 * ofEnglish ? best.name : undefined;
}
