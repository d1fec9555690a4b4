/** The routes of the duties to notify: what is chosen, since when we know, what is owed, and how each ended. */
import { z } from 'zod';
import { doingOf } from '#incident/doing.ts';
import type { House } from '#incident/room.ts';
import { incidentFor } from '#incident/seen-by.ts';
import type { Incident } from '#incident/types.ts';
import { transaction } from '#platform/db/database.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { filled, instant, text } from '#platform/http/fields.ts';
import { type Ending, endDuty, readChoices, saveChoices, setAwareness } from './duties.ts';
import { remindedFrom } from './owed.ts';
import { KINDS, NO_ADVICE, PRESETS, type Preset, RULES } from './presets.ts';
import { dutySettings, readDutySettings, saveDutySettings } from './settings.ts';

const tags = ['communicate'];
const CLIENTS_MAX = 1000;
const at = z.string();
const params = z.object({ id: z.string().max(64) });
const dutyParams = params.extend({ dutyId: z.string().max(64) });

const choice = z.object({
  preset: z.enum(PRESETS),
  clientId: z.string().max(64).nullable().describe('Null: for the organisation and every client concerned.'),
});
const settingsBody = dutySettings.extend({ choices: z.array(choice).max(CLIENTS_MAX) });
const presetView = z.object({
  preset: z.enum(PRESETS),
  name: z.string(),
  about: z.string(),
  kind: z.enum(KINDS),
  per: z.enum(['organisation', 'client']),
  steps: z.array(z.object({ step: z.string(), name: z.string(), what: z.string(), source: z.string() })),
});
const settingsView = settingsBody.extend({ presets: z.array(presetView), notice: z.string() });

const dutyView = z.object({
  id: z.string(),
  preset: z.enum(PRESETS),
  presetName: z.string(),
  step: z.string(),
  name: z.string(),
  what: z.string(),
  source: z.string(),
  decision: z.boolean(),
  client: z.object({ id: z.string(), name: z.string() }).nullable(),
  dueAt: at,
  soonFrom: at.describe('from when somebody is reminded of it'),
  overdue: z.boolean(),
  state: z.enum(['open', 'decided', 'notified', 'not_required', 'void']),
  notifiedAt: at.nullable(),
  reference: z.string().nullable(),
  because: z.string().nullable(),
  endedBy: z.string().nullable(),
  endedAt: at.nullable(),
});
const dutiesView = z.object({
  chosen: z.boolean().describe('whether an administrator has chosen any preset'),
  awareness: z
    .object({
      awareAt: at,
      kinds: z.array(z.enum(KINDS)),
      clientIds: z.array(z.string()),
      note: z.string(),
      setBy: z.string(),
    })
    .nullable(),
  items: z.array(dutyView),
  notice: z.string(),
});

export function dutyRoutes(app: App, house: House): void {
  settingRoutes(app, house);
  const { db, clock } = house.platform;
  app.get(
    '/api/v1/incidents/:id/duties',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        params,
        response: { 200: dutiesView },
        summary: 'Duties to notify, by when, and how each ended',
        operationId: 'listDuties',
      },
    },
    async (request) => {
      const incident = await incidentFor(house.incidents, request.params.id, callerOf(request));
      return shown(house, incident);
    },
  );
  app.put(
    '/api/v1/incidents/:id/duties/awareness',
    {
      config: { access: 'responder' },
      schema: {
        tags,
        params,
        body: z.object({
          awareAt: instant().describe('Since when we know that it may be so. Every clock starts here.'),
          kinds: z.array(z.enum(KINDS)).max(KINDS.length).describe('What may be affected.'),
          clientIds: z
            .array(z.string().max(64))
            .max(CLIENTS_MAX)
            .default([])
            .describe('Whose data it may be.'),
          note: text(2000).default('').describe('How we know; or why it was changed.'),
        }),
        response: { 200: dutiesView },
        summary: 'Say since when we are aware; what was chosen follows from it',
        operationId: 'putDutyAwareness',
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const incident = await incidentFor(house.incidents, request.params.id, caller);
      const { awareAt, kinds, clientIds, note } = request.body;
      await transaction(db, (tx) =>
        setAwareness(
          tx,
          incident,
          { awareAt, kinds: [...new Set(kinds)], clientIds: [...new Set(clientIds)], note },
          caller.name,
          clock.now(),
        ),
      );
      await house.incidents.execute(
        incident.id,
        {
          type: 'add_note',
          text: `Aware since ${awareAt.toString().slice(0, 16).replace('T', ' ')} UTC${note ? `: ${note}` : ''}`,
        },
        doingOf(request),
      );
      return shown(house, incident);
    },
  );

  const end = <Body extends z.ZodType>(
    path: string,
    summary: string,
    operationId: string,
    body: Body,
    ending: (sent: z.output<Body>) => Ending,
  ): void => {
    app.post(
      `/api/v1/incidents/:id/duties/:dutyId/${path}`,
      {
        config: { access: 'responder' },
        schema: { tags, params: dutyParams, body, response: { 200: dutiesView }, summary, operationId },
      },
      async (request) => {
        const caller = callerOf(request);
        const { id, dutyId } = request.params as z.output<typeof dutyParams>;
        const incident = await incidentFor(house.incidents, id, caller);
        const ended = await transaction(db, (tx) =>
          endDuty(
            tx,
            [incident.id, ...incident.tookIn],
            dutyId,
            ending(request.body as z.output<Body>),
            caller.name,
            clock.now(),
          ),
        );
        await house.incidents.execute(
          incident.id,
          { type: 'add_note', text: `${ended.name}: ${ended.words}` },
          doingOf(request),
        );
        return shown(house, incident);
      },
    );
  };
  const because = z.object({ because: filled(2000) });
  end('decision', 'Decide that it must be notified, and why', 'decideDuty', because, (sent) => ({
    kind: 'decided',
    ...sent,
  }));
  end(
    'notification',
    'Say when it was notified, and under which reference',
    'notifyDuty',
    z.object({ at: instant(), reference: filled(300) }),
    (sent) => ({ kind: 'notified', ...sent }),
  );
  end('exemption', 'Say why it is not required', 'exemptDuty', because, (sent) => ({
    kind: 'not_required',
    ...sent,
  }));
}

