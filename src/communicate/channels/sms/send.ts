/** Sends a message as SMS through Twilio; that it arrived is known only when Twilio says so later. */
import type { ChannelMeans, Teller } from '../channels.ts';
import { askTwilio, callbackUrl, NO_TWILIO, senderOf } from '../twilio.ts';
import { renderSms } from './render.ts';

export function smsChannel({ outbound, clock, config }: ChannelMeans): Teller {
  const { twilio } = config;
  if (!twilio)
    return {
      notConfigured: NO_TWILIO,
      send: async () => Promise.reject(new Error('Nothing is sent by a channel that is not configured.')),
    };
  const { sender } = senderOf(twilio);
  return {
    async send({ deliveryId, wording, to }) {
      const callback = callbackUrl(config.url, 'status', deliveryId);
      const { sid, status } = await askTwilio({ twilio, outbound, clock }, 'Messages', {
        To: to.address,
        ...sender,
        Body: renderSms(wording),
        ...(callback ? { StatusCallback: callback } : {}),
      });
      return { response: `Twilio took it as ${sid} (${status})`, delivered: false, id: sid };
    },
  };
}
