/** What one duty owes, and whom its ladder reminds: by mail, more people the nearer it comes, again and again once it is late. */
import { fromDocument } from '#incident/document.ts';
import type { Incident } from '#incident/types.ts';
import { type Tx, transaction } from '#platform/db/database.ts';
import type { Platform } from '#platform/platform.ts';
import type { Owed } from '#promise/owed.ts';
import type { LadderStep, Rung } from '#promise/policy.ts';
import { fireDue } from '#promise/reconcile.ts';
import { queueLetter } from '../letters.ts';
import { NO_ADVICE, type Preset, RULES } from './presets.ts';
import { readDutySettings } from './settings.ts';

export const DUTY = 'duty';
const HOUR = 3_600_000;
const REPEAT = 4 * HOUR;
const FIRST_CYCLE = 1;
const PEOPLE_MAX = 10;

/** The security contact at half the time, then the lead, then comms; an hour before and when it is late, all of them. */
export function ladderFor(openedAt: Temporal.Instant, dueAt: Temporal.Instant): LadderStep[] {
  const span = Math.max(0, dueAt.epochMilliseconds - openedAt.epochMilliseconds);
  const steps: LadderStep[] = [
    { at: -span / 2, do: 'remind', who: 'owner' },
    { at: -span / 4, do: 'remind', who: 'lead' },
    { at: -span / 8, do: 'remind', who: 'comms' },
    { at: -Math.min(HOUR, span / 16), do: 'remind', who: 'everyone' },
    { at: 0, do: 'escalate', who: 'everyone' },
  ];
  return steps.map((step) => ({ ...step, at: Math.round(step.at) }));
}

/** @returns when the first of them is reminded */
export function remindedFrom(openedAt: Temporal.Instant, dueAt: Temporal.Instant): Temporal.Instant {
  return dueAt.add({ milliseconds: ladderFor(openedAt, dueAt)[0]?.at ?? 0 });
}

export async function owedBy(tx: Tx, id: string): Promise<Owed | undefined> {
  const row = await tx.selectFrom('duty').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) return undefined;
  return {
    kind: `duty_${row.step}`,
    cycle: FIRST_CYCLE,
    ownerId: undefined,
    openedAt: row.created_at,
    dueAt: row.due_at,
    ladder: ladderFor(row.created_at, row.due_at),
    repeatLastAfter: REPEAT,
    state: STATES[row.state as keyof typeof STATES],
    endedAt: row.notified_at ?? row.ended_at ?? undefined,
  };
}

const STATES = {
  open: 'open',
  decided: 'kept',
  notified: 'kept',
  not_required: 'waived',
  void: 'void',
} as const;

/** Fires the due step of one duty: a mail to who stands there. A stale wake does nothing. */
export function wakeDuty({ db, clock, config }: Platform): (id: string) => Promise<void> {
  return (id) =>
    transaction(db, async (tx) => {
      const now = clock.now();
      const row = await tx.selectFrom('duty').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
      const owed = await owedBy(tx, id);
      if (!row || !owed) return;
      const fired = await fireDue(tx, { subjectKind: DUTY, subjectId: id, owed: [owed], now });
      if (!fired.some((step) => step.do !== 'none')) return;
      const found = await tx
        .selectFrom('incident')
        .select('document')
        .where('id', '=', row.incident_id)
        .executeTakeFirstOrThrow();
      const incident = fromDocument(found.document);
      const client = row.client_id
        ? await tx.selectFrom('client').select('name').where('id', '=', row.client_id).executeTakeFirst()
        : undefined;
      const rule = RULES[row.preset as Preset];
      const step = rule.steps.find((each) => each.step === row.step)!;
      const late = Temporal.Instant.compare(row.due_at, now) <= 0;
      for (const each of fired) {
        if (each.do === 'none') continue;
        for (const person of await readersOf(tx, incident, each.who))
          await queueLetter(
            tx,
            {
              purpose: 'reminder',
              key: `duty:${id}:${each.step}:${person.id}`,
              to: { name: person.name, address: person.email },
              // Only what the subject must say: it may be read on a locked screen.
              subject: `${late ? 'Late' : 'Due'} ${timeOf(row.due_at)}: ${rule.name}, ${step.name} (INC-${incident.number})`,
              body: [
                `${step.name}${client ? `: ${client.name}` : ''}. ${late ? 'It was' : 'It is'} due at ${timeOf(row.due_at)}.`,
                step.what,
                `Say in the incident when it was done and under which reference, or why it is not required.${config.url ? `\n${config.url}/incidents/${incident.id}` : ''}`,
                `${step.source}. ${NO_ADVICE}`,
              ].join('\n\n'),
              about: { subjectKind: DUTY, subjectId: id, promise: owed.kind, cycle: owed.cycle },
            },
            now,
          );
      }
    });
}

type Reader = { id: string; name: string; email: string };

/** Where nobody stands on a rung, everybody who could; of a restricted incident only its viewers hear. */
async function readersOf(tx: Tx, incident: Incident, who: Rung): Promise<Reader[]> {
  const { contactIds } = await readDutySettings(tx);
  const places: Partial<Record<Rung, (string | undefined)[]>> = {
    owner: contactIds,
    lead: [incident.lead?.personId],
    comms: [incident.comms?.personId],
  };
  const all = [...contactIds, incident.lead?.personId, incident.comms?.personId];
  const may = (id: string | undefined): id is string =>
    id !== undefined && (!incident.restricted || incident.viewers.includes(id));
  const stands = (places[who] ?? all).filter(may);
  const chosen = stands.length ? stands : all.filter(may);
  const wanted = chosen.length
    ? chosen
    : incident.restricted
      ? incident.viewers
      : await managersOf(tx, incident);
  if (!wanted.length) return [];
  return tx
    .selectFrom('person')
    .select(['id', 'name', 'email'])
    .where('id', 'in', [...new Set(wanted)])
    .where('archived_at', 'is', null)
    .where('email', '<>', '')
    .orderBy('id')
    .limit(PEOPLE_MAX)
    .execute();
}

async function managersOf(tx: Tx, incident: Incident): Promise<string[]> {
  const rows = incident.serviceIds.length
    ? await tx
        .selectFrom('service')
        .select(['manager_id', 'primary_id'])
        .where('id', 'in', incident.serviceIds)
        .execute()
    : [];
  const ids = rows.flatMap((row) => [row.manager_id, row.primary_id]).filter((id) => id !== null);
  if (ids.length) return ids;
  const anybody = await tx
    .selectFrom('person')
    .select('id')
    .where('archived_at', 'is', null)
    .orderBy('created_at')
    .limit(PEOPLE_MAX)
    .execute();
  return anybody.map((row) => row.id);
}

function timeOf(at: Temporal.Instant): string {
  return `${at.toString().slice(0, 16).replace('T', ' ')} UTC`;
}
