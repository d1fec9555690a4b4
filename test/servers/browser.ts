/** A browser's side of web push for tests: keys of its own, and what was pushed to it, decrypted by an independent library. */
import { createECDH, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Asked } from './vendor.ts';

const httpEce = createRequire(import.meta.url)('http_ece') as {
  decrypt(bytes: Buffer, options: object): Buffer;
};

export type PushedMessage = { title: string; body: string; url: string | null; tag: string | null };

export function pretendBrowser(endpoint: string) {
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  const auth = randomBytes(16);
  return {
    subscription: {
      endpoint,
      keys: { p256dh: pair.getPublicKey('base64url'), auth: auth.toString('base64url') },
    },
    read(asked: Asked): PushedMessage {
      const plain = httpEce.decrypt(asked.bytes, {
        version: 'aes128gcm',
        privateKey: pair,
        authSecret: auth.toString('base64url'),
      });
      return JSON.parse(plain.toString('utf8'));
    },
  };
}
