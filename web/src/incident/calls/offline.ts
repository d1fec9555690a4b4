/** Lets the call list open again without a network: a worker keeps its page and files, for this one screen. */

const WORKER = '/call-list-worker.js';
// Only pages below incidents, and of those the worker answers for the call list alone.
const SCOPE = '/incidents/';

export function keepScreenOffline(): void {
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker
    .register(WORKER, { scope: SCOPE })
    .then(async () => {
      const { active } = await navigator.serviceWorker.ready;
      // What this page has loaded before the worker was there.
      const files = performance.getEntriesByType('resource').map((entry) => entry.name);
      active?.postMessage({ keep: [location.href, ...files] });
    })
    // A browser that refuses (a private window) keeps the list only while the page stays open.
    .catch(() => undefined);
}
