/** A message as a browser notification: little room, encrypted on the way. Pure. */
import { cut } from '../cut.ts';
import type { Wording } from '../wording.ts';

const TITLE_CHARACTERS_MAX = 120;
const BODY_CHARACTERS_MAX = 400;

export type PushMessage = { title: string; body: string; url: string | null; tag: string | null };

/** @param tag a newer notification of the same incident replaces the older one */
export function renderPush({ subject, brief, link }: Wording, tag: string | undefined): PushMessage {
  const { impact, action, next } = brief;
  const room = BODY_CHARACTERS_MAX - next.length - 1;
  return {
    title: cut(subject, TITLE_CHARACTERS_MAX),
    body: [cut(`${impact} ${action}`.trim(), room), next].filter(Boolean).join(' '),
    url: link ?? null,
    tag: tag ?? null,
  };
}
