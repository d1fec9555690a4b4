/** Rings by email: plain text, one link, never the same message twice under two names. */
import type { Mailer } from '#platform/mail.ts';
import { answerTime, wordsOf } from '../../words.ts';
import type { ChannelRinger, Ringing } from '../channels.ts';

export function emailChannel(mailer: Mailer): ChannelRinger {
  return {
    async send(ringing, channel) {
      const { title } = wordsOf(ringing.page);
      const { response } = await mailer.sendMail({
        to: channel.address || ringing.email,
        subject: title,
        text: textOf(ringing),
        headers: { Importance: 'high', 'X-Priority': '1' },
        messageId: `${ringing.deliveryId}@${mailer.domain}`,
        urgent: true,
      });
      return `mail server: ${response}`;
    },
  };
}

function textOf({ page, link }: Ringing): string {
  const { lines } = wordsOf(page);
  const until = answerTime(page);
  const answer = link
    ? `Answer here: ${link}`
    : 'Open Humdrum and answer there. This message has no link, because the public address (HUMDRUM_URL) is not set.';
  const next =
    page.kind === 'test' ? [] : until ? [`Without an answer by ${until} the next person is called.`] : [];
  return [...lines, '', answer, ...next, ''].join('\n');
}
