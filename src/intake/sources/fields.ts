/** Small readings of untrusted JSON that every parser shares. */
import { cut, LABEL_CHARACTERS_MAX, LABELS_MAX } from '../incoming.ts';

export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text that is not blank, or undefined. */
export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** A text, a number or a boolean as a text; undefined for what is blank or made of parts. */
export function scalarIn(value: unknown): string | undefined {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : textIn(value);
}

/** A flat table of texts; what is not a text, number or boolean is left to the payload. A table that is one already is taken as it is. */
export function labelsIn(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  return isPlain(value) ? value : tidied(value);
}

function isPlain(value: Json): value is Record<string, string> {
  let count = 0;
  for (const name in value) {
    const each = value[name];
    if (typeof each !== 'string' || each.length > LABEL_CHARACTERS_MAX || !isName(name)) return false;
    if (++count > LABELS_MAX) return false;
  }
  return true;
}

function tidied(value: Json): Record<string, string> {
  const labels: Record<string, string> = Object.create(null);
  let count = 0;
  for (const name in value) {
    const each = value[name];
    if (typeof each !== 'string' && typeof each !== 'number' && typeof each !== 'boolean') continue;
    if (!isName(name) || ++count > LABELS_MAX) continue;
    labels[name] = typeof each === 'string' ? cut(each, LABEL_CHARACTERS_MAX) : String(each);
  }
  return { ...labels };
}

function isName(name: string): boolean {
  return name !== '__proto__' && name.length <= 300;
}

/** The labels by which alerts usually name a service, best first. */
const SERVICE_LABELS = ['service', 'service_name', 'app', 'application', 'component', 'job'];

export function serviceNamesIn(labels: Record<string, string>): string[] {
  const names: string[] = [];
  for (const name of SERVICE_LABELS) {
    const value = labels[name];
    if (value && value.length <= 200) names.push(value);
  }
  return names;
}
