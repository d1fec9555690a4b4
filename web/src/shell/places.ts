/** The rooms of the app, in the order of the navigation, with the letter that follows `g`. */

export type Place = { to: string; name: string; letter: string; count?: 'open' | 'postmortems' };

export const PLACES: Place[] = [
  { to: '/', name: 'Now', letter: 'n', count: 'open' },
  { to: '/incidents', name: 'Incidents', letter: 'i' },
  { to: '/changes', name: 'Changes', letter: 'c' },
  { to: '/providers', name: 'Providers', letter: 'v' },
  { to: '/on-call', name: 'On call', letter: 'o' },
  { to: '/playbooks', name: 'Playbooks', letter: 'k' },
  { to: '/postmortems', name: 'Postmortems', letter: 'p' },
  { to: '/near-misses', name: 'Near misses', letter: 'm' },
  { to: '/inbox', name: 'Inbox', letter: 'b' },
  { to: '/directory', name: 'Directory', letter: 'd' },
  { to: '/status-pages', name: 'Status pages', letter: 'u' },
  { to: '/integrations', name: 'Integrations', letter: 't' },
  { to: '/policy', name: 'Policy', letter: 'y' },
  { to: '/settings', name: 'Settings', letter: 's' },
];

/** What fits at the bottom of a phone; the rest is under More. */
export const BOTTOM = ['/', '/incidents', '/on-call', '/postmortems'];

export const STATUS_PAGE = '/status/';

/** A place is current when its address or one below it is shown. */
export function isCurrent(place: string, path: string): boolean {
  return place === '/' ? path === '/' : path === place || path.startsWith(`${place}/`);
}
