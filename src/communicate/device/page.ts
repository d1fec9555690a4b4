/** The page of a contact's device: complete without JavaScript; our one script shows the part that fits the browser. Pure. */
import type { ToldBy } from '#directory/told-by.ts';
import { pageHeaders, plainDocument, safe } from '#platform/http/button-page.ts';
import type { DeviceWords } from './words.ts';

/** Only this page runs a script, and only ours; it asks nobody but us. */
export const DEVICE_HEADERS = pageHeaders("script-src 'self'; connect-src 'self'; worker-src 'self'");
export const DEVICE_SCRIPT = '/device.js';

export type DevicePage = {
  language: string;
  words: DeviceWords;
  token: string;
  /** Whether the link can still turn a device on. */
  link: 'alive' | 'used' | 'expired';
  pushKey: string;
  contact: string;
  client: string;
  /** By what the contact is told now. */
  kinds: readonly ToldBy[];
  /** The path of the page that this contact may read. */
  statusPage: string;
  phone: string | null;
};

type Part = { when: string; html: string };

export function devicePage(page: DevicePage): string {
  const { words, client } = page;
  const parts: Part[] = [
    { when: 'plain', html: paragraph(words.plain) },
    { when: 'insecure', html: paragraph(words.insecure) },
    { when: 'unsupported', html: paragraph(words.unsupported) },
    { when: 'apple', html: paragraph(words.apple) },
    { when: 'blocked', html: paragraph(words.blocked) },
    {
      when: 'off',
      html: `${paragraph(words.off(client))}<p class="quiet" data-part="other" hidden>${safe(words.other)}</p><button class="first" type="button" data-does="on">${safe(words.turnOn)}</button><p class="quiet">${safe(words.asks)}</p>`,
    },
    {
      when: 'on',
      html: `<p><strong>✓ ${safe(words.on)}</strong> <span class="quiet" data-part="since" hidden>${safe(words.since)} <time class="time"></time>.</span></p><button type="button" data-does="off">${safe(words.turnOff)}</button>`,
    },
    { when: 'used', html: paragraph(words.used) },
    { when: 'expired', html: paragraph(words.expired) },
    { when: 'stopped', html: paragraph(words.closedByUs) },
  ];
  const said = (['busy', 'denied', 'closed', 'noService', 'offline', 'first', 'turnedOff'] as const)
    .map((name) => ` data-${name.toLowerCase()}="${safe(words[name])}"`)
    .join('');
  const named = page.kinds.map((kind) => words.kinds[kind]);
  const told = named.length
    ? words.toldBy([named.slice(0, -1).join(', '), named.at(-1)].filter(Boolean).join(` ${words.and} `))
    : words.toldByNothing;
  const ways = [
    `<li>${safe(told)}</li>`,
    `<li><a href="${safe(page.statusPage)}">${safe(words.statusPage)}</a></li>`,
    ...(page.phone
      ? [
          `<li><a href="tel:${safe(page.phone.replace(/[^+\d]/g, ''))}">${safe(words.call(page.phone))}</a></li>`,
        ]
      : []),
  ].join('');
  return plainDocument(
    words.title,
    `<h1>${safe(words.title)}</h1><p class="quiet">${safe(words.whose(page.contact, client))}</p>
<div id="device" data-token="${safe(page.token)}" data-link="${page.link}" data-key="${safe(page.pushKey)}"${said}>
${parts.map(({ when, html }) => `<section data-when="${when}"${when === 'plain' ? '' : ' hidden'}>${html}</section>`).join('\n')}
<p role="status" data-part="said"></p></div>
<h2>${safe(words.ways)}</h2><ul>${ways}</ul>`,
    { language: page.language, script: DEVICE_SCRIPT },
  );
}

function paragraph(text: string): string {
  return `<p>${safe(text)}</p>`;
}
