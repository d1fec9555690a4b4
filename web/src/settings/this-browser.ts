/** Notifications of this browser: whether it can, whether it may, and its subscription, which our server learns of. */
import { browserIn } from '#directory/browser-name.ts';
import { get, post, remove } from '../api/http.ts';
import { activeWorker } from '../shell/worker.ts';

// Said again when the app is opened, at most so often: a browser may have changed its subscription meanwhile.
const RENEW_EVERY_MS = 6 * 3_600_000;
const RENEWED = 'humdrum.browser-renewed';

export type Ability = { can: true; permission: NotificationPermission } | { can: false; why: string };

/** What this browser says before anybody is asked. */
export function ability(): Ability {
  if (!globalThis.isSecureContext)
    return { can: false, why: 'Browsers show notifications only of an https address, and this one is not.' };
  if (!('serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis))
    return {
      can: false,
      why: isApple()
        ? 'On an iPhone or iPad, put Humdrum on the home screen first (Share, then “Add to Home Screen”) and open it from there.'
        : 'This browser cannot show notifications, or this is a private window.',
    };
  return { can: true, permission: Notification.permission };
}

function isApple(): boolean {
  return /iPhone|iPad/.test(navigator.userAgent);
}

/** A refusal that the person can mend in the browser. */
export class Denied extends Error {}

/**
 * Asks for permission and subscribes; only ever after a click.
 * @returns the id of its channel
 * @throws Denied when the person or the browser says no; Problem when our server refuses
 */
export async function turnOn(): Promise<string> {
  const permission = await Notification.requestPermission();
  if (permission === 'denied') throw new Denied('You or your browser said no.');
  if (permission === 'default')
    throw new Denied('The question was closed without an answer. Nothing was turned on.');
  return tellServer(await subscribe());
}

async function subscribe(): Promise<PushSubscription> {
  const { webPushKey } = await get<{ webPushKey: string }>('/channels');
  const key = bytesOf(webPushKey);
  const { pushManager } = await activeWorker();
  const known = await pushManager.getSubscription();
  if (known && sameBytes(known.options.applicationServerKey, key)) return known;
  // Made for keys of another installation: nothing that we send would arrive there.
  await known?.unsubscribe();
  try {
    return await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  } catch (error) {
    throw new Denied(
      `The browser reached no push service (${(error as Error).message}). While Humdrum is open in a tab, a page still shows over other windows.`,
    );
  }
}

async function tellServer(subscription: PushSubscription): Promise<string> {
  const { endpoint, keys } = subscription.toJSON();
  const { id } = await post<{ id: string }>('/me/browsers', {
    endpoint,
    keys,
    label: browserIn(navigator.userAgent),
  });
  keep(RENEWED, String(Date.now()));
  return id;
}

/** @returns the id of this browser's channel, when notifications are on here; asks nobody for anything */
export async function thisBrowser(): Promise<string | null> {
  const able = ability();
  if (!able.can || able.permission !== 'granted') return null;
  const registration = await navigator.serviceWorker.getRegistration('/incidents/');
  const known = await registration?.pushManager.getSubscription();
  return known ? tellServer(await subscribe()) : null;
}

/** When the app is opened: the browser is still in use. A failure shows in the settings and nowhere else. */
export function renewThisBrowser(): void {
  if (Date.now() - Number(kept(RENEWED) ?? 0) < RENEW_EVERY_MS) return;
  thisBrowser().catch(() => undefined);
}

/** Nothing is shown here any more. @param id of its channel, when the server knows it */
export async function turnOff(id: string | null): Promise<void> {
  if (id) await remove(`/me/browsers/${id}`);
  await forgetSubscription();
}

/** Whoever signs out leaves no incident on the screen of a device that others use. */
export async function leaveThisBrowser(): Promise<void> {
  try {
    await turnOff(await thisBrowser());
  } catch {
    await forgetSubscription().catch(() => undefined);
  }
}

async function forgetSubscription(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const registration = await navigator.serviceWorker.getRegistration('/incidents/');
  const known = await registration?.pushManager?.getSubscription();
  await known?.unsubscribe();
  keep(RENEWED, '0');
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function sameBytes(one: ArrayBuffer | null, other: Uint8Array): boolean {
  const bytes = new Uint8Array(one ?? new ArrayBuffer(0));
  return bytes.length === other.length && bytes.every((byte, index) => byte === other[index]);
}

function kept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A device that keeps nothing says it again each time.
  }
}
