/** Lets the call list open again without a network: the worker keeps its page and files, for this one screen. */
import { activeWorker } from '../../shell/worker.ts';

export function keepScreenOffline(): void {
  if (!('serviceWorker' in navigator)) return;
  activeWorker()
    .then(({ active }) => {
      // What this page has loaded before the worker was there.
      const files = performance.getEntriesByType('resource').map((entry) => entry.name);
      active?.postMessage({ keep: [location.href, ...files] });
    })
    // A browser that refuses (a private window) keeps the list only while the page stays open.
    .catch(() => undefined);
}
