/** The prepared answer: what can be sent with one tap, made of what each audience was told before and of what happened since. */
import { clocksOf } from '#incident/client-clocks.ts';
import { factOf } from '#incident/document.ts';
import type { Fact } from '#incident/facts.ts';
import type { House } from '#incident/room.ts';
import type { Incident, UpdateKind, Wording } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';
import { servicesServing } from './alone.ts';
import { clientsToTell, mayBePublic, publicNamesOf, servicesOf } from './audience.ts';
import { FIELD_CHARACTERS_MAX } from './check.ts';
import { defaultNextAt } from './compose.ts';
import { carriedAnswers } from './inbox/questions.ts';
import { type LastText, type LastTexts, lastTexts } from './last-texts.ts';
import {
  admission,
  draft,
  type Fields,
  nothingNew,
  type Situation,
  unadmitted,
  unrepeated,
} from './message.ts';
import { readOrganisation } from './organisation.ts';
import { type Since, sentenceOf, sinceThen } from './since.ts';
import { filledIn, fitting, type Known, knownOf, type TemplateAudience } from './template.ts';
import { readTemplates } from './templates.ts';
import { CLIENTS, clientOf, keyOfClient } from './text.ts';
import { milliseconds, timeForReader } from './words.ts';

const FACTS_MAX = 500;

/** Which message the incident needs next, when nobody says. */
export function kindNeeded(incident: Incident): UpdateKind {
  if (incident.state === 'dismissed') return 'stand_down';
  if (incident.correction && !incident.correction.sentAt) return 'correction';
  if (!incident.firstMessage || incident.firstMessage.notNeeded) return 'first';
  if (incident.state === 'resolved' || incident.state === 'closed') return 'final';
  if (incident.state === 'restored') return incident.worksAgainAt ? 'next' : 'works_again';
  return incident.reopenedAt && !incident.isBackAt ? 'is_back' : 'next';
}

export type Prepared = Fields & {
  nothingNew: boolean;
  wordings: Wording[];
  /** The lines of the record that it was drafted from. */
  since: Since['lines'];
};

type Wanted = { kind: UpdateKind; nothingNew?: boolean | undefined; clientId?: string | undefined };

/**
 * The prepared answer: complete enough to be sent with one tap. Each audience's words are carried over from its own last ones;
 * what happened since is added from the record, and that it is late stands first.
 * @param wanted.nothingNew true: carried over as it is, whatever happened
 */
export async function prepare(
  house: House,
  incident: Incident,
  wanted: Wanted,
  now: Temporal.Instant,
): Promise<Prepared> {
  const around = await situationOf(house, incident, wanted.kind, now, wanted.clientId);
  const words = await preparedWords(house, incident, wanted, around);
  const prepared = wanted.nothingNew ? words : withAdmission(words, incident, wanted, around);
  // One client alone reads one text; words for others, and answers for everybody, have no place in it.
  if (wanted.clientId) return { ...prepared, wordings: [] };
  return wanted.nothingNew
    ? prepared
    : withAnswers(prepared, await carriedAnswers(house.platform.db, incident));
}

// A correction begins with what was wrong, and the first message of a person is the first that one promised.
const ADMITTING: readonly UpdateKind[] = ['next', 'works_again', 'is_back', 'stand_down', 'final'];
// A message in the minute that was named is in time to whoever reads it.
const LATE_FROM_MILLISECONDS = 60_000;

/**
 * The words of each audience to which a person promised a message by a time that has passed begin with that; the writer may leave it
 * out, which is why "nothing new", sent with one tap and unread, is carried over without it.
 */
