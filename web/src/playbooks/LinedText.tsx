// biome-ignore-all lint/suspicious/noArrayIndexKey: a line is its number
/** A text with its line numbers; a line that something is said about carries a mark that says it. */
import { type RefObject, useId } from 'react';
import type { FindingView } from './playbook.ts';

type Props = {
  label: string;
  value: string;
  findings: FindingView[];
  area: RefObject<HTMLTextAreaElement | null>;
  write: (value: string) => void;
};

const RANK: Record<FindingView['level'], number> = { error: 0, warning: 1, hint: 2 };

export function LinedText({ label, value, findings, area, write }: Props) {
  const id = useId();
  const lines = value.split('\n').length;
  const about = Map.groupBy(findings, (each) => each.line);
  return (
    <div className="lined">
      <label htmlFor={id} className="field-label">
        {label}
      </label>
      <div className="lined-box">
        <div className="lined-numbers" aria-hidden="true">
          {Array.from({ length: lines }, (_, index) => {
            const said = (about.get(index + 1) ?? []).toSorted(
              (one, other) => RANK[one.level] - RANK[other.level],
            );
            return (
              <span
                key={index}
                data-level={said[0]?.level}
                title={said.map((each) => each.message).join('\n')}
              >
                {said.length ? '●' : ''} {index + 1}
              </span>
            );
          })}
        </div>
        <textarea
          id={id}
          ref={area}
          value={value}
          rows={Math.max(16, lines + 1)}
          wrap="off"
          spellCheck={false}
          onChange={(event) => write(event.currentTarget.value)}
        />
      </div>
    </div>
  );
}
