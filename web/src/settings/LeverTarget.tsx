/** Whom a lever asks: a webhook of our own, a GitHub workflow or deployment, a GitLab pipeline. Secrets are written and never read back. */
import { Button, Checkbox, PasswordInput, Select, TextInput } from '@mantine/core';
import { TARGET_WORDS } from '../incident/levers/levers.ts';
import { refusals } from '../pieces/acting.ts';
import { BASES, type LeverDraft, type TargetKind } from './lever-draft.ts';

type Props = { draft: LeverDraft; set: (part: Partial<LeverDraft>) => void; error: unknown };

const ANSWERS = [
  { value: 'callback', label: 'It posts to an address that it is given' },
  { value: 'poll', label: 'We ask it again and again' },
  { value: 'reply', label: 'Its reply says it all' },
];

export function LeverTarget(props: Props) {
  const { draft, set } = props;
  return (
    <fieldset className="plain stack lever-part">
      <legend className="label">Who carries it out</legend>
      <Select
        label="What is asked"
        size="md"
        data={Object.entries(TARGET_WORDS).map(([value, label]) => ({ value, label }))}
        value={draft.kind}
        onChange={(kind) => set({ kind: (kind ?? 'webhook') as TargetKind, baseUrl: '' })}
      />
      {draft.kind === 'webhook' ? <Webhook {...props} /> : <Forge {...props} />}
    </fieldset>
  );
}

function Webhook({ draft, set, error }: Props) {
  const refused = refusals(error);
  const next = Math.max(0, ...draft.headers.map(({ key }) => key)) + 1;
  return (
    <>
      <TextInput
        label="Address"
        placeholder="https://deploy.example.com/rollback"
        type="url"
        size="md"
        value={draft.url}
        onChange={(event) => set({ url: event.currentTarget.value })}
        error={refused('target.url')}
      />
      {draft.headers.map((header, index) => (
        <div className="pair" key={header.key}>
          <TextInput
            label="Header"
            placeholder="Authorization"
            size="md"
            value={header.name}
            onChange={(event) =>
              set({
                headers: draft.headers.map((each) =>
                  each === header ? { ...each, name: event.currentTarget.value, kept: false } : each,
                ),
              })
            }
            error={refused(`target.headers.${index}.name`)}
          />
          <PasswordInput
            label="Its value, sealed"
            placeholder={header.kept ? 'stays as it is' : ''}
            size="md"
            autoComplete="off"
            value={header.value}
            onChange={(event) =>
              set({
                headers: draft.headers.map((each) =>
                  each === header ? { ...each, value: event.currentTarget.value } : each,
                ),
              })
            }
            error={refused(`target.headers.${index}.value`)}
          />
        </div>
      ))}
      <div className="next-actions">
        <Button
          variant="default"
          size="compact-md"
          onClick={() =>
            set({ headers: [...draft.headers, { key: next, name: '', value: '', kept: false }] })
          }
        >
          Add a header
        </Button>
        {draft.headers.length ? (
          <Button
            variant="subtle"
            size="compact-md"
            onClick={() => set({ headers: draft.headers.slice(0, -1) })}
          >
            Remove the last
          </Button>
        ) : null}
      </div>
      <Select
        label="How the answer comes"
        size="md"
        data={ANSWERS}
        value={draft.answerBy}
        onChange={(answerBy) => set({ answerBy: (answerBy ?? 'reply') as LeverDraft['answerBy'] })}
      />
      {draft.answerBy === 'poll' ? <Poll draft={draft} set={set} error={error} /> : null}
      <Checkbox
        size="md"
        label="It knows dry runs: with “dryRun”: true it changes nothing"
        checked={draft.dryRun === 'target'}
        onChange={(event) => set({ dryRun: event.currentTarget.checked ? 'target' : 'shown' })}
      />
      <Checkbox
        size="md"
        label="Safe to ask twice: the same webhook-id is carried out once"
        checked={draft.repeatable}
        onChange={(event) => set({ repeatable: event.currentTarget.checked })}
      />
    </>
  );
}

function Poll({ draft, set, error }: Props) {
  const refused = refusals(error);
  return (
    <>
      <TextInput
        label="Address to ask (may stay empty)"
        description="{run} and inputs in braces. Empty: what its answer calls statusUrl, or its Location header."
        placeholder="https://deploy.example.com/runs/{run}"
        size="md"
        value={draft.pollUrl}
        onChange={(event) => set({ pollUrl: event.currentTarget.value })}
        error={refused('target.answer.url')}
      />
      <TextInput
        label="Where in the JSON it says how far it is"
        placeholder="status"
        size="md"
        value={draft.pollPath}
        onChange={(event) => set({ pollPath: event.currentTarget.value })}
        error={refused('target.answer.path')}
      />
      <div className="pair">
        <TextInput
          label="Words that mean done"
          size="md"
          value={draft.done}
          onChange={(event) => set({ done: event.currentTarget.value })}
          error={refused('target.answer.done')}
        />
        <TextInput
          label="Words that mean failed"
          size="md"
          value={draft.failed}
          onChange={(event) => set({ failed: event.currentTarget.value })}
          error={refused('target.answer.failed')}
        />
      </div>
    </>
  );
}

function Forge({ draft, set, error }: Props) {
  const refused = refusals(error);
  const gitlab = draft.kind === 'gitlab_pipeline';
  return (
    <>
      <div className="pair">
        <TextInput
          label={gitlab ? 'Project' : 'Repository'}
          placeholder="acme/checkout"
          size="md"
          value={draft.repository}
          onChange={(event) => set({ repository: event.currentTarget.value })}
          error={refused(gitlab ? 'target.project' : 'target.repository')}
        />
        <TextInput
          label={draft.kind === 'github_deployment' ? 'What to deploy' : 'Branch or tag'}
          description="Inputs in braces"
          placeholder={draft.kind === 'github_deployment' ? '{to}' : 'main'}
          size="md"
          value={draft.ref}
          onChange={(event) => set({ ref: event.currentTarget.value })}
          error={refused('target.ref')}
        />
      </div>
      {draft.kind === 'github_workflow' ? (
        <TextInput
          label="Workflow"
          description="Its file name; it must have workflow_dispatch, with inputs of the same names."
          placeholder="rollback.yml"
          size="md"
          value={draft.workflow}
          onChange={(event) => set({ workflow: event.currentTarget.value })}
          error={refused('target.workflow')}
        />
      ) : null}
      {draft.kind === 'github_deployment' ? (
        <TextInput
          label="Environment"
          size="md"
          value={draft.environment}
          onChange={(event) => set({ environment: event.currentTarget.value })}
          error={refused('target.environment')}
        />
      ) : null}
      <PasswordInput
        label={gitlab ? 'Access token with the scope api, sealed' : 'Token, sealed'}
        placeholder={draft.tokenKept ? 'stays as it is' : ''}
        size="md"
        autoComplete="off"
        value={draft.token}
        onChange={(event) => set({ token: event.currentTarget.value })}
        error={refused('target.token')}
      />
      <TextInput
        label="Address of the API"
        placeholder={BASES[draft.kind]}
        type="url"
        size="md"
        value={draft.baseUrl === BASES[draft.kind] ? '' : draft.baseUrl}
        onChange={(event) => set({ baseUrl: event.currentTarget.value })}
        error={refused('target.baseUrl')}
      />
    </>
  );
}