function withAdmission(prepared: Prepared, incident: Incident, wanted: Wanted, around: Around): Prepared {
  const { base, last, situation } = around;
  const own = wanted.clientId ? clocksOf(incident)[wanted.clientId]?.promised : undefined;
  const owed = own ?? incident.promisedUpdate;
  if (!owed || !ADMITTING.includes(wanted.kind)) return prepared;
  const admitted = (impact: string, text: LastText | undefined): string => {
    if (!text?.nextAt || text.audience === 'internal') return impact;
    const promised = text.nextAt.epochMilliseconds;
    if (milliseconds(situation.now) - promised < LATE_FROM_MILLISECONDS) return impact;
    const line = admission(timeForReader(promised, situation.zone, situation.now));
    return `${line} ${impact}`.slice(0, FIELD_CHARACTERS_MAX);
  };
  // Where each client was told in its own words since, the older common ones promise nothing any more.
  const stands = base?.nextAt && Temporal.Instant.compare(base.nextAt, owed.dueAt) >= 0;
  return {
    ...prepared,
    impact: admitted(prepared.impact, stands ? base : undefined),
    wordings: prepared.wordings.map((each) => ({
      ...each,
      impact: admitted(each.impact, last.get(each.audience)),
    })),
  };
}

/** Answers that everybody should hear stand at the end of what we do, for each audience; then the message is not "nothing new". */
function withAnswers(prepared: Prepared, answers: readonly string[]): Prepared {
  if (!answers.length) return prepared;
  const added = (action: string) =>
    [unrepeated(action), ...answers].join('\n\n').slice(0, FIELD_CHARACTERS_MAX);
  return {
    ...prepared,
    action: added(prepared.action),
    wordings: prepared.wordings.map((each) => ({ ...each, action: added(each.action) })),
    nothingNew: false,
  };
}

async function preparedWords(
  house: House,
  incident: Incident,
  wanted: Wanted,
  { situation, known, base, last, clientIds }: Around,
): Promise<Prepared> {
  const { db } = house.platform;
  const { kind } = wanted;
  if (kind !== 'next' || !base)
    return { ...(await fromTemplates(db, incident, draft(situation), known)), since: [] };
  const { zone } = situation;
  const since = wanted.nothingNew
    ? undefined
    : sinceThen(await factsAfter(db, incident.id, base.at), { after: base.at, zone, now: situation.now });
  const common = since ? news(situation, carried(base), since) : draft(situation);
  const wordings = ownWords(last, base, clientIds).map((text) => {
    const { impact, action } = since
      ? news(situation, carried(text), since)
      : nothingNew(situation, carried(text));
    return { audience: text.audience, impact, action };
  });
  return {
    ...common,
    wordings: since ? withInside(wordings, common, since) : wordings,
    since: since?.lines ?? [],
  };
}

type Around = Awaited<ReturnType<typeof situationOf>>;

/** What a draft is made of: what is known, and what each audience was told last. */
export async function situationOf(
  house: House,
  incident: Incident,
  kind: UpdateKind,
  now: Temporal.Instant,
  onlyClientId?: string,
) {
  const { db } = house.platform;
  const policy = await house.policies.version(db, incident.policyVersion);
  const { zone, name } = await readOrganisation(db);
  const affected = await servicesOf(db, incident);
  const services = onlyClientId ? await servicesServing(db, affected, onlyClientId) : affected;
  const last = await lastTexts(db, incident.id);
  const clientIds = onlyClientId ? [onlyClientId] : await clientsToTell(db, incident, kind);
  const base = onlyClientId
    ? newestTo(last, onlyClientId)
    : commonOf(last, clientIds, mayBePublic(incident, services));
  const situation: Situation = {
    kind,
    publicNames: publicNamesOf(services),
    checkingData: incident.data === 'checking',
    now: now.epochMilliseconds,
    nextAt: defaultNextAt(incident, kind, policy, now, onlyClientId)?.epochMilliseconds ?? null,
    zone,
    detectedAt: incident.detectedAt.epochMilliseconds,
    restoredAt: incident.restoredAt?.epochMilliseconds,
    last: base && carried(base),
    workaround: incident.workaround,
    stillWorks: Object.values(incident.degraded ?? {}).map(({ stillWorks }) => sentenceOf(stillWorks)),
    reopenedAt: incident.reopenedAt?.epochMilliseconds,
    correction: incident.correction?.what,
  };
  const known = knownOf(situation, {
    began: (incident.impactStartedAt ?? incident.detectedAt).epochMilliseconds,
    reference: incident.reference,
    organisation: name,
  });
  return { situation, known, base, last, clientIds };
}

