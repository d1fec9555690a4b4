/** A playbook to be read: its text, and its steps with who does them and how long they may take. */
import type { Block, Inline } from '#src/restore/playbooks/blocks.ts';
import { Blocks, Words } from './Blocks.tsx';
import { ROLE_WORDS, type RunStepView } from './playbook.ts';

type Step = {
  id: string;
  number: number;
  depth: number;
  role: RunStepView['role'];
  minutes: number | null;
  words: Inline[];
  blocks: Block[];
};
type Part = { kind: 'block'; block: Block } | { kind: 'step'; step: Step };

export function Reading({ parts }: { parts: Record<string, unknown>[] }) {
  return (
    <div className="playbook-text">
      {(parts as unknown as Part[]).map((part, index) =>
        part.kind === 'block' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
          <Blocks key={index} of={[part.block]} />
        ) : (
          <section
            key={part.step.id}
            className="playbook-step"
            style={{ marginLeft: part.step.depth * 24 }}
            aria-label={`Step ${part.step.number}`}
          >
            <span className="playbook-number mono">{part.step.number}</span>
            <div className="playbook-body">
              <p className="playbook-what">
                <Words of={part.step.words} />
              </p>
              <p className="small quiet">
                {part.step.role ? `for ${ROLE_WORDS[part.step.role]}` : 'for nobody yet'} ·{' '}
                {part.step.minutes ? `${part.step.minutes} min` : 'no time box'}
              </p>
              <Blocks of={part.step.blocks} />
            </div>
          </section>
        ),
      )}
    </div>
  );
}
