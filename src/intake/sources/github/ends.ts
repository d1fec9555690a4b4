/** What GitHub says of the end of a deployment or a workflow run: one of our levers may have begun it. Pure. */
import type { LeverEnd } from '#incident/lever-ends.ts';
import { linkOf } from '../../incoming.ts';
import { isObject, type Json, scalarIn, textIn } from '../fields.ts';

const PAYLOAD_CHARACTERS_MAX = 10_000;

/** @returns nothing for what goes on, for `inactive` (a later deployment took its place), and for other events */
export function endsIn(body: unknown): LeverEnd[] {
  if (!isObject(body)) return [];
  const place = isObject(body['repository']) ? textIn(body['repository']['full_name']) : undefined;
  if (!place) return [];
  const [status, run] = [body['deployment_status'], body['workflow_run']];
  if (isObject(status) && isObject(body['deployment'])) return deployed(place, body['deployment'], status);
  return isObject(run) && run['status'] === 'completed' ? ran(place, run) : [];
}

function deployed(place: string, deployment: Json, status: Json): LeverEnd[] {
  const [id, word] = [scalarIn(deployment['id']), textIn(status['state']) ?? ''];
  if (id === undefined || !['success', 'failure', 'error'].includes(word)) return [];
  const link = [status['log_url'], status['target_url']].flatMap((url) => linkOf(url, 'Log') ?? [])[0];
  return [
    {
      of: 'github_deployment',
      places: [place],
      id,
      runId: runIn(deployment['payload']),
      state: word === 'success' ? 'done' : 'failed',
      words: textIn(status['description']) ?? word,
      link: link?.href,
    },
  ];
}

function ran(place: string, run: Json): LeverEnd[] {
  const [id, word] = [scalarIn(run['id']), textIn(run['conclusion'])];
  if (id === undefined || word === undefined) return [];
  return [
    {
      of: 'github_workflow',
      places: [place],
      id,
      runId: undefined,
      state: word === 'success' ? 'done' : 'failed',
      words: word.replaceAll('_', ' '),
      link: linkOf(run['html_url'], 'Run')?.href,
    },
  ];
}

/** The payload comes back as it was given: as an object, or as its text. */
function runIn(payload: unknown): string | undefined {
  if (isObject(payload)) return textIn(payload['humdrum_run']);
  if (typeof payload !== 'string' || payload.length > PAYLOAD_CHARACTERS_MAX) return undefined;
  try {
    const parsed: unknown = JSON.parse(payload);
    return isObject(parsed) ? textIn(parsed['humdrum_run']) : undefined;
  } catch {
    return undefined;
  }
}
