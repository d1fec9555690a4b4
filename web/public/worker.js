/** Keeps one screen, the call list of an incident, so that it opens without a network; it answers for no other. Shows notifications, and opens what they are about. */
const CACHE = 'humdrum-call-list-1';
const PAGE = /^\/incidents\/[^/]+\/call-list\/?$/;
const FILE = /^\/assets\//;
const FILES_MAX = 200;

const own = (address) => new URL(address).origin === self.location.origin;
const pathOf = (address) => new URL(address).pathname;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

// The page tells what it had loaded before this worker was there.
self.addEventListener('message', (event) => {
  const wanted = (event.data?.keep ?? []).filter(
    (address) => own(address) && (PAGE.test(pathOf(address)) || FILE.test(pathOf(address))),
  );
  event.waitUntil(keep(wanted));
});

async function keep(addresses) {
  const cache = await caches.open(CACHE);
  await Promise.all(
    addresses.map(async (address) => {
      if (FILE.test(pathOf(address)) && (await cache.match(address))) return;
      const answer = await fetch(address).catch(() => undefined);
      if (answer?.ok) await cache.put(address, answer);
    }),
  );
  const files = (await cache.keys()).filter(({ url }) => FILE.test(pathOf(url)));
  await Promise.all(files.slice(0, Math.max(0, files.length - FILES_MAX)).map((file) => cache.delete(file)));
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !own(request.url)) return;
  const path = pathOf(request.url);
  if (request.mode === 'navigate' && PAGE.test(path)) event.respondWith(newest(request));
  else if (FILE.test(path)) event.respondWith(kept(request));
});

/** The page itself: from the network while there is one. */
async function newest(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request.url, answer.clone());
    return answer;
  } catch (error) {
    const held = (await cache.match(request.url)) ?? (await anyPage(cache));
    if (held) return held;
    throw error;
  }
}

// Every call list is the same page; which incident it shows stands in its address.
async function anyPage(cache) {
  const page = (await cache.keys()).find(({ url }) => PAGE.test(pathOf(url)));
  return page && cache.match(page);
}

/** Files carry their content in their name: what is kept never grows old. */
async function kept(request) {
  const cache = await caches.open(CACHE);
  const held = await cache.match(request.url);
  return held ?? fetch(request);
}

const TEXT_CHARACTERS_MAX = 1000;
// Whoever is no user of the app opens the page of their device.
const HOME = pathOf(self.registration.scope) === '/device/' ? '/device/' : '/';

// A browser takes the right away from whoever gets a message and shows nothing.
self.addEventListener('push', (event) => {
  const { title, body, path, tag } = noticeIn(event.data);
  event.waitUntil(
    self.registration.showNotification(title, {
      body,
      data: { path },
      // Somebody is called: it stays until it is seen.
      requireInteraction: tag.startsWith('page_'),
      ...(tag ? { tag, renotify: true } : {}),
    }),
  );
});

/** What came is parsed here and nowhere else. Of an address only the path counts, so that a notice opens nothing but ours. */
function noticeIn(data) {
  const given = parsed(data);
  const words = (value) => (typeof value === 'string' ? value.slice(0, TEXT_CHARACTERS_MAX) : '');
  const url = words(given.url);
  const { pathname, search } = URL.canParse(url, self.location.origin)
    ? new URL(url, self.location.origin)
    : new URL('/', self.location.origin);
  return {
    title: words(given.title) || 'Humdrum',
    body: words(given.body) || (given.title ? '' : 'Open Humdrum to see what it is about.'),
    path: url ? pathname + search : HOME,
    tag: words(given.tag),
  };
}

function parsed(data) {
  try {
    return data?.json() ?? {};
  } catch {
    return {};
  }
}

// A click opens the page with its buttons, or the incident; it answers nothing by itself.
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.path ?? HOME));
});

async function open(path) {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const there = windows.find(({ url }) => new URL(url).pathname + new URL(url).search === path);
  await (there ? there.focus() : self.clients.openWindow(path));
}
