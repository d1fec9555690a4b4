/** The page behind a page's link: what is wrong and three buttons; plain, without JavaScript or sign-in. Reading it changes nothing. */
import { plainDocument as document, safe } from '#platform/http/button-page.ts';
import { answerable, type Page } from './page.ts';
import { ANSWERS, answerTime, wordsOf } from './words.ts';

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
