/** What learning does when something happened to an incident: opens its postmortem, keeps it in step, publishes it. */
import { factOf } from '#incident/document.ts';
import type { Fact, FactKind, FactOf } from '#incident/facts.ts';
import type { Happening, Reaction } from '#incident/room.ts';
import type { Incident } from '#incident/types.ts';
import { json, type Tx } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import type { Live } from '#platform/http/live.ts';
import { newId } from '#platform/ids.ts';
import type { Job, JobHandler } from '#platform/jobs/jobs.ts';
import { normalBefore } from './before.ts';
import { cover, uncover } from './cover.ts';
import { keepThisVersion } from './documents.ts';
import { draftImpact, draftLines, type ToldChange, withLines } from './draft.ts';
import { keepText } from './library/text.ts';
import { remindOfPostmortem } from './mails.ts';
import { fillTrigger } from './marked-trigger.ts';
import { addOfRecord, HUMDRUM } from './of-record.ts';
import { keepPublished, keepWithdrawn } from './outside-texts.ts';
import { askForOwner } from './owner.ts';
import { namedPeople, postmortemOwner } from './people.ts';
import { findPostmortem, keepFirstVersion, publishHint } from './postmortems.ts';
import { rolesNotPeople, sectionsWithRoles } from './roles.ts';
import type { Handed, House } from './room.ts';
import { emptySections, type Sections, whatIsMissing } from './sections.ts';
import { taken, withTemplate } from './template.ts';
import { templateFor } from './templates.ts';
import { lookAtIssues } from './trackers/issues.ts';
import { filledTrigger } from './trigger.ts';

const FACTS_AT_ONCE = 2000;

/** After these the record has more to tell: it works again, it is over, or it is more serious than was thought. */
const DRAFTS: ReadonlySet<FactKind> = new Set<FactKind>([
  'restored',
  'resolved',
  'severity_raised',
  'classified',
]);

export function postmortemReaction(house: House, handed: Handed): Reaction {
  const { live } = house.platform;
  return async (fact, happening) => {
    if (DRAFTS.has(fact.kind)) return openOrRefresh(happening, handed, live);
    if (fact.kind === 'postmortem_owner_chosen') await changeOwner(fact.owner.personId, happening, live);
    if (fact.kind === 'postmortem_published') await publish(fact.actor.name, happening, live);
    if (fact.kind === 'postmortem_covered') await cover(fact, happening, live);
    if (fact.kind === 'postmortem_uncovered') {
      await uncover(happening, live);
      return openOrRefresh(happening, handed, live);
    }
    if (fact.kind === 'postmortem_text_published' || fact.kind === 'postmortem_text_withdrawn')
      await followOutside(fact, happening);
    if (fact.kind === 'trigger_named') await fillTrigger(happening, live);
    if (fact.kind === 'retitled') await retitle(happening);
    if (fact.kind === 'restricted') await lookAtIssues(happening.tx, happening.incident.id, happening.now);
    if (fact.kind === 'reminded' || fact.kind === 'escalated') await remindOfPostmortem(fact, happening);
    return [];
  };
}

/** A serious incident that has been restored owes a postmortem; raised afterwards, it owes it as well. */
async function openOrRefresh(happening: Happening, handed: Handed, live: Live): Promise<Job[]> {
  const { incident, now, tx } = happening;
  if (!incident.restoredAt || incident.highestSeverity === 'P3' || incident.postmortem?.coveredBy) return [];
  const known = await findPostmortem(tx, { incidentId: incident.id }, 'lock');
  const facts = await factsAfter(tx, incident.id, known?.draftedThrough ?? 0);
  const lines = draftLines(facts, await suspectsAmong(tx, facts, incident, handed));
  if (known) {
    if (known.draftedThrough >= incident.seq || known.state === 'published') return [];
    const next = { ...known.sections, timeline: withLines(known.sections.timeline, lines) };
    await tx
      .updateTable('postmortem')
      .set({ drafted_through: incident.seq, updated_at: now })
      .where('id', '=', known.id)
      .execute();
    await addOfRecord(happening, known, next, live);
    return [];
  }
  const before = await normalBefore(tx, incident, lines, now);
  const drafted: Sections = {
    ...emptySections(),
    ...filledTrigger(emptySections(), incident.trigger),
    impact: draftImpact(incident),
    timeline: withLines([], [...before, ...lines]),
  };
  const id = await insertDraft(tx, happening, drafted);
  await publishHint(live, tx, { id, version: 1 }, incident, now);
  return [{ queue: 'learn.opened', data: { incidentId: incident.id } satisfies Opened }];
}

async function insertDraft(tx: Tx, happening: Happening, drafted: Sections): Promise<string> {
  const { incident, now } = happening;
  const template = await templateFor(tx, incident.category);
  const sections = withTemplate(drafted, template);
  const id = newId('pm');
  const owner = await postmortemOwner(tx, incident, now);
  if (!owner) await askForOwner(tx, happening);
  await tx
    .insertInto('postmortem')
    .values({
      id,
      incident_id: incident.id,
      state: 'draft',
      owner_id: owner?.personId ?? null,
      version: 1,
      sections: json(sections),
      template: template ? json(taken(template)) : null,
      drafted_through: incident.seq,
      created_at: now,
      updated_at: now,
    })
    .execute();
  await keepFirstVersion(tx, { id, by: HUMDRUM }, now);
  await keepText(tx, id, sections);
  return id;
}

