/** What learning is handed where a test needs none of it. */
import { createOutbound } from '#platform/http/outbound.ts';
import type { Handed } from '#src/learn/room.ts';

export const HANDED_TO_LEARN: Handed = {
  mailer: { configured: true, sendMail: async () => ({ response: '250 OK' }) },
  outbound: createOutbound({ allowPrivate: [] }),
  findChanges: async () => [],
  zoneOf: async () => 'UTC',
  organisationName: async () => null,
  outside: { check: async () => [], readers: async () => [] },
};
