/** The weights of the score: an administrator sees old against new before switching; every switch can be taken back. */
import { z } from 'zod';
import { transaction } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { readLabelled } from './labels.ts';
import { LABELLED_MIN, propose } from './refit.ts';
import type { Triage } from './room.ts';
import { DEFAULT_WEIGHTS } from './score.ts';
import { weightsPage } from './suspect-shapes.ts';
import { currentWeights, readSwitches, type Switch, switchWeights } from './weights.ts';

const tags = ['triage'];
const choice = z.union([
  z.strictObject({
    use: z.literal('proposal'),
    labelled: z.int().min(0).describe('How many labelled incidents the proposal was shown for'),
  }),
  z.strictObject({ use: z.literal('defaults') }),
  z.strictObject({ use: z.literal('earlier'), version: z.int().min(1) }),
]);

export function weightsRoutes(app: App, triage: Triage): void {
  const { platform } = triage;
  const page = async () => {
    const [current, labelled, switches] = await Promise.all([
      currentWeights(platform.db),
      readLabelled(triage),
      readSwitches(platform.db),
    ]);
    return {
      current,
      defaults: DEFAULT_WEIGHTS,
      labelled: labelled.length,
      needed: LABELLED_MIN,
      proposal: propose(labelled, current.weights) ?? null,
      switches,
    };
  };

  app.get(
    '/api/v1/suspect-weights',
    {
      config: { access: 'administrator' },
      schema: {
        response: { 200: weightsPage },
        tags,
        summary: 'The weights of the suspect score, and what fitting them would change',
        operationId: 'suspectWeights',
      },
    },
    page,
  );

  app.post(
    '/api/v1/suspect-weights',
    {
      config: { access: 'administrator' },
      schema: {
        body: choice,
        response: { 201: weightsPage },
        tags,
        summary: 'Switch the weights: to the proposal, to the rule book, or back to earlier ones',
        operationId: 'switchSuspectWeights',
      },
    },
    async (request, reply) => {
      const chosen = await chosenFrom(request.body);
      const by = callerOf(request).name;
      await transaction(platform.db, (tx) =>
        switchWeights(tx, { ...chosen, chosenBy: by }, platform.clock.now()),
      );
      return reply.code(201).send(await page());
    },
  );

  async function chosenFrom(
    body: z.output<typeof choice>,
  ): Promise<Pick<Switch, 'weights' | 'how' | 'labelled' | 'shown'>> {
    switch (body.use) {
      case 'defaults':
        return { weights: DEFAULT_WEIGHTS, how: 'defaults', labelled: 0, shown: null };
      case 'earlier': {
        const found = (await readSwitches(platform.db)).find((each) => each.version === body.version);
        if (!found) throw notFound('version of the weights', String(body.version));
        return { weights: found.weights, how: 'earlier', labelled: found.labelled, shown: found.shown };
      }
      case 'proposal': {
        const { proposal, labelled } = await page();
        if (!proposal)
          throw new Refused(
            'conflict',
            `There are ${labelled} labelled incidents; ${LABELLED_MIN} are needed.`,
            {
              mend: 'Name what set incidents off, then come back.',
            },
          );
        if (labelled !== body.labelled)
          throw new Refused('conflict', 'Another incident was labelled since this was shown.', {
            mend: 'Look at the comparison again, then switch.',
          });
        return { weights: proposal.weights, how: 'refit', labelled, shown: proposal.compared };
      }
    }
  }
}