/** All of them, piece by piece. */
async function factsAfter(tx: Tx, incidentId: string, seq: number): Promise<Fact[]> {
  const facts: Fact[] = [];
  for (let after = seq, more = true; more; after = facts.at(-1)?.seq ?? after) {
    const rows = await tx
      .selectFrom('fact')
      .selectAll()
      .where('incident_id', '=', incidentId)
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(FACTS_AT_ONCE)
      .execute();
    facts.push(...rows.map(factOf));
    more = rows.length === FACTS_AT_ONCE;
  }
  return facts;
}

/** The timeline begins before the incident, with the change that is still suspected. */
async function suspectsAmong(
  tx: Tx,
  facts: Fact[],
  incident: Incident,
  handed: Handed,
): Promise<ToldChange[]> {
  const ids = facts.flatMap((fact) =>
    fact.kind === 'change_suspected' && incident.suspects[fact.changeId]?.state === 'suspect'
      ? [fact.changeId]
      : [],
  );
  return ids.length ? handed.findChanges(tx, [...new Set(ids)]) : [];
}

async function changeOwner(ownerId: string, { incident, now, tx }: Happening, live: Live): Promise<void> {
  const known = await findPostmortem(tx, { incidentId: incident.id }, 'lock');
  if (!known) return;
  await tx
    .updateTable('postmortem')
    .set({ owner_id: ownerId, updated_at: now })
    .where('id', '=', known.id)
    .execute();
  await publishHint(live, tx, known, incident, now);
}

/** The last look before publishing happens under the lock: what is missing refuses the whole command. */
async function publish(by: string, { incident, now, tx }: Happening, live: Live): Promise<void> {
  const known = await findPostmortem(tx, { incidentId: incident.id }, 'lock');
  if (!known)
    throw new Refused('not_found', 'This incident has no postmortem.', {
      mend: 'It is opened when the incident is restored.',
    });
  await publishCopy(tx, known.id, incident, by, now);
  await publishHint(live, tx, known, incident, now);
}

/** @throws Refused naming exactly what is missing */
export async function publishCopy(
  tx: Tx,
  id: string,
  incident: Incident,
  by: string,
  now: Temporal.Instant,
): Promise<void> {
  const known = await findPostmortem(tx, { id }, 'lock');
  if (!known) return;
  const { count } = await tx
    .selectFrom('action_item')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('postmortem_id', '=', id)
    .where('state', '<>', 'dropped')
    .executeTakeFirstOrThrow();
  const missing = whatIsMissing(known.sections, Number(count), known.template?.beginnings);
  if (missing.length)
    throw new Refused(
      'conflict',
      missing.length === 1
        ? 'One thing is missing before it can be published.'
        : `${missing.length} things are missing before it can be published.`,
      {
        mend: missing.map((each) => each.message).join(' '),
        fields: missing,
      },
    );
  await keepThisVersion(tx, known);
  const people = await namedPeople(tx, incident);
  const published = {
    title: rolesNotPeople(incident.title, people),
    sections: sectionsWithRoles(known.sections, people),
  };
  await tx
    .updateTable('postmortem')
    .set({
      state: 'published',
      published: json(published),
      published_version: known.version,
      published_at: now,
      published_by: by,
      updated_at: now,
    })
    .where('id', '=', id)
    .execute();
  await keepText(tx, id);
}

/** A draft is found by the title of its incident; a published copy keeps the title that it was published under. */
async function retitle({ incident, tx }: Happening): Promise<void> {
  const known = await findPostmortem(tx, { incidentId: incident.id }, 'lock');
  if (known) await keepText(tx, known.id);
}

async function followOutside(
  fact: FactOf<'postmortem_text_published' | 'postmortem_text_withdrawn'>,
  { incident, now, tx }: Happening,
): Promise<void> {
  const known = await findPostmortem(tx, { incidentId: incident.id }, 'lock');
  if (!known) return;
  if (fact.kind === 'postmortem_text_published')
    await keepPublished(tx, known.id, { ...fact, by: fact.actor.name }, now);
  else await keepWithdrawn(tx, known.id, fact, now);
}

type Opened = { incidentId: string };

/** Tells the incident of its postmortem; one transaction locks one thing, so this comes after. May run twice. */
export function openedHandler({ platform, incidents }: House): JobHandler {
  return {
    async run(batch) {
      for (const { data } of batch) {
        const { incidentId } = data as Opened;
        const row = await platform.db
          .selectFrom('postmortem')
          .leftJoin('person', 'person.id', 'postmortem.owner_id')
          .select(['postmortem.id', 'person.id as person_id', 'person.name'])
          .where('incident_id', '=', incidentId)
          .executeTakeFirst();
        if (!row) continue;
        const owner = row.person_id && row.name ? { personId: row.person_id, name: row.name } : undefined;
        const command = { type: 'open_postmortem', postmortemId: row.id, owner } as const;
        await incidents
          .execute(incidentId, command, { actor: { kind: 'system', name: HUMDRUM }, source: 'learn' })
          .catch((error: unknown) => {
            // A merged incident refuses it for good; trying again would not help.
            if (!(error instanceof Refused)) throw error;
            platform.log.info(
              { incidentId, reason: error.message },
              'the incident does not take its postmortem',
            );
          });
      }
    },
  };
}
