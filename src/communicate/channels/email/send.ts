/** Sends a message as mail: one thread for each incident, the same Message-ID at every try, a way out for readers outside. */

import { NO_MAIL_SERVER } from '#platform/mail.ts';
import type { ChannelMeans, Teller } from '../channels.ts';
import { mailOf } from './render.ts';

export function emailChannel({ mailer }: Pick<ChannelMeans, 'mailer'>): Teller {
  return {
    notConfigured: mailer.configured ? undefined : NO_MAIL_SERVER,
    async send({ deliveryId, wording, reference, to, urgent, ask, device, unsubscribe }) {
      const { response, messageId } = await mailer.sendMail({
        to: { name: to.name, address: to.address },
        ...mailOf(wording, { ask, device, unsubscribe }),
        messageId: `${deliveryId}@${mailer.domain}`,
        ...(reference ? { references: [`${reference}@${mailer.domain}`] } : {}),
        ...(unsubscribe ? { headers: oneClick(unsubscribe) } : {}),
        urgent,
      });
      return { response, delivered: false, id: messageId };
    },
  };
}

/** RFC 8058: the reader's mail program can do it without opening anything. */
function oneClick(address: string): Record<string, string> {
  return { 'List-Unsubscribe': `<${address}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
}
