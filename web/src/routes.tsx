/** Every screen and its address. Each is a chunk of its own: add one line here for a new one. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { NotFound, WentWrong } from './shell/Failure.tsx';
import { Bare, Shell } from './shell/Shell.tsx';

const root = createRootRoute({ component: Bare, notFoundComponent: NotFound, errorComponent: WentWrong });
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });

// biome-ignore lint/suspicious/noExplicitAny: the component is looked up by its name when its chunk arrives
type Chunk = () => Promise<Record<string, any>>;

/** A screen inside the frame, for people who are signed in. */
function screen<P extends string>(path: P, chunk: Chunk, name: string) {
  return createRoute({
    getParentRoute: () => shell,
    path,
    component: lazyRouteComponent(chunk, name),
    errorComponent: WentWrong,
  });
}

/** A screen without the frame: sign-in, set-up, invitations, links from messages. */
export function bare<P extends string>(path: P, chunk: Chunk, name: string) {
  return createRoute({
    getParentRoute: () => root,
    path,
    component: lazyRouteComponent(chunk, name),
    errorComponent: WentWrong,
  });
}

const inside = [
  screen('/', () => import('./now/Now.tsx'), 'Now'),
  screen('/declare', () => import('./declare/Declare.tsx'), 'Declare'),
  screen('/incidents', () => import('./incidents/Incidents.tsx'), 'Incidents'),
  screen('/incidents/$id', () => import('./incident/IncidentRoom.tsx'), 'IncidentRoom'),
  screen('/directory', () => import('./directory/Directory.tsx'), 'Directory'),
  screen('/directory/file', () => import('./directory/DirectoryFile.tsx'), 'DirectoryFile'),
  screen('/directory/$kind', () => import('./directory/Directory.tsx'), 'Directory'),
  screen(
    '/directory/clients/$id/promises-kept',
    () => import('./directory/kept/PromisesKept.tsx'),
    'PromisesKept',
  ),
  screen('/directory/$kind/$id', () => import('./directory/Entry.tsx'), 'Entry'),
  screen('/inbox', () => import('./inbox/LooseInbox.tsx'), 'LooseInbox'),
  screen('/inbox/mail', () => import('./inbox/UnknownMail.tsx'), 'UnknownMail'),
  screen('/integrations', () => import('./integrations/Integrations.tsx'), 'Integrations'),
  screen('/integrations/waiting', () => import('./integrations/Waiting.tsx'), 'Waiting'),
  screen('/integrations/signals', () => import('./integrations/Signals.tsx'), 'Signals'),
  screen('/integrations/$id', () => import('./integrations/IntegrationScreen.tsx'), 'IntegrationScreen'),
  screen('/postmortems', () => import('./learn/Postmortems.tsx'), 'Postmortems'),
  screen('/postmortem-themes', () => import('./learn/Themes.tsx'), 'Themes'),
  screen('/postmortems/$id', () => import('./learn/PostmortemScreen.tsx'), 'PostmortemScreen'),
  screen('/near-misses', () => import('./learn/near-misses/NearMisses.tsx'), 'NearMisses'),
  screen('/near-misses/$id', () => import('./learn/near-misses/NearMissScreen.tsx'), 'NearMissScreen'),
  screen('/playbooks', () => import('./playbooks/Playbooks.tsx'), 'Playbooks'),
  screen('/playbooks/$id', () => import('./playbooks/PlaybookScreen.tsx'), 'PlaybookScreen'),
  screen('/changes', () => import('./changes/Changes.tsx'), 'Changes'),
  screen('/changes/coverage', () => import('./changes/Coverage.tsx'), 'Coverage'),
  screen('/changes/calendars', () => import('./changes/Calendars.tsx'), 'Calendars'),
  screen('/providers', () => import('./providers/Providers.tsx'), 'Providers'),
  screen('/providers/$id', () => import('./providers/ProviderScreen.tsx'), 'ProviderScreen'),
  screen('/on-call', () => import('./oncall/OnCall.tsx'), 'OnCall'),
  screen('/status-pages', () => import('./pages/StatusPages.tsx'), 'StatusPages'),
  screen('/status-pages/$id', () => import('./pages/StatusPageScreen.tsx'), 'StatusPageScreen'),
  screen('/maintenance', () => import('./pages/Maintenances.tsx'), 'Maintenances'),
  screen('/maintenance/$id', () => import('./pages/MaintenanceScreen.tsx'), 'MaintenanceScreen'),
  screen('/policy', () => import('./policy/Policy.tsx'), 'Policy'),
  screen('/policy/edit', () => import('./policy/PolicyEditor.tsx'), 'PolicyEditor'),
  screen('/policy/versions', () => import('./policy/Versions.tsx'), 'Versions'),
  screen('/settings', () => import('./settings/Settings.tsx'), 'Settings'),
  screen('/settings/$part', () => import('./settings/Settings.tsx'), 'Settings'),
  screen('/getting-started', () => import('./accounts/GettingStarted.tsx'), 'GettingStarted'),
];

const outside = [
  bare('/incidents/$id/call-list', () => import('./incident/calls/CallList.tsx'), 'CallList'),
  // The reporters' own pages: they ask nobody who is there.
  bare('/near-miss', () => import('./learn/near-misses/Report.tsx'), 'Report'),
  bare('/near-miss/receipt', () => import('./learn/near-misses/Receipt.tsx'), 'Receipt'),
  bare('/sign-in', () => import('./accounts/SignIn.tsx'), 'SignIn'),
  bare('/setup/$token', () => import('./accounts/SetUp.tsx'), 'SetUp'),
  bare('/invitation/$token', () => import('./accounts/Invitation.tsx'), 'Invitation'),
];

export const router = createRouter({
  routeTree: root.addChildren([shell.addChildren(inside), ...outside]),
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: WentWrong,
});
