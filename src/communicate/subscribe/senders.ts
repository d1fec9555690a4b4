/** The ways by which subscribers are told. Each is one function: an address and a message in, evidence out. */
import type { Clock } from '#platform/clock.ts';
import { Failed } from '#platform/errors.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import { signedHeaders } from '#platform/http/signed.ts';
import type { Mailer } from '#platform/mail.ts';
import { Gone, taken } from '../channels/answer.ts';
import { askTwilio, type TwilioMeans } from '../channels/twilio.ts';

export const KINDS = ['email', 'webhook', 'sms', 'slack'] as const;
export type Kind = (typeof KINDS)[number];

/** One message, rendered for every way at once; each way takes what it can carry. */
export type Outgoing = {
  /** Stable: a second copy is recognised as one. */
  id: string;
  subject: string;
  text: string;
  html: string;
  /** The same for a telephone: one paragraph, and the link. */
  brief: string;
  /** For programs. */
  payload: object;
  /** Where one click ends it; without it nothing is promised. */
  unsubscribe: string | undefined;
  /** Groups the mails of one incident. */
  thread: string | undefined;
  /** Signs what a webhook gets. */
  secret: string | undefined;
};

/** `answer`: what the other side said; `gone`: it wants nothing more, and `because` of what. */
export type Sent = { evidence: string; answer?: string; gone?: boolean; because?: string };

/** @throws Failed; `permanent` when trying again cannot help */
export type Sender = (address: string, message: Outgoing) => Promise<Sent>;
export type Senders = Partial<Record<Kind, Sender>>;
/** `device`: contacts can turn messages on in a browser, which needs an https address of ours. */
export type Ways = Record<Kind, boolean> & { device?: boolean };

/** @returns by which ways people can be told in this installation */
export function waysOf(senders: Senders): Ways {
  return {
    email: senders.email !== undefined,
    webhook: senders.webhook !== undefined,
    sms: senders.sms !== undefined,
    slack: senders.slack !== undefined,
  };
}

export function emailSender(mailer: Mailer): Sender {
  return async (address, message) => {
    const { response } = await mailer.sendMail({
      to: address,
      subject: message.subject,
      text: message.text,
      html: message.html,
      messageId: `${message.id}@${mailer.domain}`,
      references: message.thread ? [`${message.thread}@${mailer.domain}`] : undefined,
      headers: message.unsubscribe
        ? {
            'List-Unsubscribe': `<${message.unsubscribe}>`,
            'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
          }
        : undefined,
    });
    return { evidence: response };
  };
}

/** Standard Webhooks: signed with the secret that was shown once; 410 ends it. */
export function webhookSender(outbound: Outbound, clock: Clock): Sender {
  return async (address, message) => {
    const body = JSON.stringify(message.payload);
    const secrets = message.secret ? [message.secret] : [];
    const { status, body: answer } = await outbound.request({
      method: 'POST',
      url: address,
      headers: {
        'content-type': 'application/json',
        ...signedHeaders({ id: message.id, body, now: clock.now(), secrets }),
      },
      body,
    });
    if (status === 410) return { evidence: 'answered 410', gone: true };
    if (status >= 200 && status < 300) return { evidence: `answered ${status}`, answer };
    throw new Failed(`It answered ${status}.`, { permanent: false });
  };
}

/** An incoming webhook of Slack, which shows the text as it is. */
export function slackSender(outbound: Outbound, clock: Clock): Sender {
  return async (address, message) => {
    const text = [`*${message.subject}*`, message.text]
      .join('\n')
      .replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? sign);
    const answer = await outbound.request({
      method: 'POST',
      url: address,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text, unfurl_links: false, unfurl_media: false }),
      follow: false,
    });
    if (answer.status === 404 || answer.status === 410)
      return { evidence: `answered ${answer.status}`, gone: true };
    taken(answer, { who: 'Slack', now: clock.now(), gone: [] });
    return { evidence: 'Slack has posted it' };
  };
}

export function smsSender(means: TwilioMeans): Sender {
  const { messagingServiceSid, from } = means.twilio;
  return async (address, message) => {
    try {
      const { sid, status } = await askTwilio(means, 'Messages', {
        To: address,
        ...(messagingServiceSid ? { MessagingServiceSid: messagingServiceSid } : { From: from ?? '' }),
        Body: message.brief,
      });
      return { evidence: `Twilio took it as ${sid} (${status})` };
    } catch (error) {
      if (error instanceof Gone) return { evidence: 'Twilio refused it', gone: true, because: error.message };
      throw error;
    }
  };
}
