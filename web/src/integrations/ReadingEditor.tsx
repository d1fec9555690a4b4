/** What Humdrum must know of a sender of changes: which name means which service, what counts, whose topic it is. */
import { Checkbox, Fieldset, Textarea, TextInput } from '@mantine/core';
import type { ChangeSender } from './kinds.ts';
import { FLAG_PICKS, type FlagPick, type ReadingText, unreadLines } from './reading-text.ts';

const NAMES: Partial<Record<ChangeSender, string>> = {
  github: 'acme/checkout = checkout\nacme/shop @ staging = shop-staging',
  gitlab: 'acme/checkout = checkout\nacme/* = shop',
  argocd: 'checkout-production = checkout',
  kubernetes: 'checkout-* = checkout',
  sns: 'checkout-5xx = checkout',
};
const FLAG_LABELS: Record<FlagPick, [string, string]> = {
  flag: ['Flag', 'featureName'],
  environment: ['Environment', 'environment'],
  before: ['Before', 'previous.enabled'],
  after: ['After', 'enabled'],
  at: ['When', 'createdAt'],
  id: ['Id: what makes two deliveries the same', 'id'],
  service: ['Service', 'labels.service'],
  link: ['Link', 'url'],
};

type Props = { kind: ChangeSender; text: ReadingText; change: (text: ReadingText) => void };

export function ReadingEditor({ kind, text, change }: Props) {
  const unread = unreadLines(text.services);
  return (
    <>
      <Textarea
        label="Which name means which service"
        description="One a line. A star at the end stands for anything, @ limits it to an environment. Names that are those of a service need no line."
        placeholder={NAMES[kind] ?? 'new-checkout = checkout'}
        size="md"
        autosize
        minRows={3}
        maxRows={16}
        spellCheck={false}
        value={text.services}
        onChange={(event) => change({ ...text, services: event.currentTarget.value })}
        error={unread.length ? `Write “name = service”: ${unread.slice(0, 3).join(', ')}` : undefined}
      />
      {kind === 'github' || kind === 'gitlab' ? (
        <Textarea
          label={kind === 'github' ? 'Workflows that change something' : 'Pipelines that change something'}
          description="Names, one a line. Left empty: those whose name speaks of deploying, releasing, migrating."
          placeholder={kind === 'github' ? 'Deploy\nrelease.yml' : 'deploy production\nmain'}
          size="md"
          autosize
          minRows={2}
          spellCheck={false}
          value={text.pipelines}
          onChange={(event) => change({ ...text, pipelines: event.currentTarget.value })}
        />
      ) : null}
      {kind === 'sns' ? <Topic text={text} change={change} /> : null}
      {kind === 'flags' ? <Flags text={text} change={change} /> : null}
    </>
  );
}

function Topic({ text, change }: Omit<Props, 'kind'>) {
  return (
    <>
      <TextInput
        label="Topic"
        description="Its ARN: no other topic is believed. Left empty: the one that you confirm when it asks."
        placeholder="arn:aws:sns:eu-west-1:123456789012:alerts"
        size="md"
        spellCheck={false}
        value={text.topicArn}
        onChange={(event) => change({ ...text, topicArn: event.currentTarget.value })}
      />
      <Checkbox
        label="Confirm this topic as soon as it asks"
        size="md"
        disabled={!text.topicArn.trim()}
        checked={text.automatic && text.topicArn.trim() !== ''}
        onChange={(event) => change({ ...text, automatic: event.currentTarget.checked })}
      />
    </>
  );
}

function Flags({ text, change }: Omit<Props, 'kind'>) {
  return (
    <Fieldset legend="How the JSON is read" radius="md" className="mono-input">
      <p className="quiet small">
        A path such as <code>data.enabled</code>, or a fixed value after an equals sign such as{' '}
        <code>=production</code>. Leave all empty to read the usual names.
      </p>
      {FLAG_PICKS.map((name) => (
        <div className="mapping-line" key={name}>
          <TextInput
            label={FLAG_LABELS[name][0]}
            placeholder={FLAG_LABELS[name][1]}
            value={text.flags[name]}
            onChange={(event) =>
              change({ ...text, flags: { ...text.flags, [name]: event.currentTarget.value } })
            }
          />
        </div>
      ))}
      <div className="mapping-line">
        <TextInput
          label="Where the list of flags is, if there is one"
          placeholder="changes"
          value={text.flagItems}
          onChange={(event) => change({ ...text, flagItems: event.currentTarget.value })}
        />
      </div>
    </Fieldset>
  );
}
