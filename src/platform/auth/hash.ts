/** Hashes of random links and tokens, compared without telling by time how much was right. */
import { createHash, timingSafeEqual } from 'node:crypto';

/** @returns the hash under which a link's secret is kept; the secret itself is random enough to need no salt */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

export function sameHash(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
