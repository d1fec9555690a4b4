/** A message for Discord: at most 2,000 characters, nobody is called by it. Pure. */
import { fitted } from '../cut.ts';
import { asMarkdownText } from '../markdown.ts';
import type { Wording } from '../wording.ts';

const CHARACTERS_MAX = 2000;
// Do not show a preview of the link.
const SUPPRESS_EMBEDS = 4;

export type DiscordMessage = { content: string; allowed_mentions: { parse: [] }; flags: number };

export function renderDiscord({ subject, lines, footer, link }: Wording): DiscordMessage {
  const impact = Math.max(
    0,
    lines.findIndex(({ field }) => field === 'impact'),
  );
  const content = fitted(
    [
      { words: `**${asMarkdownText(subject)}**\n`, needed: true },
      ...lines.map(({ label, words, field }, index) => ({
        words: `${label ? `**${label}**: ` : ''}${asMarkdownText(words)}\n`,
        needed: index === impact || field === 'next',
        cuttable: index === impact,
      })),
      ...footer.filter((line) => line !== link).map((line) => ({ words: `-# ${asMarkdownText(line)}\n` })),
      ...(link ? [{ words: `<${link}>` }] : []),
    ],
    (text) => text.length <= CHARACTERS_MAX,
  );
  return {
    content: content.replace(/\n /g, '\n').trim(),
    allowed_mentions: { parse: [] },
    flags: SUPPRESS_EMBEDS,
  };
}
