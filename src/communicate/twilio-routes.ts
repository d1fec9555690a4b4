/** Twilio's callbacks: what became of an SMS or a call, and SMS to us. A forged one changes nothing, a repeated one says nothing new. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { transaction } from '#platform/db/database.ts';
import type { App } from '#platform/http/app.ts';
import { readForms } from '#platform/http/button-page.ts';
import type { Platform } from '#platform/platform.ts';
import { renderReply } from './channels/sms/render.ts';
import { isFromTwilio } from './channels/twilio.ts';
import { callHeard } from './channels/voice/render.ts';
import { languageFor } from './page/language.ts';
import { noteDelivered, noteUndelivered } from './record.ts';
import { smsWordOf, startSms, stopSms } from './stop-sms.ts';

const FORM_BYTES_MAX = 16 * 1024;
const query = z.object({ delivery: z.string().max(100) });

type Params = Record<string, string>;

/** @param takeSms an SMS to us. @returns what its sender is answered; undefined: nothing */
export function twilioRoutes(
  app: App,
  { config, db, live, clock }: Platform,
  takeSms: (sms: { from: string; text: string }) => Promise<string | undefined>,
): void {
  const genuine = (request: FastifyRequest): Params | undefined => {
    const { twilio, url } = config;
    const params = (request.body ?? {}) as Params;
    const signature = String(request.headers['x-twilio-signature'] ?? '');
    // The address as Twilio knows it, whatever a proxy has made of it.
    const asked = { url: `${url}${request.raw.url}`, params, signature };
    return twilio && url && isFromTwilio(twilio.authToken, asked) ? params : undefined;
  };
  // Forms are read here and nowhere else.
  app.register(async (plain: App) => {
    readForms(plain, FORM_BYTES_MAX);
    const options = {
      config: { access: 'public' as const },
      schema: { querystring: query, hide: true } as never,
    };
    plain.post('/hooks/twilio/status', options, async (request, reply) => {
      const params = genuine(request);
      if (!params) return forged(reply);
      const { delivery } = request.query as z.output<typeof query>;
      const news = newsOf(params);
      const later = { db, live, now: clock.now() };
      if (news?.delivered) await noteDelivered(later, { deliveryId: delivery, ...news });
      else if (news) await noteUndelivered(later, { deliveryId: delivery, ...news, permanent: true });
      return reply.code(204).send();
    });
    const withoutQuery = { config: options.config, schema: { hide: true } as never };
    plain.post('/hooks/twilio/sms', withoutQuery, async (request, reply) => {
      const params = genuine(request);
      if (!params) return forged(reply);
      const said = smsWordOf(params);
      const change = { stop: stopSms, start: startSms };
      if (said) await transaction(db, (tx) => change[said.word](tx, live, said.from, clock.now()));
      // Twilio itself answers STOP and START.
      const answer = said
        ? undefined
        : await takeSms({ from: (params.From ?? '').slice(0, 40), text: params.Body ?? '' });
      return reply.code(200).type('text/xml').send(renderReply(answer));
    });
    plain.post('/hooks/twilio/digits', options, async (request, reply) => {
      const params = genuine(request);
      if (!params) return forged(reply);
      const { delivery } = request.query as z.output<typeof query>;
      if (params.Digits)
        await noteDelivered(
          { db, live, now: clock.now() },
          {
            deliveryId: delivery,
            providerId: params.CallSid,
            words: 'Somebody pressed a key to say that they have heard it',
            kind: 'voice',
          },
        );
      const told = await db
        .selectFrom('delivery')
        .select('language')
        .where('id', '=', delivery)
        .executeTakeFirst();
      return reply
        .code(200)
        .type('text/xml')
        .send(callHeard(languageFor(told?.language ?? '')));
    });
  });
}

type News = { delivered: boolean; providerId: string | undefined; words: string; kind: string };

/** @returns what is known for good; a voicemail "completes" a call too, so that only a key proves one */
function newsOf(params: Params): News | undefined {
  const { MessageStatus, MessageSid, CallStatus, CallSid, ErrorCode } = params;
  const why = ErrorCode ? ` (error ${ErrorCode})` : '';
  if (MessageStatus === 'delivered')
    return { delivered: true, providerId: MessageSid, words: 'Twilio says: delivered', kind: 'sms' };
  if (MessageStatus === 'undelivered' || MessageStatus === 'failed')
    return {
      delivered: false,
      providerId: MessageSid,
      words: `Twilio says: ${MessageStatus}${why}`,
      kind: 'sms',
    };
  if (
    CallStatus === 'busy' ||
    CallStatus === 'no-answer' ||
    CallStatus === 'failed' ||
    CallStatus === 'canceled'
  )
    return { delivered: false, providerId: CallSid, words: `The call: ${CallStatus}${why}`, kind: 'voice' };
  return undefined;
}

function forged(reply: FastifyReply): FastifyReply {
  return reply.code(403).type('text/plain').send('The signature does not fit.');
}
