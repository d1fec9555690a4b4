/** Who has not been told, whom to call, and that somebody was called, as the server tells it. */
import type { BoardClient } from '#src/communicate/board.ts';
import { ofIncident, type Page } from '../api/queries.ts';

export type { BoardClient } from '#src/communicate/board.ts';
export type { CallList } from '#src/communicate/call-list.ts';

export const boardQuery = (id: string) => ofIncident<Page<BoardClient>>(id, 'told');

/** What a telephone dials: the number without what people put between its digits. */
export function telOf(phone: string): string {
  return `tel:${phone.replaceAll(/[^\d+*#]/g, '')}`;
}

export const STATE_MARKS: Record<BoardClient['state'], string> = {
  not_told: '○',
  half: '◐',
  told: '●',
  not_affected: '–',
};
export const STATE_COLOURS: Record<BoardClient['state'], string> = {
  not_told: 'red',
  half: 'amber',
  told: 'green',
  not_affected: 'quiet',
};
