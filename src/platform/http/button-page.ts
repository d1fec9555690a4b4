/** A page of a few words and at most one button, for links in messages: plain, without JavaScript or sign-in. Reading it changes nothing. */
import { createHash } from 'node:crypto';
import type { App } from './app.ts';

const FORM = 'application/x-www-form-urlencoded';
const BUTTON_BYTES_MAX = 1024;

const STYLE = `
:root{color-scheme:light dark;--paper:#f6f5f1;--ink:#1d1f24;--quiet:#5b5f69;--line:#dcd9d0;--accent:#1f4b99;--on:#fff;--red:#b3261e}
@media (prefers-color-scheme:dark){:root{--paper:#17181b;--ink:#eceae4;--quiet:#a3a6ad;--line:#34363c;--accent:#8fb4ff;--on:#101114;--red:#ff8a80}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.5 Inter,system-ui,sans-serif}
main{max-width:34rem;margin:0 auto;padding:24px 16px 48px}
h1{font-size:1.5rem;line-height:1.25;margin:8px 0 16px;overflow-wrap:anywhere}
h2{font-size:1.05rem;margin:32px 0 8px}
[hidden]{display:none}
p,li{overflow-wrap:anywhere;white-space:pre-line}
ul{padding:0;list-style:none;margin:0 0 24px}
li{padding:8px 0;border-top:1px solid var(--line)}
.quiet{color:var(--quiet)}
.time{font-family:"IBM Plex Mono",ui-monospace,monospace}
.overdue{color:var(--red)}
button{display:block;width:100%;min-height:56px;margin:0 0 4px;padding:8px 16px;border:1px solid var(--line);border-radius:12px;background:transparent;color:var(--ink);font:inherit;font-weight:600;text-align:center;cursor:pointer}
button.first{background:var(--accent);border-color:var(--accent);color:var(--on)}
button:focus-visible,a:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
form p{margin:0 0 16px}
a{color:var(--accent)}
`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** @param more what the page may do beyond showing itself and posting to us, as directives of its policy */
export function pageHeaders(more = ''): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'${more && `; ${more}`}`,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-robots-tag': 'noindex',
  };
}

export const BUTTON_PAGE_HEADERS = pageHeaders();

/** @param page.action where the button posts to, a path of ours */
export function buttonPage(page: { title: string; lines: string[]; action: string; button: string }): string {
  return plainDocument(
    page.title,
    `${head(page.title, page.lines)}<form method="post" action="${safe(page.action)}"><button class="first">${safe(page.button)}</button></form>`,
  );
}

export function wordsPage(title: string, lines: string[]): string {
  return plainDocument(title, head(title, lines));
}

/**
 * @param body HTML whose every text went through `safe`
 * @param more.script the address of a script of ours; the page must be complete without it
 */
export function plainDocument(
  title: string,
  body: string,
  { language = 'en', script }: { language?: string; script?: string } = {},
): string {
  const runs = script
    ? `<meta name="mobile-web-app-capable" content="yes"><script src="${safe(script)}" defer></script>`
    : '';
  return `<!doctype html><html lang="${safe(language)}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${safe(title)}</title><style>${STYLE}</style>${runs}</head><body><main>${body}</main></body></html>`;
}

export function safe(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * Lets the routes registered on this part of the app read what a form posts: a text for each field, or with `lists` all texts of it.
 * @param bytesMax a form of one button needs no more than its default
 */
export function readForms(app: App, bytesMax = BUTTON_BYTES_MAX, { lists = false } = {}): void {
  if (!app.hasContentTypeParser(FORM))
    app.addContentTypeParser(FORM, { parseAs: 'string', bodyLimit: bytesMax }, (_request, body, done) => {
      const fields = new URLSearchParams(String(body));
      const read = (name: string) => (lists ? fields.getAll(name) : fields.get(name));
      done(null, Object.fromEntries([...new Set(fields.keys())].map((name) => [name, read(name)])));
    });
}

function head(title: string, lines: string[]): string {
  const words = lines.filter(Boolean).map((line) => `<p>${safe(line)}</p>`);
  return `<h1>${safe(title)}</h1>${words.join('')}`;
}
