/** Hints on the writer's screen alone: where a sentence speaks of a person instead of the system, or stays vague. They never block, and nobody counts them. */
import { Button } from '@mantine/core';
import { type Finding, withRewrite } from '#src/learn/finding.ts';
import { otherLanguage } from '#src/learn/language.ts';
import { ruleWords } from '#src/learn/rule-words.ts';

const HINTS_MAX = 5;
const EXCERPT_CHARACTERS_MAX = 60;

type Props = {
  text: string;
  findings: Finding[];
  /** Takes the text with the rewrite in it; without it there is no button. */
  insert?: ((text: string) => void) | undefined;
};

export function Hints({ text, findings, insert }: Props) {
  const language = otherLanguage(text);
  if (language)
    return (
      <p className="small quiet" style={{ marginTop: 6 }}>
        {language === 'another script' ? 'This is not written in English' : `This seems to be ${language}`},
        for which there is no list of words: hints are off here.
      </p>
    );
  if (findings.length === 0) return null;
  return (
    <ul className="hints" aria-label="Hints for you, the writer">
      {findings.slice(0, HINTS_MAX).map((each) => (
        <li key={`${each.code}${each.start}`} className="small">
          {each.end > each.start ? (
            <q>{text.slice(each.start, Math.min(each.end, each.start + EXCERPT_CHARACTERS_MAX))}</q>
          ) : null}{' '}
          <span className="quiet">{[each.code, ruleWords(each.code)].filter(Boolean).join(': ')}.</span>{' '}
          {each.question}
          <span className="hint-rewrite">
            <span className="quiet">{each.rewrite}</span>
            {insert ? (
              <Button
                size="compact-sm"
                variant="subtle"
                aria-label={`Insert: ${each.rewrite}`}
                onClick={() => insert(withRewrite(text, each))}
              >
                Insert
              </Button>
            ) : null}
          </span>
        </li>
      ))}
      {findings.length > HINTS_MAX ? (
        <li className="small quiet">There are more, further down in the text.</li>
      ) : null}
    </ul>
  );
}
