/** `/hooks/sns/<key>`: a topic of Amazon SNS, believed only when SNS signed the message and the topic is the integration's own. */
import { z } from 'zod';
import { Refused } from '#platform/errors.ts';
import type { App } from '#platform/http/app.ts';
import { cleaned, cleanText, parsedJson } from '../../clean.ts';
import { type Told, told } from '../../told.ts';
import { confirmAt, keepAsking, markConfirmed } from '../../topics.ts';
import type { Door } from '../door.ts';
import { isObject, type Json, textIn } from '../fields.ts';
import { type Received, senderRoutes } from '../sender.ts';
import { parse } from './parse.ts';
import { createVerifier, snsAddress } from './verify.ts';

export function snsRoutes(app: App, door: Door): void {
  const verify = createVerifier(door.outbound, door.snsHosts);
  senderRoutes(app, door, {
    source: 'sns',
    format: 'sns',
    summary: 'Amazon SNS: CloudWatch alarms, and deployments from EventBridge',
    scheme: 'any',
    acts: true,
    body: z.looseObject({ Type: z.string(), MessageId: z.string(), TopicArn: z.string() }),
    async read(received) {
      const message = messageIn(received);
      await verify(message, received.now);
      return read(door, message, received);
    },
  });
}

/** Read as it came: a cleaned message would no longer fit its signature. */
function messageIn({ raw, header }: Received): Json {
  if (header('x-amz-sns-rawdelivery') === 'true')
    throw new Refused('unauthenticated', 'Raw messages carry no signature; nothing was stored.', {
      mend: 'Turn raw message delivery off for this subscription.',
    });
  if (!isObject(raw)) throw new Refused('invalid', 'The body is not a JSON object.');
  return raw;
}

async function read(door: Door, message: Json, { integration, now }: Received): Promise<Told> {
  const topicArn = textIn(message['TopicArn']) ?? '';
  const { reading } = integration;
  if (reading.topicArn && reading.topicArn !== topicArn)
    throw new Refused(
      'unauthenticated',
      `The topic ${cleanText(topicArn.slice(0, 200))} is not the one of this integration; nothing was stored.`,
      { mend: 'Subscribe the right topic, or change the topic on the page of the integration.' },
    );
  switch (message['Type']) {
    case 'SubscriptionConfirmation':
      return asked(door, message, { integrationId: integration.id, topicArn, now }, reading);
    case 'UnsubscribeConfirmation':
      return told({ others: ['The topic was unsubscribed: nothing arrives by it any more.'] });
    default:
      if (!reading.topicArn)
        throw new Refused(
          'unauthenticated',
          'No topic is confirmed for this integration; nothing was stored.',
          {
            mend: 'Confirm its topic on the page of the integration.',
          },
        );
      return parse(contentOf(message), cleanText(textIn(message['MessageId']) ?? ''), now);
  }
}

async function asked(
  door: Door,
  message: Json,
  about: { integrationId: string; topicArn: string; now: Temporal.Instant },
  reading: { topicArn: string | null; confirmTopic: string },
): Promise<Told> {
  const address = snsAddress(message['SubscribeURL'], door.snsHosts);
  if (!address)
    throw new Refused('unauthenticated', 'SubscribeURL is not an address of Amazon SNS; nothing was stored.');
  await keepAsking(door.db, door.secret, { ...about, address });
  if (!reading.topicArn || reading.confirmTopic !== 'automatic')
    return told({
      others: ['The topic asks to be confirmed: an administrator does it on the page of the integration.'],
    });
  await confirmAt(door.outbound, address);
  await markConfirmed(door.db, about);
  return told({ others: ['The topic asked to be confirmed, and was.'] });
}

/** `Message` is JSON in a text for alarms and events, and anything else for everything else. */
function contentOf(message: Json): unknown {
  const text = textIn(message['Message']) ?? '';
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    return cleaned(parsedJson(text), '\0');
  } catch {
    return undefined;
  }
}
