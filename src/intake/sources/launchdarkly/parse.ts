/** LaunchDarkly's webhooks: entries of its audit log, out of order; each tells by `date` when it happened. */
import type { ChangeKind } from '#incident/change.ts';
import { cut } from '../../incoming.ts';
import { linksIn, soundsLikeMending, type Told, told } from '../../told.ts';
import { isObject, type Json, textIn } from '../fields.ts';
import { instantOfAny } from '../flags/parse.ts';

const KINDS: Record<string, ChangeKind | undefined> = {
  flag: 'flag',
  segment: 'flag',
  experiment: 'flag',
  environment: 'config',
  project: 'config',
  'ai-config': 'config',
};

export function parse(body: unknown): Told {
  if (!isObject(body)) return told({ problems: ['The body is not a JSON object.'] });
  const word = textIn(body['kind']) ?? '';
  const kind = Object.hasOwn(KINDS, word) ? KINDS[word] : undefined;
  if (!word) return told({ problems: ['There is no "kind" in the body.'] });
  if (!kind)
    return told({ others: [`A change of a ${cut(word, 40)} in LaunchDarkly is not a change of what runs.`] });
  const { project, environment, flag } = resourceOf(body);
  const name = textIn(body['name']) ?? flag ?? word;
  const verb = textIn(body['titleVerb']) ?? textIn(body['shortDescription']) ?? actionOf(body);
  const comment = textIn(body['comment']);
  const { before, after } = switchOf(body, environment);
  return told({
    changes: [
      {
        externalId: textIn(body['_id']),
        kind,
        summary: `${capital(word)} ${name}: ${plain(verb)}${environment ? ` in ${environment}` : ''}`,
        source: 'LaunchDarkly',
        at: instantOfAny(body['date']),
        environment,
        version: after,
        versionBefore: before,
        names: [flag ?? '', name, project ?? ''],
        labels: {
          ...(project ? { project } : {}),
          ...(flag ? { flag: cut(flag, 200) } : {}),
          ...(environment ? { environment } : {}),
        },
        links: linksIn([[siteOf(body), 'LaunchDarkly']]),
        details: {
          flag: flag ?? null,
          project: project ?? null,
          says: cut(plain(textIn(body['description']) ?? ''), 1000),
          ...(comment ? { comment: cut(comment, 500) } : {}),
        },
        mends: soundsLikeMending(comment),
      },
    ],
  });
}

/** `proj/shop:env/production:flag/new-checkout`; an access to every environment has a star. */
function resourceOf(body: Json): Partial<Record<'project' | 'environment' | 'flag', string>> {
  const resource = textIn(accessOf(body)['resource']) ?? '';
  const part = (name: string): string | undefined => {
    const found = new RegExp(`(?:^|:)${name}/([^:;]{1,200})`).exec(resource)?.[1];
    return found === '*' ? undefined : found;
  };
  return Object.fromEntries(
    Object.entries({
      project: part('proj'),
      environment: part('env'),
      flag: part('flag') ?? part('segment') ?? part('experiment'),
    }).filter(([, value]) => value !== undefined),
  );
}

function accessOf(body: Json): Json {
  const first = Array.isArray(body['accesses']) ? body['accesses'][0] : undefined;
  return isObject(first) ? first : {};
}

const ACTIONS: Record<string, string> = {
  updateOn: 'switched',
  updateRules: 'rules changed',
  updateFallthrough: 'default rule changed',
  updateTargets: 'targets changed',
  createFlag: 'created',
  deleteFlag: 'deleted',
};

function actionOf(body: Json): string {
  const action = textIn(accessOf(body)['action']) ?? 'changed';
  return ACTIONS[action] ?? action;
}

/** The states before and after stand in the entry when it is about one environment. */
function switchOf(body: Json, environment: string | undefined): { before?: string; after?: string } {
  const stateIn = (value: unknown): string | undefined => {
    const environments = isObject(value) && isObject(value['environments']) ? value['environments'] : {};
    const own =
      environment !== undefined && Object.hasOwn(environments, environment)
        ? environments[environment]
        : undefined;
    return isObject(own) && typeof own['on'] === 'boolean' ? (own['on'] ? 'on' : 'off') : undefined;
  };
  const [before, after] = [stateIn(body['previousVersion']), stateIn(body['currentVersion'])];
  if (before !== undefined || after !== undefined)
    return { ...(before ? { before } : {}), ...(after ? { after } : {}) };
  const said = /\bturned (on|off)\b/i.exec(
    `${textIn(body['titleVerb']) ?? ''} ${textIn(body['description']) ?? ''}`,
  );
  const word = said?.[1]?.toLowerCase();
  return word ? { before: word === 'on' ? 'off' : 'on', after: word } : {};
}

function siteOf(body: Json): string | undefined {
  const links = isObject(body['_links']) ? body['_links'] : {};
  const site = isObject(links['site']) ? textIn(links['site']['href']) : undefined;
  return site?.startsWith('/') ? `https://app.launchdarkly.com${site}` : site;
}

/** Descriptions are Markdown. */
function plain(markdown: string): string {
  return markdown
    .replaceAll(/\[([^\]]{0,300})\]\([^)]{0,500}\)/g, '$1')
    .replaceAll(/[*_`#>]+/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
