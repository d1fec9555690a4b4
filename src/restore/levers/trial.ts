/** A dry run: the target is asked when it knows dry runs; else the exact request is shown and nothing is sent. */
import { z } from 'zod';
import { Failed } from '#platform/errors.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import { masked } from './order.ts';
import { cutWords, type Order, saidBy } from './targets/target.ts';
import { requestOf } from './targets/targets.ts';

export const shownTrial = z.object({
  effect: z.string(),
  request: z.object({
    method: z.string(),
    url: z.string(),
    headers: z.array(z.object({ name: z.string(), value: z.string() })),
    body: z.string(),
  }),
  sent: z.boolean().describe('Whether the target was asked; with "dryRun": true it changes nothing'),
  status: z.number().nullable(),
  words: z.string(),
});
export type Trial = z.output<typeof shownTrial>;

export async function tryOut(outbound: Outbound, order: Order): Promise<Trial> {
  const ask = requestOf(order);
  const shown = { effect: order.effect, request: masked(ask, order) };
  const { target } = order;
  if (target.kind !== 'webhook' || target.dryRun !== 'target')
    return {
      ...shown,
      sent: false,
      status: null,
      words: 'Nothing was sent; this is the request that would be',
    };
  try {
    const answer = await outbound.request(ask);
    const said = saidBy(answer);
    const fine = answer.status >= 200 && answer.status < 300;
    const words = said || (fine ? 'it would do it' : 'it would refuse it');
    return {
      ...shown,
      sent: true,
      status: answer.status,
      words: cutWords(`The target answered ${answer.status}: ${words}`),
    };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { ...shown, sent: error.mayHaveArrived, status: null, words: cutWords(error.message) };
  }
}
