/** A message for Microsoft Teams: an Adaptive Card of at most 28 KB. Pure. */

import { LETTER_WORDS } from '../../letter-words.ts';
import { cut } from '../cut.ts';
import { asMarkdownText } from '../markdown.ts';
import type { Wording } from '../wording.ts';

export const CARD_BYTES_MAX = 28 * 1024;
const FIELD_CHARACTERS_MAX = 4000;

export function renderTeams(wording: Wording): object {
  for (let characters = FIELD_CHARACTERS_MAX; ; characters = Math.floor(characters / 2)) {
    const message = cardOf(wording, characters);
    if (Buffer.byteLength(JSON.stringify(message)) <= CARD_BYTES_MAX || characters < 2) return message;
  }
}

function cardOf({ language, subject, lines, footer, link }: Wording, charactersMax: number): object {
  // A text block reads some Markdown, links among it.
  const field = (text: string) => asMarkdownText(cut(text, charactersMax));
  const text = (words: string, more: object = {}) => ({
    type: 'TextBlock',
    text: words,
    wrap: true,
    ...more,
  });
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            text(field(subject), { size: 'Medium', weight: 'Bolder', style: 'heading' }),
            ...lines.map(({ label, words }) => text(`${label ? `**${label}**: ` : ''}${field(words)}`)),
            text(
              footer
                .filter((line) => line !== link)
                .map(field)
                .join('\n\n'),
              { isSubtle: true, size: 'Small' },
            ),
          ],
          ...(link
            ? { actions: [{ type: 'Action.OpenUrl', title: LETTER_WORDS[language].open, url: link }] }
            : {}),
        },
      },
    ],
  };
}
