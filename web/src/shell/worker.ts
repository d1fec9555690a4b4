/** The one worker of the app: it keeps the call list offline and shows notifications. */

const WORKER = '/worker.js';
// Only pages below incidents, and of those it answers for the call list alone; notifications need no scope.
const SCOPE = '/incidents/';

/**
 * @returns its registration, once it is active
 * @throws when the browser refuses: a private window, or an address that is not https
 */
export async function activeWorker(): Promise<ServiceWorkerRegistration> {
  const registration = await navigator.serviceWorker.register(WORKER, { scope: SCOPE });
  const coming = registration.installing ?? registration.waiting;
  if (!registration.active && coming)
    await new Promise<void>((resolve, reject) =>
      coming.addEventListener('statechange', () => {
        if (coming.state === 'activated') resolve();
        if (coming.state === 'redundant') reject(new Error('The browser did not keep the worker.'));
      }),
    );
  return registration;
}
