/** The first line of the board: who knows nothing goes before who knows only what is old; green is for all of them. Pure. */
import type { BoardClient } from '#src/communicate/board.ts';
import { count } from '../words/count.ts';

type Head = { words: string; tone: 'red' | 'amber' | 'green' };

export function toldHead(clients: Pick<BoardClient, 'state'>[]): Head {
  const silent = clients.filter(({ state }) => state === 'not_told').length;
  const behind = clients.filter(({ state }) => state === 'half').length;
  if (silent) return { words: `${count(silent, 'client')} not told`, tone: 'red' };
  if (behind) return { words: `${count(behind, 'client')} not told of the latest`, tone: 'amber' };
  return { words: 'Every affected client has been told', tone: 'green' };
}
