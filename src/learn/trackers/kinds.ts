/** The kinds of trackers, by their name, and how each is shown who asks. */
import type { Outbound } from '#platform/http/outbound.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { jira } from './jira.ts';
import { linear } from './linear.ts';
import { type Asker, askerOf, type Kind, type Place, type Secrets, type TrackerKind } from './tracker.ts';

export const TRACKERS: Record<Kind, TrackerKind> = { github, gitlab, jira, linear };

/** Where each is asked when nothing else is said; Jira has an address for every organisation. */
export const USUAL_ADDRESS: Record<Kind, string> = {
  github: 'https://api.github.com',
  gitlab: 'https://gitlab.com',
  jira: '',
  linear: 'https://api.linear.app',
};

export function askerFor(outbound: Outbound, { kind, baseUrl, secrets }: Place): Asker {
  return askerOf(outbound, kind, { baseUrl, headers: headersOf(kind, secrets) });
}

function headersOf(kind: Kind, { token, account }: Secrets): Record<string, string> {
  switch (kind) {
    case 'github':
      return {
        accept: 'application/vnd.github+json',
        'x-github-api-version': '2022-11-28',
        authorization: `Bearer ${token}`,
      };
    case 'gitlab':
      return { 'private-token': token };
    case 'jira':
      return { authorization: `Basic ${Buffer.from(`${account}:${token}`).toString('base64')}` };
    case 'linear':
      // A personal key stands alone; a token of an application is a bearer.
      return { authorization: token.startsWith('lin_api_') ? token : `Bearer ${token}` };
  }
}