/** The organisation's own words where it has prepared some, for all clients and for those who read others; else ours. */
async function fromTemplates(
  db: Db,
  incident: Incident,
  ours: Fields & { nothingNew: boolean },
  known: Known,
): Promise<Fields & { nothingNew: boolean; wordings: Wording[] }> {
  const templates = await readTemplates(db, ours.kind);
  const { severity, category } = incident;
  const words = (audience: TemplateAudience) => {
    const template = fitting(templates, { kind: ours.kind, audience, severity, category });
    return (
      template && {
        impact: filledIn(template.impact, known) || ours.impact,
        action: filledIn(template.action, known) || ours.action,
      }
    );
  };
  const wordings = (['internal', 'public'] as const).flatMap((audience) => {
    const own = words(audience);
    return own ? [{ audience, ...own }] : [];
  });
  return { ...ours, ...words('clients'), wordings };
}

/** The last words with what happened since; the status never goes back by itself. */
function news(
  situation: Situation,
  last: NonNullable<Situation['last']>,
  { outside, saysNow, data, stillWorks, worksNoMore, status }: Since,
): Fields & { nothingNew: boolean } {
  const kept = worksNoMore.reduce((words, each) => words.replace(each, ''), last.impact);
  const added = [...stillWorks, ...(data ? [data] : [])].filter((words) => !kept.includes(words));
  const impact = [kept, ...added].join(' ').replaceAll(/ {2,}/g, ' ').trim() || last.impact;
  return {
    kind: 'next',
    status: status ?? last.status,
    impact,
    // What only tells of the past is followed by what we said we were doing.
    action: [...outside, ...(saysNow ? [] : [unrepeated(last.action)])].join(' '),
    nextAt: situation.nextAt,
    nothingNew: false,
  };
}

/** Our own people read the lines themselves as well. */
function withInside(wordings: Wording[], common: Fields, { inside }: Since): Wording[] {
  const own = wordings.find(({ audience }) => audience === 'internal');
  const action = `${common.action} In detail: ${inside.join('. ')}`.slice(0, FIELD_CHARACTERS_MAX);
  return [
    ...wordings.filter(({ audience }) => audience !== 'internal'),
    { audience: 'internal', impact: own?.impact ?? common.impact, action },
  ];
}

async function factsAfter(db: Db, incidentId: string, after: Temporal.Instant): Promise<Fact[]> {
  const rows = await db
    .selectFrom('fact')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .where('recorded_at', '>', after)
    .orderBy('seq')
    .limit(FACTS_MAX)
    .execute();
  return rows.map(factOf);
}

/** The last words for all clients; where none are told, those of the page; where nobody outside is told, our own. */
function commonOf(last: LastTexts, clientIds: string[], publicPage: boolean): LastText | undefined {
  const [only, ...others] = clientIds;
  if (clientIds.length || publicPage)
    return (
      last.get(CLIENTS) ??
      (only && !others.length ? last.get(keyOfClient(only)) : undefined) ??
      (publicPage ? last.get('public') : undefined)
    );
  return last.get('internal');
}

/** What one client heard last: its own words, or those for all, whichever came later. */
/** What this client was told last, in its own words or in those of all. */
export function newestTo(last: LastTexts, clientId: string): LastText | undefined {
  return [last.get(keyOfClient(clientId)), last.get(CLIENTS)]
    .filter((text) => text !== undefined)
    .toSorted((one, other) => Temporal.Instant.compare(other.at, one.at))[0];
}

/** Words that differ from the common ones and are not older: what one audience was told since, or otherwise. */
function ownWords(last: LastTexts, base: LastText, clientIds: string[]): LastText[] {
  return [...last.values()].filter((text) => {
    const client = clientOf(text.audience);
    const told = client === undefined ? text.audience !== CLIENTS : clientIds.includes(client);
    const differs = text.impact !== base.impact || text.action !== base.action;
    return told && differs && Temporal.Instant.compare(text.at, base.at) >= 0;
  });
}

function carried({ status, impact, action, kind, at }: LastText) {
  return { status, impact: unadmitted(impact), action, kind, at: at.epochMilliseconds };
}
