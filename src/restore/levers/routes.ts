/** The levers of one incident: what fits, a dry run, pulling one after its effect was confirmed, and working without a third party. */
import { z } from 'zod';
import { doingOf } from '#incident/doing.ts';
import { isAwaited } from '#incident/lever-runs.ts';
import { incidentFor } from '#incident/seen-by.ts';
import type { Incident, SwitchedFor } from '#incident/types.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { type App, type Caller, callerOf } from '#platform/http/app.ts';
import { filled, text } from '#platform/http/fields.ts';
import { newId } from '#platform/ids.ts';
import { ownerOf } from '../actions.ts';
import { CATEGORIES } from '../cards.ts';
import type { Handed, House, KnownChange } from '../room.ts';
import { checkedInputs, type Given } from './inputs.ts';
import { fillingFor, offer, refuseCarelessly, rollbackWords, serviceFor } from './offer.ts';
import { knownOf, nameOfParty, orderOf } from './order.ts';
import { DOES, leverInput } from './shapes.ts';
import { type Lever, leverCalled, readLevers } from './store.ts';
import { shownTrial, tryOut } from './trial.ts';
import { effectIn } from './words.ts';

const tags = ['restore'];
const params = z.object({ id: text(64) });
const leverParams = params.extend({ leverId: text(64) });
const TIME_BOX_MINUTES_MAX = 24 * 60;
const PULLS_SHOWN_MAX = 20;

const value = z.union([z.string(), z.number(), z.boolean()]);
const offeredLever = z.object({
  id: z.string(),
  name: z.string(),
  does: z.enum(DOES),
  category: z.enum(CATEGORIES).nullable(),
  target: z.enum(['webhook', 'github_workflow', 'github_deployment', 'gitlab_pipeline']),
  service: z.object({ id: z.string(), name: z.string() }).nullable(),
  effect: z
    .string()
    .describe(
      'With what is known filled in; what a change would fill in words, "…" where another input is still empty',
    ),
  template: z.string().describe('The same sentence with its inputs in braces'),
  known: z.record(z.string(), value).describe('What stands in braces besides the inputs'),
  inputs: z.array(z.object({ input: leverInput, value: value.nullable(), versions: z.array(z.string()) })),
  caution: z.string().nullable().describe('Why it should not be pulled; a reason is asked for if it is'),
  dryRun: z.enum(['target', 'shown']),
  cannot: z.string().nullable().describe('Why it cannot be pulled now'),
  timeBoxMinutes: z.number(),
  temporary: z.boolean(),
  running: z
    .object({ actionId: z.string(), ownerName: z.string(), since: z.string(), here: z.boolean() })
    .nullable()
    .describe('Somebody has pulled it and its answer is awaited; here: in this incident'),
});
const degradation = z.object({
  thirdPartyId: z.string(),
  name: z.string(),
  stillWorks: z.string().nullable().describe('Public words; null: nobody has written them yet'),
  since: z.string().nullable().describe('Switched on since; null: it is off'),
  onLeverId: z.string().nullable(),
  offLeverId: z.string().nullable(),
});
const shown = z.object({
  change: z
    .object({
      id: z.string(),
      summary: z.string(),
      rollback: z.enum(['safe', 'unsafe', 'unknown']),
      says: z.string().describe('Whether it can be rolled back, in one or two sentences'),
      versionBefore: z.string().nullable(),
      versionAfter: z.string().nullable(),
    })
    .nullable(),
  levers: z.array(offeredLever).describe('The first to try first'),
  degradations: z.array(degradation).describe('Providers of the affected services'),
});
export type LeversShown = z.output<typeof shown>;

const asking = z.object({
  inputs: z.record(z.string().max(40), z.unknown()).default({}),
  changeId: text(64).optional(),
});
const pulling = asking.extend({
  confirmed: text(2000).describe('The sentence that was confirmed, exactly as it was shown'),
  despite: text(2000).default('').describe('Why it is rolled back although that is not known to be safe'),
  ownerId: text(64).optional().describe('Default: whoever asks'),
  ownerName: text(200).optional(),
  timeBoxMinutes: z.int().min(1).max(TIME_BOX_MINUTES_MAX).optional(),
  temporary: z.boolean().optional().describe('Default: as the lever says'),
});

