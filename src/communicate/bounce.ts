/** A mail that was taken and came back: the delivery has failed after all, and the recipient's next channel is due. */
import type { Later } from './record.ts';
import { noteUndelivered } from './record.ts';

const OUR_MESSAGE_ID = /<?(dlv_[0-9a-z]{1,40})@[^\s<>]+>?/i;
const WORDS_CHARACTERS_MAX = 300;

export type Bounce = {
  /** The Message-ID of the mail that came back, as the notification quotes it. */
  messageId: string;
  /** False: the mail system still tries, and says that it is late. */
  permanent: boolean;
  /** What the mail system said. */
  text: string;
};

/** @returns false when the mail was none of ours, or is over already */
export async function noteBounce(later: Later, { messageId, permanent, text }: Bounce): Promise<boolean> {
  const deliveryId = OUR_MESSAGE_ID.exec(messageId)?.[1]?.toLowerCase();
  if (!deliveryId) return false;
  const said = text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, WORDS_CHARACTERS_MAX);
  const words = permanent ? `The mail came back: ${said}` : `The mail is delayed: ${said}`;
  return noteUndelivered(later, { deliveryId, words, permanent });
}
