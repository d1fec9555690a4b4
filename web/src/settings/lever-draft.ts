/** A lever while it is being written: what the form holds, and what is sent. Pure. */
import type { ShownLever } from '#src/restore/levers/shapes.ts';

export const LEVERS_KEY = ['levers'];

/** A signing secret that is shown this once. */
export type Made = { name: string; signingSecret: string };

export type InputDraft = {
  key: number;
  name: string;
  label: string;
  type: 'text' | 'number' | 'choice' | 'version' | 'boolean';
  required: boolean;
  filledFrom: 'version_before' | 'version_after' | 'environment' | null;
  choices: string;
  preset: string;
  min: string;
  max: string;
};
export type HeaderDraft = { key: number; name: string; value: string; kept: boolean };
export type TargetKind = ShownLever['target']['kind'];

export type LeverDraft = {
  name: string;
  does: ShownLever['does'];
  category: string | null;
  serviceIds: string[];
  thirdPartyId: string | null;
  effect: string;
  inputs: InputDraft[];
  kind: TargetKind;
  url: string;
  headers: HeaderDraft[];
  answerBy: 'reply' | 'callback' | 'poll';
  pollUrl: string;
  pollPath: string;
  done: string;
  failed: string;
  dryRun: 'target' | 'shown';
  repeatable: boolean;
  baseUrl: string;
  repository: string;
  workflow: string;
  ref: string;
  environment: string;
  token: string;
  tokenKept: boolean;
  timeOutMinutes: number;
  timeBoxMinutes: number;
  temporary: boolean;
};

export const BASES: Record<TargetKind, string> = {
  webhook: '',
  github_workflow: 'https://api.github.com',
  github_deployment: 'https://api.github.com',
  gitlab_pipeline: 'https://gitlab.com/api/v4',
};

/** A rollback is what most begin with. */
const FRESH: LeverDraft = {
  name: '',
  does: 'roll_back',
  category: 'deployment_regression',
  serviceIds: [],
  thirdPartyId: null,
  effect: 'Roll back {service} from {from} to {to}',
  inputs: [
    draftInput(1, { name: 'from', label: 'From version', type: 'version', filledFrom: 'version_after' }),
    draftInput(2, { name: 'to', label: 'Back to version', type: 'version', filledFrom: 'version_before' }),
  ],
  kind: 'webhook',
  url: '',
  headers: [],
  answerBy: 'callback',
  pollUrl: '',
  pollPath: 'status',
  done: 'success, done',
  failed: 'failed, error',
  dryRun: 'shown',
  repeatable: false,
  baseUrl: '',
  repository: '',
  workflow: '',
  ref: 'main',
  environment: 'production',
  token: '',
  tokenKept: false,
  timeOutMinutes: 15,
  timeBoxMinutes: 15,
  temporary: true,
};

export function draftInput(key: number, part: Partial<InputDraft> = {}): InputDraft {
  return {
    key,
    name: '',
    label: '',
    type: 'text',
    required: true,
    filledFrom: null,
    choices: '',
    preset: '',
    min: '',
    max: '',
    ...part,
  };
}

export function draftOf(lever: ShownLever | undefined): LeverDraft {
  if (!lever) return FRESH;
  const { target } = lever;
  const common: LeverDraft = {
    ...FRESH,
    name: lever.name,
    does: lever.does,
    category: lever.category,
    serviceIds: lever.services.map(({ id }) => id),
    thirdPartyId: lever.thirdParty?.id ?? null,
    effect: lever.effect,
    inputs: lever.inputs.map((input, index) =>
      draftInput(index + 1, {
        name: input.name,
        label: input.label,
        type: input.type,
        required: input.required,
        filledFrom: input.filledFrom,
        choices: input.type === 'choice' ? input.choices.join(', ') : '',
        preset: input.type === 'version' || input.preset === null ? '' : String(input.preset),
        min: input.type === 'number' && input.min !== null ? String(input.min) : '',
        max: input.type === 'number' && input.max !== null ? String(input.max) : '',
      }),
    ),
    kind: target.kind,
    timeOutMinutes: lever.timeOutMinutes,
    timeBoxMinutes: lever.timeBoxMinutes,
    temporary: lever.temporary,
  };
  switch (target.kind) {
    case 'webhook': {
      const { answer } = target;
      const poll = answer.by === 'poll' ? answer : undefined;
      return {
        ...common,
        url: target.url,
        headers: target.headers.map(({ name }, index) => ({ key: index + 1, name, value: '', kept: true })),
        answerBy: answer.by,
        dryRun: target.dryRun,
        repeatable: target.repeatable,
        ...(poll
          ? {
              pollUrl: poll.url ?? '',
              pollPath: poll.path,
              done: poll.done.join(', '),
              failed: poll.failed.join(', '),
            }
          : {}),
      };
    }
    case 'github_workflow':
      return {
        ...common,
        ...target,
        tokenKept: target.tokenSet,
        token: '',
      };
    case 'github_deployment':
      return { ...common, ...target, tokenKept: target.tokenSet, token: '' };
    case 'gitlab_pipeline':
      return { ...common, ...target, repository: target.project, tokenKept: target.tokenSet, token: '' };
  }
}

const words = (text: string): string[] =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);

const number = (text: string): number | null => (text.trim() === '' ? null : Number(text));

function inputSent({ key: _, choices, preset, min, max, ...input }: InputDraft): object {
  switch (input.type) {
    case 'text':
      return { ...input, preset: preset || null };
    case 'number':
      return { ...input, min: number(min), max: number(max), preset: number(preset) };
    case 'choice':
      return { ...input, choices: words(choices), preset: preset || null };
    case 'version':
      return input;
    case 'boolean':
      return { ...input, preset: preset === 'true' };
  }
}

function targetSent(draft: LeverDraft): object {
  const { kind, baseUrl, repository, ref, token } = draft;
  const common = { kind, baseUrl: baseUrl || BASES[kind], ref, ...(token ? { token } : {}) };
  switch (kind) {
    case 'webhook':
      return {
        kind,
        url: draft.url,
        headers: draft.headers.map(({ name, value, kept }) => ({
          name,
          ...(value || !kept ? { value } : {}),
        })),
        answer:
          draft.answerBy === 'poll'
            ? {
                by: 'poll',
                url: draft.pollUrl || null,
                path: draft.pollPath,
                done: words(draft.done),
                failed: words(draft.failed),
              }
            : { by: draft.answerBy },
        dryRun: draft.dryRun,
        repeatable: draft.repeatable,
      };
    case 'github_workflow':
      return { ...common, repository, workflow: draft.workflow };
    case 'github_deployment':
      return { ...common, repository, environment: draft.environment };
    case 'gitlab_pipeline':
      return { ...common, project: repository };
  }
}

/** @returns the body that the server checks; it says what is wrong beside each field */
export function sentOf(draft: LeverDraft): object {
  const { name, does, category, serviceIds, thirdPartyId, effect } = draft;
  const { timeOutMinutes, timeBoxMinutes, temporary } = draft;
  const switches = does === 'switch_on' || does === 'switch_off';
  return {
    name,
    does,
    category,
    serviceIds,
    thirdPartyId: switches ? thirdPartyId : null,
    effect,
    inputs: draft.inputs.map(inputSent),
    target: targetSent(draft),
    timeOutMinutes,
    timeBoxMinutes,
    temporary,
  };
}
