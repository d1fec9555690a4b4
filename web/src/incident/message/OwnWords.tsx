/** Other words for one audience: nobody else reads them, and the others keep the common ones. */
import { Button, Select, Textarea } from '@mantine/core';
import { capital } from '../../words/count.ts';
import type { Finding, Sending, Wording } from './drafts.ts';
import { Findings } from './Findings.tsx';

const CHARACTERS_MAX = 2000;

type Props = {
  message: Sending;
  audiences: { key: string; name: string }[];
  change: (wordings: Wording[]) => void;
  findings: (field: Finding['field'], audience: string) => Finding[];
};

export function OwnWords({ message, audiences, change, findings }: Props) {
  const { wordings } = message;
  const others = audiences.filter(({ key }) => !wordings.some((own) => own.audience === key));
  const nameOf = (key: string) => audiences.find((each) => each.key === key)?.name ?? key;
  const replace = (key: string, part: Partial<Wording>) =>
    change(wordings.map((own) => (own.audience === key ? { ...own, ...part } : own)));
  return (
    <div className="stack">
      {wordings.map((own) => (
        <fieldset className="own-words" key={own.audience}>
          <legend className="field-label">For {nameOf(own.audience)} alone</legend>
          {(['impact', 'action'] as const).map((field) => (
            <div key={field}>
              <Textarea
                label={capital(field)}
                size="md"
                autosize
                minRows={2}
                maxRows={8}
                maxLength={CHARACTERS_MAX}
                value={own[field]}
                onChange={(event) => replace(own.audience, { [field]: event.currentTarget.value })}
              />
              <Findings
                findings={findings(field, own.audience)}
                text={own[field]}
                rewrite={(text) => replace(own.audience, { [field]: text })}
              />
            </div>
          ))}
          <Button
            variant="subtle"
            size="sm"
            className="at-the-start"
            onClick={() => change(wordings.filter((each) => each.audience !== own.audience))}
          >
            Use the common words instead
          </Button>
        </fieldset>
      ))}
      {others.length ? (
        <Select
          aria-label="Write other words for"
          placeholder="Other words for one of them…"
          searchable={others.length > 8}
          data={others.map(({ key, name }) => ({ value: key, label: capital(name) }))}
          value={null}
          onChange={(key) =>
            key
              ? change([...wordings, { audience: key, impact: message.impact, action: message.action }])
              : undefined
          }
        />
      ) : null}
    </div>
  );
}
