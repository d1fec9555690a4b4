/** A message for a program: type, time and facts, at most 20 kB. Pure. */
import { cut } from '../cut.ts';
import type { Wording } from '../wording.ts';

const FIELD_CHARACTERS_MAX = 2000;

/** @returns the exact bytes that are signed and sent */
export function renderWebhook({ subject, lines, event }: Wording): string {
  const data = Object.fromEntries(
    Object.entries(event.data).map(([name, value]) => [
      name,
      typeof value === 'string' ? cut(value, FIELD_CHARACTERS_MAX) : value,
    ]),
  );
  return JSON.stringify({
    type: event.type,
    timestamp: Temporal.Instant.fromEpochMilliseconds(Number(event.at)).toString(),
    data: {
      ...data,
      subject,
      text: cut(
        lines.map(({ label, words }) => (label ? `${label}: ${words}` : words)).join('\n\n'),
        FIELD_CHARACTERS_MAX * 2,
      ),
    },
  });
}
