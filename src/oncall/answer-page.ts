/** The page behind a page's link: what is wrong and three buttons; plain, without JavaScript or sign-in. Reading it changes nothing. */
import { createHash } from 'node:crypto';
import { answerable, type Page } from './page.ts';
import { ANSWERS, answerTime, wordsOf } from './words.ts';

const STYLE = `
:root{color-scheme:light dark;--paper:#f6f5f1;--ink:#1d1f24;--quiet:#5b5f69;--line:#dcd9d0;--accent:#1f4b99;--on:#fff;--red:#b3261e}
@media (prefers-color-scheme:dark){:root{--paper:#17181b;--ink:#eceae4;--quiet:#a3a6ad;--line:#34363c;--accent:#8fb4ff;--on:#101114;--red:#ff8a80}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.5 Inter,system-ui,sans-serif}
main{max-width:34rem;margin:0 auto;padding:24px 16px 48px}
h1{font-size:1.5rem;line-height:1.25;margin:8px 0 16px;overflow-wrap:anywhere}
p,li{overflow-wrap:anywhere}
ul{padding:0;list-style:none;margin:0 0 24px}
li{white-space:pre-line;padding:8px 0;border-top:1px solid var(--line)}
.quiet{color:var(--quiet)}
.time{font-family:"IBM Plex Mono",ui-monospace,monospace}
.overdue{color:var(--red)}
button{display:block;width:100%;min-height:56px;margin:0 0 4px;padding:8px 16px;border:1px solid var(--line);border-radius:12px;background:transparent;color:var(--ink);font:inherit;font-weight:600;text-align:left;cursor:pointer}
button.first{background:var(--accent);border-color:var(--accent);color:var(--on)}
button:focus-visible,a:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
form p{margin:0 0 16px}
a{color:var(--accent)}
`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

export const ANSWER_PAGE_HEADERS: Record<string, string> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex',
};

/** @param action where the buttons post to, a path of ours */
export function answerPage(page: Page, action: string): string {
  if (!answerable(page)) return endPage(page);
  const { title, lines } = wordsOf(page);
  const until = answerTime(page);
  const late = page.state === 'unanswered';
  const time = late
    ? '<p class="overdue">The time to answer has passed and the next person has been called. Your answer still counts.</p>'
    : until && page.kind === 'incident'
      ? `<p>Answer by <span class="time">${safe(until)}</span>, or the next person is called.</p>`
      : '';
  const items = blocks(lines)
    .map((block) => `<li>${safe(block)}</li>`)
    .join('');
  const buttons = ANSWERS.map(
    ({ answer, label, explanation }, index) =>
      `<button name="answer" value="${answer}"${index === 0 ? ' class="first"' : ''} aria-describedby="about-${answer}">${safe(label)}</button><p class="quiet" id="about-${answer}">${safe(explanation)}</p>`,
  ).join('');
  return document(
    title,
    `<p class="quiet">For ${safe(page.person.name)}</p><h1>${safe(title)}</h1><ul>${items}</ul>${time}<form method="post" action="${safe(action)}">${buttons}</form>`,
  );
}

/** What to read after answering, and what an old link shows. It names no incident: the link may be found by others later. */
export function endPage(page: Page): string {
  const at = page.answeredAt
    ?.toZonedDateTimeISO(page.person.zone)
    .toPlainTime()
    .toString({ smallestUnit: 'minute' });
  const when = at ? ` at <span class="time">${at} ${safe(page.person.zone)}</span>` : '';
  const answered = page.state === 'acknowledged' || page.state === 'declined';
  if (page.kind === 'test' && answered)
    return document(
      'The test has reached you',
      `<h1>The test has reached you</h1><p>Answered${when}. This channel works.</p>`,
    );
  switch (page.state) {
    case 'acknowledged':
      return document(
        'You have it',
        `<h1>You have it</h1><p>Answered${when}.${page.answer === 'have_it_no_computer' ? ' The backup is being called as well.' : ''} Open Humdrum for the next step.</p>`,
      );
    case 'declined':
      return document(
        'The next person is being called',
        `<h1>The next person is being called</h1><p>You said${when} that you cannot take it. That is all right.</p>`,
      );
    case 'withdrawn':
    case 'held':
    case 'sent':
    case 'unanswered':
      return document(
        'No longer needed',
        '<h1>No longer needed</h1><p>This page has ended. You need do nothing.</p>',
      );
  }
}

export function unknownPage(): string {
  return document(
    'This link is not valid',
    '<h1>This link is not valid</h1><p>It may have been cut short in a message. Open Humdrum and answer there.</p>',
  );
}

/** A headline with the indented lines under it. */
function blocks(lines: string[]): string[] {
  const list: string[] = [];
  for (const line of lines)
    if (line.startsWith('  ') && list.length) list[list.length - 1] += `\n${line.trim()}`;
    else list.push(line);
  return list;
}

function document(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${safe(title)}</title><style>${STYLE}</style></head><body><main>${body}</main></body></html>`;
}

function safe(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
