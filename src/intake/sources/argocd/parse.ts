/** Argo CD's notifications, in the shape of the template in our documentation; a field that the template could not fill counts as absent. */

import type { ChangeState } from '#incident/change.ts';
import { shortVersion } from '#platform/versions.ts';
import { cut } from '../../incoming.ts';
import { instantOf } from '../../time.ts';
import { linksIn, soundsLikeMending, type Told, told } from '../../told.ts';
import { isObject, type Json, textIn } from '../fields.ts';

const STATES: Record<string, ChangeState | undefined> = {
  Running: 'started',
  Terminating: 'started',
  Succeeded: 'done',
  Failed: 'failed',
  Error: 'failed',
};

export function parse(body: unknown): Told {
  if (!isObject(body)) return told({ problems: ['The body is not a JSON object.'] });
  const app = field(body, 'app');
  const phase = field(body, 'phase');
  if (!app)
    return told({ problems: ['There is no "app" in the body; use the template of the documentation.'] });
  if (!phase || !(phase in STATES))
    return told({
      others: [`An application in the phase "${cut(phase ?? 'unknown', 40)}" is not a change.`],
    });
  const state = STATES[phase];
  const revision = field(body, 'revision');
  const began = instantOf(field(body, 'startedAt'));
  const finished = instantOf(field(body, 'finishedAt'));
  const environment = field(body, 'environment') ?? field(body, 'namespace');
  const message = field(body, 'message');
  const place = [field(body, 'project'), app, environment].filter(Boolean).join('/');
  return told({
    changes: [
      {
        externalId: `sync/${place}/${field(body, 'startedAt') ?? revision ?? ''}`,
        kind: 'deploy',
        summary: `Sync ${app}${revision ? ` to ${shortVersion(revision)}` : ''}${environment ? ` in ${environment}` : ''}`,
        source: 'Argo CD',
        at: (state === 'started' ? began : finished) ?? finished ?? began,
        beganAt: began ?? finished,
        state,
        inSteps: true,
        place,
        environment,
        version: revision,
        names: [app, app.split('-').slice(0, -1).join('-')],
        labels: { application: app, project: field(body, 'project') ?? '', event: 'sync' },
        links: linksIn([
          [field(body, 'url'), 'Argo CD'],
          [field(body, 'repo'), 'Repository'],
        ]),
        details: {
          phase,
          health: field(body, 'health') ?? null,
          project: field(body, 'project') ?? null,
          repository: field(body, 'repo') ?? null,
          ...(message ? { message: cut(message, 500) } : {}),
        },
        mends: soundsLikeMending(message),
      },
    ],
  });
}

/** Go writes "<no value>" or "<nil>" where there is nothing. */
function field(body: Json, name: string): string | undefined {
  const text = textIn(body[name]);
  return text && text !== '<no value>' && text !== '<nil>' ? cut(text, 500) : undefined;
}
