/** A message for Mattermost: its Markdown, nobody is called by it. Pure. */
import { cut } from '../cut.ts';
import { asMarkdownText } from '../markdown.ts';
import type { Wording } from '../wording.ts';

// The oldest servers take 4,000 characters, and escaping may double a field.
const FIELD_CHARACTERS_MAX = 800;

export type MattermostMessage = { text: string };

export function renderMattermost({ subject, lines, footer, link }: Wording): MattermostMessage {
  const field = (text: string) => asMarkdownText(cut(text, FIELD_CHARACTERS_MAX));
  return {
    text: [
      `#### ${field(subject).replace(/\s+/g, ' ')}`,
      ...lines.map(({ label, words }) => `${label ? `**${label}**: ` : ''}${field(words)}`),
      footer
        .filter((line) => line !== link)
        .map(field)
        .join('  \n'),
      ...(link ? [`<${link}>`] : []),
    ].join('\n\n'),
  };
}
