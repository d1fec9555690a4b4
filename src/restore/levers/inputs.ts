/** Checks what a lever is asked with against what it takes. Pure; every problem is said beside its field. */
import { type FieldProblem, Refused } from '#platform/errors.ts';
import type { LeverInput } from './shapes.ts';
import type { Value } from './words.ts';

const TEXT_CHARACTERS_MAX = 500;
const VERSION_CHARACTERS_MAX = 200;

export type Given = Record<string, unknown>;
/** What of the change fills which input, and the versions that the ledger knows of the service, newest first. */
export type Filling = {
  versionBefore: string | null;
  versionAfter: string | null;
  environment: string | null;
  versions: string[];
};

/** What an input holds before anybody touches it. */
export function presetOf(input: LeverInput, filling: Filling | undefined): Value | null {
  const filled = filling && input.filledFrom ? fromChange(input.filledFrom, filling) : null;
  if (filled !== null && fits(input, filled, filling)) return filled;
  return input.type === 'version' ? null : input.preset;
}

function fromChange(what: NonNullable<LeverInput['filledFrom']>, filling: Filling): string | null {
  switch (what) {
    case 'version_before':
      return filling.versionBefore;
    case 'version_after':
      return filling.versionAfter;
    case 'environment':
      return filling.environment;
  }
}

function fits(input: LeverInput, value: Value, filling: Filling | undefined): boolean {
  return problemOf(input, value, filling?.versions ?? []) === undefined;
}

/**
 * @param versions of the service, from the ledger
 * @returns the values by name, only of inputs that the lever has
 * @throws Refused naming every input that cannot be used and why
 */
export function checkedInputs(inputs: LeverInput[], given: Given, versions: string[]): Record<string, Value> {
  const fields: FieldProblem[] = [];
  const values: Record<string, Value> = {};
  const names = new Set(inputs.map((input) => input.name));
  for (const name of Object.keys(given))
    if (!names.has(name)) fields.push({ path: `inputs.${name}`, message: 'is no input of this lever' });
  for (const input of inputs) {
    const raw = Object.hasOwn(given, input.name) ? given[input.name] : undefined;
    const value = typeof raw === 'string' ? clean(raw) : raw;
    if (value === undefined || value === null || value === '') {
      if (input.required) fields.push({ path: `inputs.${input.name}`, message: 'is needed' });
      continue;
    }
    const problem = problemOf(input, value, versions);
    if (problem) fields.push({ path: `inputs.${input.name}`, message: problem });
    else values[input.name] = value as Value;
  }
  if (fields.length)
    throw new Refused('invalid', 'The lever cannot be pulled with these inputs; nothing was asked.', {
      mend: 'Mend the fields named here.',
      fields,
    });
  return values;
}

function clean(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD').trim();
}

function problemOf(input: LeverInput, value: unknown, versions: string[]): string | undefined {
  switch (input.type) {
    case 'text':
      if (typeof value !== 'string') return 'must be a text';
      return value.length > TEXT_CHARACTERS_MAX
        ? `must have at most ${TEXT_CHARACTERS_MAX} characters`
        : undefined;
    case 'number':
      if (typeof value !== 'number' || !Number.isFinite(value)) return 'must be a number';
      if (input.min !== null && value < input.min) return `must be at least ${input.min}`;
      if (input.max !== null && value > input.max) return `must be at most ${input.max}`;
      return undefined;
    case 'choice':
      return input.choices.includes(value as string)
        ? undefined
        : `must be one of: ${input.choices.join(', ')}`;
    case 'version':
      if (typeof value !== 'string' || value.length > VERSION_CHARACTERS_MAX) return 'must be a version';
      return versions.includes(value)
        ? undefined
        : 'must be a version of this service that the ledger of changes knows';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'must be true or false';
  }
}
