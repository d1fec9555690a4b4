/** The first line of the board: who knows nothing goes before who knows only what is old; green is for all of them, told by a person. Pure. */
import type { BoardClient } from '#src/communicate/board.ts';
import { count } from '../words/count.ts';

type Head = { words: string; tone: 'red' | 'amber' | 'green' };

export function toldHead(clients: Pick<BoardClient, 'state' | 'automatic'>[]): Head {
  const silent = clients.filter(({ state }) => state === 'not_told').length;
  const behind = clients.filter(({ state }) => state === 'half').length;
  if (silent) return { words: `${count(silent, 'client')} not told`, tone: 'red' };
  if (behind) return { words: `${count(behind, 'client')} not told of the latest`, tone: 'amber' };
  const automatic = clients.filter((each) => each.automatic).length;
  if (automatic)
    return { words: `${count(automatic, 'client')} told by an automatic message alone`, tone: 'amber' };
  return { words: 'Every affected client has been told', tone: 'green' };
}
