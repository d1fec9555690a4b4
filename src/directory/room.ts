/** The directory: people, teams, services, third parties, clients and their contacts, prepared before anything breaks. */
import type { App } from '#platform/http/app.ts';
import type { Platform } from '#platform/platform.ts';
import { browserRoutes } from './browser-routes.ts';
import { clients } from './clients.ts';
import { contacts } from './contacts.ts';
import type { AnyKind } from './entries.ts';
import { fileRoutes } from './file-routes.ts';
import { people } from './people.ts';
import { kindRoutes, myRoutes, searchRoute } from './routes.ts';
import type { SearchIncidents } from './search.ts';
import { services } from './services.ts';
import { teams } from './teams.ts';
import { thirdParties } from './third-parties.ts';

export { linkPerson } from './link.ts';
export type { Found, SearchIncidents } from './search.ts';

const KINDS: AnyKind[] = [people, teams, thirdParties, services, clients, contacts];

/** @param handed how to search incidents, if anything can; restricted ones are its business */
export function directoryRoom(
  house: { platform: Platform },
  handed: { searchIncidents?: SearchIncidents } = {},
) {
  const { platform } = house;
  return {
    name: 'directory',
    routes(app: App): void {
      for (const kind of KINDS) kindRoutes(app, platform, kind);
      myRoutes(app, platform);
      browserRoutes(app, platform);
      searchRoute(app, platform, handed.searchIncidents ?? (async () => []));
      fileRoutes(app, platform);
    },
  };
}
