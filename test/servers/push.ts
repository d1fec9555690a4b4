/** Hands a browser's worker what our server has pushed, as a push service would, and reads the notifications that it shows. */
import type { CDPSession, Page } from 'playwright-core';

export type Notice = { title: string; body: string; tag: string; path: string };

const TRIES_MAX = 50;

const shown = (scope: string) => `navigator.serviceWorker.getRegistration('${scope}')
  .then((registration) => registration.getNotifications())
  .then((list) => list.map(({ title, body, tag, data }) => ({ title, body, tag, path: data.path })))`;

/**
 * @param at.scope where the worker is registered, such as /incidents/
 * @param data what travels, as text
 * @returns its notifications, once one of this title is among them
 */
export async function deliverPush(
  page: Page,
  at: { origin: string; scope: string },
  { data, title }: { data: string; title: string },
): Promise<Notice[]> {
  const session: CDPSession = await page.context().newCDPSession(page);
  const registration = new Promise<string>((resolve) =>
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const ours = registrations.find(({ scopeURL }) => scopeURL === `${at.origin}${at.scope}`);
      if (ours) resolve(ours.registrationId);
    }),
  );
  await session.send('ServiceWorker.enable');
  await session.send('ServiceWorker.deliverPushMessage', {
    origin: at.origin,
    registrationId: await registration,
    data,
  });
  await session.detach();
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const list = (await page.evaluate(shown(at.scope))) as Notice[];
    if (list.some((notice) => notice.title === title)) return list;
    await page.waitForTimeout(100);
  }
  throw new Error(`The worker did not show "${title}".`);
}
