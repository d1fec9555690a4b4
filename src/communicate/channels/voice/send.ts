/** Reads a message out on the telephone through Twilio; only a pressed key proves that a person heard it. */
import type { ChannelMeans, Teller } from '../channels.ts';
import { askTwilio, callbackUrl, NO_TWILIO } from '../twilio.ts';
import { renderCall } from './render.ts';

export const NO_CALLER = 'not sent: no number to call from is configured (TWILIO_VOICE_FROM)';

export function voiceChannel({ outbound, clock, config }: ChannelMeans): Teller {
  const { twilio } = config;
  const from = twilio?.voiceFrom;
  if (!twilio || !from)
    return {
      notConfigured: twilio ? NO_CALLER : NO_TWILIO,
      send: async () => Promise.reject(new Error('Nothing is sent by a channel that is not configured.')),
    };
  return {
    async send({ deliveryId, wording, to }) {
      const callback = callbackUrl(config.url, 'status', deliveryId);
      const { sid, status } = await askTwilio({ twilio, outbound, clock }, 'Calls', {
        To: to.address,
        From: from,
        Twiml: renderCall(wording, callbackUrl(config.url, 'digits', deliveryId)),
        ...(callback ? { StatusCallback: callback } : {}),
      });
      return { response: `Twilio calls as ${sid} (${status})`, delivered: false, id: sid };
    },
  };
}
