/** What people do in one incident of a replay, and when: as slow in their messages as the real ones, in time with everything else. */
import type { Command } from '#incident/commands.ts';
import type { Incidents } from '#incident/execute.ts';
import type { Policy } from '#promise/policy.ts';
import { defaultNextAt } from '../../src/communicate/compose.ts';
import { type RealIncident, type Said, saidIn } from './record.ts';

export type Event = { at: number; run: () => Promise<void> };
export type Stage = {
  incidents: Incidents;
  policy: Policy;
  now(): Temporal.Instant;
  /** Does what is due now. */
  settle(): Promise<unknown>;
  declared(real: RealIncident, number: number): void;
};

const MINUTE = 60_000;
const SECOND_PERSON_AFTER_MINUTES = 5;
const REVIEWED_AFTER_MINUTES = 15;
const SYSTEM = { actor: { kind: 'system' as const, name: 'Monitoring' }, source: 'replay' };
const ANSWERS = { dataAtRisk: 'no', redundancyGone: 'no' } as const;
const CLASSIFIED = {
  P1: { ...ANSWERS, mainTaskImpossible: 'yes', mainTaskMuchWorse: 'yes' },
  P2: { ...ANSWERS, mainTaskImpossible: 'no', mainTaskMuchWorse: 'yes', workaround: 'yes' },
} as const;

/** Declared at its start by monitoring, confirmed, told about as in the record, restored with the last message, watched, over. */
export function script(real: RealIncident, stage: Stage): Event[] {
  const { incidents, policy } = stage;
  let id = '';
  const does = async (personId: string, command: Command): Promise<void> => {
    const actor = { kind: 'person' as const, personId, name: personId };
    await incidents.execute(id, command, { actor, source: 'replay' });
  };
  const begin = async (): Promise<void> => {
    const incident = await incidents.declare(
      {
        title: real.id,
        noticed: { by: 'monitoring' },
        proposedSeverity: real.severity,
        serviceIds: ['site'],
      },
      SYSTEM,
    );
    id = incident.id;
    stage.declared(real, incident.number);
    await stage.settle();
    await does('ana', { type: 'confirm', evidence: 'seen' });
    await does('ana', { type: 'classify', answers: CLASSIFIED[real.severity] });
  };
  const told = saidIn(real).map((said, index) => ({
    ...said,
    run: async () => {
      const incident = await incidents.load(id);
      const nextAt = defaultNextAt(incident!, kindOf(said), policy, stage.now());
      await does('ana', messageOf(said, `upd_${real.id}_${index}`, nextAt));
    },
  }));
  const end = real.saidAt.at(-1)!;
  return [
    { at: real.saidAt[0]!, run: begin },
    ...told.filter(({ kind }) => kind === 'first' || kind === 'next'),
    ...dutiesOf(real.saidAt[0]!, does).filter(({ at }) => at < end),
    { at: end, run: () => does('ana', restored(stage.now())) },
    // The final message is sent by the house, as approved.
    ...told.filter(({ kind }) => kind === 'works_again' || kind === 'watching'),
  ];
}

function dutiesOf(start: number, does: (personId: string, command: Command) => Promise<void>): Event[] {
  return [
    {
      at: start + SECOND_PERSON_AFTER_MINUTES * MINUTE,
      run: () =>
        does('bo', {
          type: 'take_role',
          role: 'hands',
          who: { personId: 'bo', name: 'bo' },
          how: 'second_person',
        }),
    },
    {
      at: start + REVIEWED_AFTER_MINUTES * MINUTE,
      run: () => does('ana', { type: 'review_what_changed', note: 'nothing' }),
    },
  ];
}

function restored(since: Temporal.Instant): Command {
  return {
    type: 'restore',
    proof: { check: 'a look', shows: 'it works', since },
    watch: { finalImpact: 'It works again.', finalAction: 'We watched it.' },
  };
}

function kindOf({ kind }: Said): Exclude<Said['kind'], 'watching'> {
  return kind === 'watching' ? 'next' : kind;
}

function messageOf(said: Said, updateId: string, nextAt: Temporal.Instant | undefined): Command {
  const watching = said.kind === 'watching';
  return {
    type: 'send_update',
    update: {
      updateId,
      kind: kindOf(said),
      status: watching || said.kind === 'works_again' ? 'works_again' : 'looking',
      impact: 'Some of it fails.',
      action: 'We are repairing it.',
      nextAt,
      nothingNew: watching,
      automatic: false,
      clientIds: [],
      internal: true,
      publicPage: false,
    },
  };
}
