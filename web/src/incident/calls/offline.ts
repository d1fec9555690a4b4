/** Lets the call list open again without a network: the worker keeps its page and files, for this one screen. */
import { activeWorker } from '../../shell/worker.ts';

export function keepScreenOffline(): void {
  if (!('serviceWorker' in navigator)) return;
  activeWorker()
    .then(async ({ active }) => {
      await fontsOfThisPage();
      // What this page has loaded before the worker was there.
      const files = performance.getEntriesByType('resource').map((entry) => entry.name);
      active?.postMessage({ keep: [location.href, ...files] });
    })
    // A browser that refuses (a private window) keeps the list only while the page stays open.
    .catch(() => undefined);
}

/** A font loads when its first letter is drawn, which may be after the worker has asked: what this page writes has its fonts first. */
async function fontsOfThisPage(): Promise<void> {
  const faces = new Set(
    [...document.fonts].map(
      ({ family, weight }) => `${weight.split(' ')[0]} 1em "${family.replaceAll('"', '')}"`,
    ),
  );
  // A font that cannot be had keeps nothing else from being kept.
  await Promise.allSettled([...faces].map((face) => document.fonts.load(face, document.body.innerText)));
}
