/** The page of a contact's device: finds out what this browser can, and turns messages on or off when somebody presses the button. */
const SCOPE = '/device/';
const page = document.getElementById('device');
const { token, link, key } = page.dataset;
const at = `/device/${token}`;

/** Shows one part of the page, and what was said last. */
function show(when, said = '') {
  for (const part of page.querySelectorAll('[data-when]')) part.hidden = part.dataset.when !== when;
  page.querySelector('[data-part="said"]').textContent = said;
}

function cannot() {
  if (!globalThis.isSecureContext) return 'insecure';
  if ('serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis)
    return undefined;
  return /iPhone|iPad/.test(navigator.userAgent) ? 'apple' : 'unsupported';
}

/** A refusal of our server, in its own words. */
class Refusal extends Error {}

async function post(path, body) {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const read = await answer.json();
  if (answer.ok) return read;
  if (answer.status === 410) throw Object.assign(new Refusal(read.title), { part: 'used' });
  throw new Refusal([read.title, read.detail].filter(Boolean).join(' '));
}

async function subscription() {
  const registration = await navigator.serviceWorker.getRegistration(SCOPE);
  return registration?.pushManager.getSubscription();
}

function showState({ on, since, stopped, other }, said) {
  if (stopped) return show('stopped', said);
  if (!on) {
    page.querySelector('[data-part="other"]').hidden = !other;
    if (link === 'alive' && Notification.permission === 'denied') return show('blocked', said);
    return show(link === 'alive' ? 'off' : link, said);
  }
  const time = page.querySelector('[data-part="since"] time');
  time.dateTime = since;
  const { lang } = document.documentElement;
  time.textContent = new Date(since).toLocaleString(lang === 'en' ? 'en-GB' : lang, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  page.querySelector('[data-part="since"]').hidden = false;
  show('on', said);
}

/** Looks, and asks nobody for anything: a browser without a subscription is not named to the server. */
async function look(said) {
  const known = await subscription();
  const off = { on: false, since: null, stopped: false, other: false };
  showState(known ? await post(`${at}/state`, { endpoint: known.endpoint }) : off, said);
}

async function turnOn() {
  const permission = await Notification.requestPermission();
  if (permission === 'denied') return show('blocked', page.dataset.denied);
  if (permission === 'default') return show('off', page.dataset.closed);
  const subscribed = await subscribe();
  if (!subscribed) return show('off', page.dataset.noservice);
  const { endpoint, keys } = subscribed.toJSON();
  const state = await post(at, { endpoint, keys });
  showState(state, state.first ? page.dataset.first : '');
}

/** @returns undefined when the browser reached no push service */
async function subscribe() {
  const registration = await navigator.serviceWorker.register('/worker.js', { scope: SCOPE });
  await active(registration);
  const wanted = bytesOf(key);
  const known = await registration.pushManager.getSubscription();
  if (known && sameBytes(known.options.applicationServerKey, wanted)) return known;
  // Made for keys of another installation: nothing that we send would arrive there.
  await known?.unsubscribe();
  return registration.pushManager
    .subscribe({ userVisibleOnly: true, applicationServerKey: wanted })
    .catch(() => undefined);
}

function active(registration) {
  const coming = registration.installing ?? registration.waiting;
  if (registration.active || !coming) return undefined;
  return new Promise((resolve) =>
    coming.addEventListener('statechange', () => coming.state === 'activated' && resolve()),
  );
}

/** Our server first: when it cannot be reached, the device stays on, and says so. */
async function turnOff() {
  const known = await subscription();
  if (known) await post(`${at}/off`, { endpoint: known.endpoint });
  await known?.unsubscribe();
  showState({ on: false, since: null, stopped: false, other: false }, page.dataset.turnedoff);
}

function bytesOf(base64url) {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function sameBytes(one, other) {
  const bytes = new Uint8Array(one ?? new ArrayBuffer(0));
  return bytes.length === other.length && bytes.every((byte, index) => byte === other[index]);
}

/** One thing at a time; what goes wrong is said on the page. */
async function act(work) {
  const buttons = page.querySelectorAll('button');
  for (const button of buttons) button.disabled = true;
  page.querySelector('[data-part="said"]').textContent = page.dataset.busy;
  try {
    await work();
  } catch (error) {
    if (error.part) show(error.part);
    else
      page.querySelector('[data-part="said"]').textContent =
        error instanceof Refusal ? error.message : page.dataset.offline;
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

const why = cannot();
if (why) show(why);
else {
  page.querySelector('[data-does="on"]').addEventListener('click', () => act(turnOn));
  page.querySelector('[data-does="off"]').addEventListener('click', () => act(turnOff));
  act(() => look(''));
}
