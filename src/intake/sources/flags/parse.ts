/** A flag that was switched, told by JSON of any shape: by the integration's mapping, or by the names that Unleash, Flagsmith, ConfigCat and FeatBit use. */
import { cut } from '../../incoming.ts';
import { follow, pick } from '../../mapping.ts';
import type { FlagMapping } from '../../reading.ts';
import { instantOf } from '../../time.ts';
import { linksIn, type Told, type ToldChange, told } from '../../told.ts';
import { isObject, scalarIn, textIn } from '../fields.ts';

const EVENTS_MAX = 1000;
const SECONDS_MAX = 1e11;

export function parse(body: unknown, mapping: FlagMapping | null): Told {
  const items = mapping?.items === undefined ? body : follow(body, mapping.items);
  if (mapping?.items !== undefined && !Array.isArray(items))
    return told({ problems: [`There is no list at "${mapping.items}".`] });
  const list = Array.isArray(items) ? items : [items];
  if (list.length > EVENTS_MAX) return told({ problems: [`The body has more than ${EVENTS_MAX} flags.`] });
  const result = told({});
  for (const [index, item] of list.entries()) {
    const found = mapping ? mapped(item, mapping) : guessed(item);
    const prefix = list.length > 1 ? `Flag ${index + 1}: ` : '';
    if (typeof found === 'string') result.problems.push(prefix + found);
    else result.changes.push(changeOf(found));
  }
  return result;
}

type Found = {
  flag: string;
  environment: string | undefined;
  before: string | undefined;
  after: string | undefined;
  at: unknown;
  id: string | undefined;
  service: string | undefined;
  project: string | undefined;
  link: string | undefined;
};

function mapped(item: unknown, mapping: FlagMapping): Found | string {
  const flag = pick(item, mapping.flag);
  if (flag === undefined)
    return `The mapping finds no flag${mapping.flag.path === undefined ? '' : ` at "${mapping.flag.path}"`}.`;
  return {
    flag,
    environment: pick(item, mapping.environment),
    before: pick(item, mapping.before),
    after: pick(item, mapping.after),
    at: pick(item, mapping.at),
    id: pick(item, mapping.id),
    service: pick(item, mapping.service),
    project: undefined,
    link: pick(item, mapping.link),
  };
}

/** Where each of them is, in the bodies of the tools above; the first that is there counts. */
const PATHS = {
  flag: [
    'flag',
    'featureName',
    'data.new_state.feature.name',
    'feature_flag.key',
    'flag.key',
    'settingName',
    'key',
    'feature',
    'name',
  ],
  environment: [
    'environment',
    'env',
    'data.new_state.environment.name',
    'environmentName',
    'environment.name',
  ],
  before: ['before', 'old', 'previous', 'data.previous_state.enabled', 'oldValue', 'preData.enabled'],
  after: ['after', 'new', 'value', 'enabled', 'data.new_state.enabled', 'newValue', 'data.enabled', 'state'],
  at: ['at', 'createdAt', 'data.timestamp', 'timestamp', 'date', 'happenedAt', 'updated_at', 'time'],
  id: ['id', 'eventId', 'event_id'],
  service: ['service', 'app', 'application'],
  project: ['project', 'data.new_state.feature.project.name', 'projectName', 'project.name'],
  link: ['url', 'link', 'href'],
} as const;

function guessed(item: unknown): Found | string {
  if (!isObject(item)) return 'It is not a JSON object.';
  const first = (paths: readonly string[]): string | undefined =>
    paths.map((path) => scalarIn(follow(item, path))).find((text) => text !== undefined);
  const flag = first(PATHS.flag);
  if (!flag)
    return 'None of flag, featureName, key or name is in it; give the integration a mapping for flags.';
  const type = textIn(item['type']) ?? '';
  return {
    flag,
    environment: first(PATHS.environment),
    before: first(PATHS.before),
    after:
      first(PATHS.after) ??
      (/(enabled|-on)$/.test(type) ? 'on' : /(disabled|-off)$/.test(type) ? 'off' : undefined),
    at: PATHS.at.map((path) => follow(item, path)).find((value) => value !== undefined && value !== null),
    id: first(PATHS.id),
    service: first(PATHS.service),
    project: first(PATHS.project),
    link: first(PATHS.link),
  };
}

function changeOf(found: Found): ToldChange {
  const [before, after] = [inWords(found.before), inWords(found.after)];
  const flag = cut(found.flag, 200);
  return {
    externalId: found.id && `flag/${flag}/${found.environment ?? ''}/${found.id}`,
    kind: 'flag',
    summary: `Flag ${flag} ${sentenceOf(before, after)}${found.environment ? ` in ${cut(found.environment, 100)}` : ''}`,
    source: 'Feature flags',
    at: instantOfAny(found.at),
    environment: found.environment,
    version: after,
    versionBefore: before,
    names: [found.service ?? '', flag, found.project ?? ''],
    labels: { flag, ...(found.project ? { project: cut(found.project, 200) } : {}) },
    links: linksIn([[found.link, 'The flag']]),
    details: { flag, project: found.project ?? null },
  };
}

function sentenceOf(before: string | undefined, after: string | undefined): string {
  if (after === 'on' || after === 'off') return `turned ${after}`;
  if (after === undefined) return 'changed';
  return before === undefined ? `set to ${after}` : `changed from ${before} to ${after}`;
}

function inWords(value: string | undefined): string | undefined {
  if (value === 'true') return 'on';
  return value === 'false' ? 'off' : value && cut(value, 200);
}

/** ISO 8601, or seconds or milliseconds since 1970. */
export function instantOfAny(value: unknown): Temporal.Instant | undefined {
  const number =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && /^\d{9,14}(\.\d+)?$/.test(value)
        ? Number(value)
        : undefined;
  if (number === undefined) return instantOf(value);
  if (!Number.isFinite(number) || number <= 0 || number > 8.64e15) return undefined;
  return Temporal.Instant.fromEpochMilliseconds(Math.trunc(number < SECONDS_MAX ? number * 1000 : number));
}