function settingRoutes(app: App, house: House): void {
  const { db, clock } = house.platform;
  const path = '/api/v1/settings/duties';
  const read = async (): Promise<z.output<typeof settingsView>> => ({
    ...(await readDutySettings(db)),
    choices: await readChoices(db),
    presets: PRESETS.map((preset) => {
      const { name, about, kind, per, steps } = RULES[preset];
      return {
        preset,
        name,
        about,
        kind,
        per,
        steps: steps.map(({ step, name: stepName, what, source }) => ({
          step,
          name: stepName,
          what,
          source,
        })),
      };
    }),
    notice: NO_ADVICE,
  });
  app.get(
    path,
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        response: { 200: settingsView },
        summary: 'Which duties to notify are chosen, and all that could be',
        operationId: 'getDutySettings',
      },
    },
    read,
  );
  app.put(
    path,
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        body: settingsBody,
        response: { 200: settingsView },
        summary: 'Choose duties to notify; they apply from the next "aware since" on',
        operationId: 'putDutySettings',
      },
    },
    async (request) => {
      const { choices, contactIds } = request.body;
      await transaction(db, async (tx) => {
        await saveChoices(tx, choices, callerOf(request).name, clock.now());
        await saveDutySettings(tx, { contactIds }, clock.now());
      });
      return read();
    },
  );
}

async function shown(house: House, incident: Incident): Promise<z.output<typeof dutiesView>> {
  const { db, clock } = house.platform;
  const now = clock.now();
  const ids = [incident.id, ...incident.tookIn];
  const aware = await db
    .selectFrom('duty_awareness')
    .selectAll()
    .where('incident_id', '=', incident.id)
    .executeTakeFirst();
  const rows = await db
    .selectFrom('duty')
    .leftJoin('client', 'client.id', 'duty.client_id')
    .selectAll('duty')
    .select('client.name as client_name')
    .where('incident_id', 'in', ids)
    .orderBy('due_at')
    .orderBy('duty.id')
    .execute();
  return {
    chosen: (await readChoices(db)).length > 0,
    awareness: aware
      ? {
          awareAt: aware.aware_at.toString(),
          kinds: aware.kinds as (typeof KINDS)[number][],
          clientIds: aware.client_ids,
          note: aware.note,
          setBy: aware.set_by,
        }
      : null,
    items: rows.map((row) => {
      const rule = RULES[row.preset as Preset];
      const step = rule.steps.find((each) => each.step === row.step)!;
      return {
        id: row.id,
        preset: row.preset as Preset,
        presetName: rule.name,
        step: row.step,
        name: step.name,
        what: step.what,
        source: step.source,
        decision: step.decision ?? false,
        client: row.client_id ? { id: row.client_id, name: row.client_name ?? row.client_id } : null,
        dueAt: row.due_at.toString(),
        soonFrom: remindedFrom(row.created_at, row.due_at).toString(),
        overdue: row.state === 'open' && Temporal.Instant.compare(row.due_at, now) <= 0,
        state: row.state as 'open',
        notifiedAt: row.notified_at?.toString() ?? null,
        reference: row.reference,
        because: row.because,
        endedBy: row.ended_by,
        endedAt: row.ended_at?.toString() ?? null,
      };
    }),
    notice: NO_ADVICE,
  };
}
