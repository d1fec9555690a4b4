/** What GitLab says of the end of a pipeline: one of our levers may have begun it. Pure. */
import type { LeverEnd } from '#incident/lever-ends.ts';
import { linkOf } from '../../incoming.ts';
import { isObject, scalarIn, textIn } from '../fields.ts';

const VARIABLES_MAX = 200;

/** @returns nothing for what goes on or waits for a person, and for other events */
export function endsIn(body: unknown): LeverEnd[] {
  if (!isObject(body) || body['object_kind'] !== 'pipeline') return [];
  const [its, project] = [body['object_attributes'], body['project']];
  if (!isObject(its) || !isObject(project)) return [];
  const [id, word] = [scalarIn(its['id']), textIn(its['status']) ?? ''];
  if (id === undefined || !['success', 'failed', 'canceled', 'skipped'].includes(word)) return [];
  const home = textIn(project['web_url']);
  return [
    {
      of: 'gitlab_pipeline',
      places: [scalarIn(project['id']), textIn(project['path_with_namespace'])].filter(
        (each) => each !== undefined,
      ),
      id,
      runId: runIn(its['variables']),
      state: word === 'success' ? 'done' : 'failed',
      words: word,
      link: linkOf(its['url'] ?? (home && `${home}/-/pipelines/${id}`), 'Pipeline')?.href,
    },
  ];
}

function runIn(variables: unknown): string | undefined {
  if (!Array.isArray(variables)) return undefined;
  const ours = variables
    .slice(0, VARIABLES_MAX)
    .find((each) => isObject(each) && each['key'] === 'HUMDRUM_RUN');
  return isObject(ours) ? textIn(ours['value']) : undefined;
}
