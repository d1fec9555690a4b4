/** A message for Slack: blocks with the four fields; whatever people wrote stays text. Pure. */
import { cut } from '../cut.ts';
import type { Wording } from '../wording.ts';

// Slack's limits: 3,000 characters in a section, 150 in a header.
const SECTION_CHARACTERS_MAX = 2800;
const HEADER_CHARACTERS_MAX = 150;

export type SlackMessage = { text: string; blocks: object[]; unfurl_links: false; unfurl_media: false };

export function renderSlack({ subject, lines, footer, link }: Wording): SlackMessage {
  return {
    // What a notification shows.
    text: cut(safe(subject), HEADER_CHARACTERS_MAX * 2),
    blocks: [
      {
        type: 'header',
        text: { type: 'plain_text', text: cut(subject, HEADER_CHARACTERS_MAX), emoji: false },
      },
      ...lines.map(({ label, words }) => ({
        type: 'section',
        text: {
          type: 'mrkdwn',
          verbatim: true,
          text: `${label ? `*${label}*\n` : ''}${safe(cut(words, SECTION_CHARACTERS_MAX / 2))}`,
        },
      })),
      {
        type: 'context',
        elements: [
          {
            type: 'mrkdwn',
            verbatim: true,
            text: safe(cut(footer.filter((line) => line !== link).join('\n'), SECTION_CHARACTERS_MAX / 2)),
          },
          ...(link ? [{ type: 'mrkdwn', verbatim: true, text: `<${link}>` }] : []),
        ],
      },
    ],
    unfurl_links: false,
    unfurl_media: false,
  };
}

/** Slack's own marks (<!channel>, <@U1>, <https://…|words>) all begin with "<". */
export function safe(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
