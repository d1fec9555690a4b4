/** What the directory keeps, in the words of the app and the addresses of the API. */
import type { ClientBody, ClientView } from '#directory/clients.ts';
import type { PersonBody, PersonView } from '#directory/people.ts';
import type { ServiceBody, ServiceView } from '#directory/services.ts';
import type { TeamBody, TeamView } from '#directory/teams.ts';
import type { ThirdPartyBody, ThirdPartyView } from '#directory/third-parties.ts';

export type Views = {
  services: ServiceView;
  people: PersonView;
  teams: TeamView;
  clients: ClientView;
  'third-parties': ThirdPartyView;
};
export type Bodies = {
  services: ServiceBody;
  people: PersonBody;
  teams: TeamBody;
  clients: ClientBody;
  'third-parties': ThirdPartyBody;
};
export type KindName = keyof Views;
export type Ref = { id: string; name: string };

export type KindWords = {
  /** The beginning of its query keys: the server's name of the kind and an s, as live hints say it. */
  key: string;
  plural: string;
  one: string;
  empty: string;
};

export const KINDS: Record<KindName, KindWords> = {
  services: {
    key: 'services',
    plural: 'Services',
    one: 'service',
    empty:
      'No service is known yet. A service is what breaks: it says who is woken, which clients it serves and what it stands on.',
  },
  people: {
    key: 'persons',
    plural: 'People',
    one: 'person',
    empty: 'Nobody is known yet. People are those who can be woken, told or asked.',
  },
  teams: {
    key: 'teams',
    plural: 'Teams',
    one: 'team',
    empty: 'There is no team yet. A team owns services, and a second one can be called in.',
  },
  clients: {
    key: 'clients',
    plural: 'Clients',
    one: 'client',
    empty: 'No client is known yet. With clients and their contacts, the first message knows whom to reach.',
  },
  'third-parties': {
    key: 'third_partys',
    plural: 'Providers',
    one: 'provider',
    empty: 'No provider is known yet. They are what our services stand on and we cannot repair.',
  },
};

export const KIND_NAMES = Object.keys(KINDS) as KindName[];

export function isKind(name: string | undefined): name is KindName {
  return name !== undefined && Object.hasOwn(KINDS, name);
}

/** Everything of the directory that may name an entry of any kind. */
export const DIRECTORY_KEYS = [
  ...KIND_NAMES.map((name) => [KINDS[name].key]),
  ['contacts'],
  ['readiness'],
  ['oncall'],
];