export function leverRoutes(app: App, house: House, handed: Handed): void {
  const { platform, incidents } = house;
  const { db, clock, config, secret } = platform;

  const changeCalled = async (id: string | undefined): Promise<KnownChange | undefined> => {
    if (!id) return undefined;
    const [change] = await handed.findChanges([id]);
    if (!change) throw notFound('change', id);
    return change;
  };

  /** Everything that pulling or trying needs, checked. */
  const prepared = async (
    incident: Incident,
    leverId: string,
    { inputs, changeId }: z.output<typeof asking>,
    caller: Caller,
  ) => {
    const lever = await leverCalled(db, secret, leverId);
    const change = await changeCalled(changeId);
    const found = await serviceFor(db, lever, { incident, change });
    if (!found)
      throw new Refused('conflict', `“${lever.name}” is for services that this incident does not affect.`, {
        mend: 'Add the service to what is affected, or choose another lever.',
      });
    const { versions } = await fillingFor({ incident, change, versionsOf: handed.versionsOf }, found.service);
    const values = checkedInputs(lever.inputs, inputs as Given, versions);
    const known = knownOf(values, {
      service: found.service?.name,
      thirdParty: await nameOfParty(db, lever.thirdPartyId),
      incident: incident.number,
    });
    const now = clock.now();
    return {
      lever,
      change,
      service: found.service,
      values,
      known,
      effect: effectIn(lever.effect, known),
      now,
      caller,
    };
  };

  app.get(
    '/api/v1/incidents/:id/levers',
    {
      config: { access: 'viewer' },
      schema: {
        params,
        querystring: z.object({ changeId: text(64).optional() }),
        response: { 200: shown },
        tags,
        summary: 'The levers that fit: to a change, to the affected services, to the kind of failure',
        operationId: 'getLevers',
      },
    },
    async (request) => {
      const incident = await incidentFor(incidents, request.params.id, callerOf(request));
      const change = await changeCalled(request.query.changeId);
      const levers = await readLevers(db, secret);
      const about = { incident, change, versionsOf: handed.versionsOf };
      const usual = levers.filter(({ does }) => does !== 'switch_on' && does !== 'switch_off');
      const offered = await offer(platform, usual, about);
      const elsewhere = await runningElsewhere(incident.id);
      return {
        change: change ? shownChange(change) : null,
        levers: [
          ...offered,
          ...(await offer(
            platform,
            levers.filter((each) => !usual.includes(each)),
            about,
          )),
        ].map(({ lever, service, inputs, known, effect, caution }) => ({
          id: lever.id,
          name: lever.name,
          does: lever.does,
          category: lever.category,
          target: lever.target.kind,
          service: service ? { id: service.id, name: service.name } : null,
          effect,
          template: lever.effect,
          known,
          inputs: inputs.map(({ value: filled, versions, ...input }) => ({ input, value: filled, versions })),
          caution,
          dryRun: lever.target.kind === 'webhook' ? lever.target.dryRun : ('shown' as const),
          cannot: cannotBePulled(lever),
          timeBoxMinutes: lever.timeBoxMinutes,
          temporary: lever.temporary,
          running: runningOf(incident, lever, service?.id) ?? elsewhere(lever.id, service?.id),
        })),
        degradations: await degradationsOf(incident, levers),
      };
    },
  );

  app.post(
    '/api/v1/incidents/:id/levers/:leverId/trial',
    {
      config: { access: 'responder' },
      schema: {
        params: leverParams,
        body: asking,
        response: { 200: shownTrial },
        tags,
        summary: 'A dry run: nothing is changed by it',
        operationId: 'tryLeverInIncident',
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const incident = await incidentFor(incidents, request.params.id, caller);
      const {
        change: _,
        caller: __,
        ...ready
      } = await prepared(incident, request.params.leverId, request.body, caller);
      const trial = await tryOut(
        handed.outbound,
        orderOf(platform, {
          ...ready,
          runId: newId('run'),
          incident: { id: incident.id, number: incident.number },
          askedBy: caller.name,
          askedAt: ready.now,
          dryRun: true,
        }),
      );
      await incidents.execute(
        incident.id,
        {
          type: 'try_lever',
          lever: ready.lever.name,
          effect: ready.effect,
          sent: trial.sent,
          words: trial.words,
        },
        doingOf(request),
      );
      return trial;
    },
  );

  app.post(
    '/api/v1/incidents/:id/levers/:leverId/pull',
    {
      config: { access: 'responder' },
      schema: {
        params: leverParams,
        body: pulling,
        response: {
          201: z.object({
            actionId: z.string(),
            runId: z.string(),
            effect: z.string(),
            waitsUntil: z.string(),
          }),
        },
        tags,
        summary: 'Pull a lever whose effect was confirmed',
        description:
          'However many people press at once, it is pulled once. The answer is awaited and lands on the timeline.',
        operationId: 'pullLever',
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { body } = request;
      const incident = await incidentFor(incidents, request.params.id, caller);
      const { lever, change, service, values, effect, now } = await prepared(
        incident,
        request.params.leverId,
        body,
        caller,
      );
      const cannot = cannotBePulled(lever);
      if (cannot) throw new Refused('conflict', cannot, { mend: 'An operator sets HUMDRUM_URL.' });
      refuseCarelessly(lever, change, body.despite);
      if (body.confirmed !== effect)
        throw new Refused('conflict', 'What was confirmed is not what would be done; nothing was asked.', {
          mend: 'Read the sentence again and confirm it.',
          fields: [{ path: 'confirmed', message: `must be: ${effect}` }],
        });
      const actionId = newId('act');
      const runId = newId('run');
      const waitsUntil = now.add({ minutes: lever.timeOutMinutes });
      const labels = new Map(lever.inputs.map((input) => [input.name, input.label]));
      await incidents.execute(
        incident.id,
        {
          type: 'pull_lever',
          id: actionId,
          what: effect,
          owner: await ownerOf(db, body, caller),
          timeBoxMinutes: body.timeBoxMinutes ?? lever.timeBoxMinutes,
          temporary: body.temporary ?? lever.temporary,
          changeId: change?.id,
          run: {
            runId,
            leverId: lever.id,
            lever: lever.name,
            serviceId: service?.id,
            inputs: Object.entries(values).map(([name, each]) => ({
              name,
              label: labels.get(name) ?? name,
              value: each,
            })),
            waitsUntil,
            switches: await switchesOf(lever),
            despite: body.despite || undefined,
          },
        },
        doingOf(request),
      );
      return reply.code(201).send({ actionId, runId, effect, waitsUntil: waitsUntil.toString() });
    },
  );

  app.put(
    '/api/v1/incidents/:id/degradations/:thirdPartyId',
    {
      config: { access: 'responder' },
      schema: {
        params: params.extend({ thirdPartyId: text(64) }),
        body: z
          .object({ stillWorks: filled(500).optional().describe('Default: what the directory says') })
          .default({}),
        response: { 200: z.object({ on: z.boolean() }) },
        tags,
        summary: 'Say that we work without a provider, and what still works',
        description: 'The words are public: they are drafted into the next update.',
        operationId: 'startDegradation',
      },
    },
    async (request) => {
      const { id, thirdPartyId } = request.params;
      await incidentFor(incidents, id, callerOf(request));
      const what = await switchedFor(thirdPartyId, request.body.stillWorks);
      await incidents.execute(id, { type: 'switch_degradation', on: true, what }, doingOf(request));
      return { on: true };
    },
  );
  app.delete(
    '/api/v1/incidents/:id/degradations/:thirdPartyId',
    {
      config: { access: 'responder' },
      schema: {
        params: params.extend({ thirdPartyId: text(64) }),
        response: { 200: z.object({ on: z.boolean() }) },
        tags,
        summary: 'Say that we work with a provider again',
        operationId: 'endDegradation',
      },
    },
    async (request) => {
      const { id, thirdPartyId } = request.params;
      await incidentFor(incidents, id, callerOf(request));
      const what: SwitchedFor = { thirdPartyId, name: '', stillWorks: '' };
      await incidents.execute(id, { type: 'switch_degradation', on: false, what }, doingOf(request));
      return { on: false };
    },
  );

  function cannotBePulled({ target }: Lever): string | null {
    return target.kind === 'webhook' && target.answer.by === 'callback' && !config.url
      ? 'Its target reports back, and without HUMDRUM_URL it could not find us.'
      : null;
  }

  async function switchesOf(lever: Lever): Promise<{ on: boolean; what: SwitchedFor } | undefined> {
    if (!lever.thirdPartyId || (lever.does !== 'switch_on' && lever.does !== 'switch_off')) return undefined;
    const on = lever.does === 'switch_on';
    return { on, what: await switchedFor(lever.thirdPartyId, on ? undefined : '-') };
  }

  async function switchedFor(id: string, said: string | undefined): Promise<SwitchedFor> {
    const party = await db
      .selectFrom('third_party')
      .select(['id', 'name', 'still_works'])
      .where('id', '=', id)
      .where('archived_at', 'is', null)
      .executeTakeFirst();
    if (!party) throw notFound('provider', id);
    const stillWorks = said ?? party.still_works;
    if (!stillWorks)
      throw new Refused('invalid', `Nobody has written down what still works without ${party.name}.`, {
        mend: 'Say it in one sentence that clients may read.',
        fields: [{ path: 'stillWorks', message: 'is needed' }],
      });
    return { thirdPartyId: party.id, name: party.name, stillWorks };
  }

  async function degradationsOf(incident: Incident, levers: Lever[]): Promise<LeversShown['degradations']> {
    const rows = await db
      .selectFrom('third_party')
      .select(['third_party.id', 'third_party.name', 'third_party.still_works'])
      .where('archived_at', 'is', null)
      .where(({ or, eb, exists, selectFrom }) =>
        or([
          eb('third_party.id', 'in', [...Object.keys(incident.degraded ?? {}), '']),
          exists(
            selectFrom('service_third_party')
              .select('service_third_party.third_party_id')
              .whereRef('service_third_party.third_party_id', '=', 'third_party.id')
              .where('service_third_party.service_id', 'in', [...incident.serviceIds, '']),
          ),
        ]),
      )
      .orderBy('third_party.name')
      .limit(PULLS_SHOWN_MAX)
      .execute();
    const lever = (party: string, does: Lever['does']) =>
      levers.find((each) => each.thirdPartyId === party && each.does === does)?.id ?? null;
    return rows.map(({ id, name, still_works }) => ({
      thirdPartyId: id,
      name,
      stillWorks: incident.degraded?.[id]?.stillWorks ?? still_works,
      since: incident.degraded?.[id]?.since.toString() ?? null,
      onLeverId: lever(id, 'switch_on'),
      offLeverId: lever(id, 'switch_off'),
    }));
  }

  /** Pulled in another incident: whoever may not see that one learns only that it runs. */
  async function runningElsewhere(incidentId: string) {
    const rows = await db
      .selectFrom('lever_run')
      .select(['lever_id', 'service_id', 'asked_by', 'asked_at'])
      .where('ended_at', 'is', null)
      .where('incident_id', '<>', incidentId)
      .execute();
    return (leverId: string, serviceId: string | undefined) => {
      const row = rows.find((each) => each.lever_id === leverId && each.service_id === (serviceId ?? null));
      return row
        ? { actionId: '', ownerName: row.asked_by, since: row.asked_at.toString(), here: false }
        : null;
    };
  }
}

function runningOf(incident: Incident, lever: Lever, serviceId: string | undefined) {
  const action = incident.actions.find(
    (each) => isAwaited(each) && each.run?.leverId === lever.id && each.run.serviceId === serviceId,
  );
  return action
    ? { actionId: action.id, ownerName: action.ownerName, since: action.startedAt.toString(), here: true }
    : undefined;
}

function shownChange(change: KnownChange): NonNullable<LeversShown['change']> {
  const { id, summary, rollback, versionBefore, versionAfter } = change;
  return { id, summary, rollback, says: rollbackWords(change), versionBefore, versionAfter };
}
