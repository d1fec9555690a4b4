/** Connecting a tracker: which, where, with what, and who reads it there. */
import { Button, PasswordInput, Select, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { ShownTracker } from '#src/learn/trackers/shapes.ts';
import { KIND_WORDS, KINDS, type Kind } from '#src/learn/trackers/words.ts';
import { post, put } from '../api/http.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { refusals, useAct } from '../pieces/acting.ts';
import { ServicesSelect } from '../pieces/Choosers.tsx';
import { Refusal } from '../pieces/Refusal.tsx';

const PLACES: Record<Kind, { label: string; placeholder: string }> = {
  github: { label: 'Repository', placeholder: 'owner/name' },
  gitlab: { label: 'Project', placeholder: 'group/project' },
  jira: { label: 'Key of the project', placeholder: 'OPS' },
  linear: { label: 'Id of the team', placeholder: '9cfb482a-81e3-4154-b5b9-2c805e70a02d' },
};
const ADDRESSES: Record<Kind, string> = {
  github: 'https://api.github.com',
  gitlab: 'https://gitlab.com',
  jira: 'https://yours.atlassian.net',
  linear: 'https://api.linear.app',
};
const TOKENS: Record<Kind, string> = {
  github: 'A fine-grained token that may read and write issues of this repository',
  gitlab: 'A project access token with the scope api',
  jira: 'An API token of the account below',
  linear: 'A personal API key, or a token of an application',
};

type Kept = ShownTracker & { hookSecret: string | null };
type Made = { name: string; hookSecret: string; hookUrl: string | null };
type Props = { tracker: ShownTracker | undefined; close: (made: Made | undefined) => void };

function draftOf(tracker: ShownTracker | undefined) {
  return {
    kind: tracker?.kind ?? ('github' as Kind),
    name: tracker?.name ?? '',
    baseUrl: tracker?.baseUrl ?? '',
    place: tracker?.place ?? '',
    issueType: tracker?.issueType ?? '',
    audience: tracker?.audience ?? 'public',
    sends: tracker?.sends ?? 'asked',
    serviceIds: tracker?.serviceIds ?? [],
    token: '',
    account: tracker?.account ?? '',
    hookSecret: '',
  };
}

export function TrackerForm({ tracker, close }: Props) {
  const [draft, setDraft] = useState(() => draftOf(tracker));
  const set = (part: Partial<typeof draft>) => setDraft({ ...draft, ...part });
  const { kind } = draft;
  const body = {
    ...draft,
    baseUrl: draft.baseUrl.trim() || undefined,
    issueType: draft.issueType || null,
    token: draft.token || undefined,
    account: kind === 'jira' ? draft.account : undefined,
    hookSecret: draft.hookSecret || undefined,
  };
  const save = useAct({
    does: () => (tracker ? put<Kept>(`/trackers/${tracker.id}`, body) : post<Kept>('/trackers', body)),
    doubt: [['trackers'], ['action_items']],
    inForm: true,
    said: tracker ? 'Saved.' : 'Connected. Try it, and send the first action item.',
    done: ({ name, hookSecret, hookUrl }) => close(hookSecret ? { name, hookSecret, hookUrl } : undefined),
  });
  const refused = refusals(save.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form className="form section" onSubmit={submit}>
      <h2 className="label">{tracker ? `Change “${tracker.name}”` : 'Connect a tracker'}</h2>
      <div className="pair">
        <Select
          label="Which?"
          size="md"
          allowDeselect={false}
          disabled={tracker !== undefined}
          data={KINDS.map((value) => ({ value, label: KIND_WORDS[value] }))}
          value={kind}
          onChange={(value) => set({ kind: (value ?? 'github') as Kind })}
        />
        <TextInput
          label="Name"
          placeholder={`Our ${KIND_WORDS[kind]}`}
          size="md"
          value={draft.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          error={refused('name')}
          autoFocus
        />
      </div>
      <div className="pair">
        <TextInput
          label={PLACES[kind].label}
          placeholder={PLACES[kind].placeholder}
          size="md"
          value={draft.place}
          onChange={(event) => set({ place: event.currentTarget.value })}
          error={refused('place')}
        />
        <TextInput
          label={kind === 'jira' ? 'Address of your Jira' : 'Address of its API, if it is your own'}
          placeholder={ADDRESSES[kind]}
          type="url"
          size="md"
          value={draft.baseUrl}
          onChange={(event) => set({ baseUrl: event.currentTarget.value })}
          error={refused('baseUrl')}
        />
      </div>
      <PasswordInput
        label="Token"
        description={`${TOKENS[kind]}. ${tracker?.tokenSet ? 'Left empty, it stays as it is.' : 'It is sealed and never shown again.'}`}
        size="md"
        autoComplete="off"
        value={draft.token}
        onChange={(event) => set({ token: event.currentTarget.value })}
        error={refused('token')}
      />
      {kind === 'jira' ? (
        <div className="pair">
          <TextInput
            label="Account of the token"
            placeholder="bot@yours.example"
            size="md"
            value={draft.account}
            onChange={(event) => set({ account: event.currentTarget.value })}
            error={refused('account')}
          />
          <TextInput
            label="Type of issue"
            placeholder="Task"
            size="md"
            value={draft.issueType}
            onChange={(event) => set({ issueType: event.currentTarget.value })}
            error={refused('issueType')}
          />
        </div>
      ) : null}
      <div className="pair">
        <Select
          label="Who reads it there?"
          size="md"
          allowDeselect={false}
          data={[
            { value: 'public', label: 'Everybody: no names' },
            { value: 'inside', label: 'Our people: names too' },
          ]}
          value={draft.audience}
          onChange={(value) => set({ audience: value === 'inside' ? 'inside' : 'public' })}
        />
        <Select
          label="What is sent?"
          size="md"
          allowDeselect={false}
          data={[
            { value: 'asked', label: 'What somebody sends' },
            { value: 'agreed', label: 'Everything that is agreed' },
          ]}
          value={draft.sends}
          onChange={(value) => set({ sends: value === 'agreed' ? 'agreed' : 'asked' })}
        />
      </div>
      <p className="quiet small">
        For everybody roles stand for people, and the incident has no title. Of a restricted incident nothing
        is sent by itself; somebody who may see it has to send it.
      </p>
      <ServicesSelect
        label="For which services?"
        placeholder="Any service"
        value={draft.serviceIds}
        choose={(serviceIds) => set({ serviceIds })}
      />
      <PasswordInput
        label="Secret for its messages"
        description={
          kind === 'linear'
            ? 'Linear makes it when you add the webhook; write it here. Without it, Humdrum looks every half hour.'
            : tracker?.hookSecretSet
              ? 'Left empty, it stays as it is.'
              : 'Left empty, one is made and shown once.'
        }
        size="md"
        autoComplete="off"
        value={draft.hookSecret}
        onChange={(event) => set({ hookSecret: event.currentTarget.value })}
        error={refused('hookSecret')}
      />
      {tracker?.hookUrl ? (
        <p className="small quiet">
          Its messages go to <span className="mono">{tracker.hookUrl}</span>
        </p>
      ) : null}
      <Refusal error={save.error} />
      <div className="form-end">
        <ActButton type="submit" busy={save.isPending} busyText="Saving…">
          {tracker ? 'Save the connection' : 'Connect it'}
        </ActButton>
        <Button variant="subtle" onClick={() => close(undefined)}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
