/** What was learned, for people outside: checked like a message, and kept for the status pages by audience. */
import { sql } from 'kysely';
import type { Fact } from '#incident/facts.ts';
import type { Happening } from '#incident/room.ts';
import type { Incident } from '#incident/types.ts';
import type { Db, Tx } from '#platform/db/database.ts';
import type { Job } from '#platform/jobs/jobs.ts';
import { affectedClients, reachesClients } from './audience.ts';
import type { Confirmable } from './check.ts';
import { wordingRules } from './check-words.ts';
import { internalNamesOf, readNames } from './compose.ts';
import { baseOf, pagesOfServices, touchPages } from './page/pages.ts';

const RENDER: Job = { queue: 'communicate.render', data: {} };

export type OutsideFinding = {
  code: string;
  level: 'must' | 'warn';
  start: number;
  end: number;
  question: string;
  rewrite: string;
  /** What a second tap confirms; without it the text is not published. */
  confirms: Confirmable | null;
};

/**
 * Looks at a text as the rules for messages do: internal names, people, other clients, secrets, guesses, promises.
 * @param onlyClientId its one reader, whose name may stand in it
 */
export async function checkOutside(
  db: Db,
  text: string,
  onlyClientId: string | undefined,
): Promise<OutsideFinding[]> {
  const { services, clients, people } = await readNames(db);
  const publicNames = services.flatMap((each) => (each.public_name ? [each.public_name.toLowerCase()] : []));
  const about = {
    external: true,
    // Afterwards the cause is known; saying it is what the text is for.
    stage: 'restored' as const,
    internalNames: internalNamesOf(services),
    otherClients: clients
      .filter(
        ({ id, name }) =>
          id !== onlyClientId && !publicNames.some((each) => each.includes(name.toLowerCase())),
      )
      .map((each) => each.name),
    people,
  };
  return wordingRules(about, text)
    .flatMap((rule) =>
      rule.find(text).map(({ start, end, rewrite }) => ({
        code: rule.code,
        level: rule.level,
        start,
        end,
        question: rule.question.replaceAll('…', `"${text.slice(start, end)}"`),
        rewrite: rewrite ?? rule.example ?? '',
        confirms: rule.asks ?? null,
      })),
    )
    .toSorted((one, other) => one.start - other.start);
}

/** `page`: where the client's own page is; null: it has none, and reads nothing. `told`: it has heard of the incident. */
export type OutsideReader = { id: string; name: string; page: string | null; told: boolean };

/** @returns clients that are affected, not those marked as not affected; none for restricted incidents and drills */
export async function outsideReaders(db: Db, incident: Incident): Promise<OutsideReader[]> {
  if (!reachesClients(incident)) return [];
  const affected = (await affectedClients(db, incident)).filter((each) => each.impact !== 'not_affected');
  if (!affected.length) return [];
  const pages = await db
    .selectFrom('status_page')
    .select(['client_id', 'slug'])
    .where(
      'client_id',
      'in',
      affected.map((each) => each.id),
    )
    .where('archived_at', 'is', null)
    .execute();
  const slugs = new Map(pages.map((row) => [row.client_id, row.slug]));
  return affected.map(({ id, name }) => {
    const slug = slugs.get(id);
    return {
      id,
      name,
      page: slug ? baseOf({ slug }) : null,
      told: incident.toldClientIds.includes(id),
    };
  });
}

/** Follows the facts about such texts; pages that may show one are rendered again. */
export async function followLearned(fact: Fact, happening: Happening): Promise<Job[]> {
  const { incident, now, tx } = happening;
  if (fact.kind === 'postmortem_text_published') {
    await tx
      .insertInto('public_postmortem')
      .values({
        incident_id: incident.id,
        audience: fact.audience,
        client_ids: fact.clientIds,
        text: fact.text,
        published_at: now,
        corrected_at: null,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['incident_id', 'audience'])
          .doUpdateSet({ client_ids: fact.clientIds, text: fact.text, corrected_at: now }),
      )
      .execute();
    return render(happening);
  }
  if (fact.kind === 'postmortem_text_withdrawn') {
    await tx
      .deleteFrom('public_postmortem')
      .where('incident_id', '=', incident.id)
      .where('audience', '=', fact.audience)
      .execute();
    return render(happening);
  }
  return [];
}

async function render({ incident, now, tx }: Happening): Promise<Job[]> {
  const pages = await pagesOfServices(tx, incident.serviceIds);
  await touchPages(tx, pages, now);
  return pages.length ? [RENDER] : [];
}

/** What a page shows as learned of an incident. */
export type Learned = { text: string; at: Temporal.Instant; correctedAt: Temporal.Instant | null };

/**
 * A client's page shows the text for this client alone, else that for all affected clients if it is one of them, else the public one;
 * every other page only the public one.
 */
export async function readLearned(
  db: Db | Tx,
  clientId: string | null,
  incidentIds: string[],
): Promise<Map<string, Learned>> {
  if (!incidentIds.length) return new Map();
  const own = `client:${clientId}`;
  const rows = await db
    .selectFrom('public_postmortem')
    .select(['incident_id', 'audience', 'text', 'published_at', 'corrected_at'])
    .where('incident_id', 'in', incidentIds)
    .where(
      clientId === null
        ? sql<boolean>`audience = 'public'`
        : sql<boolean>`(audience = 'public' or ${clientId} = any(client_ids) and audience in ('clients', ${own}))`,
    )
    .execute();
  const nearness = [own, 'clients', 'public'];
  const learned = new Map<string, Learned>();
  for (const row of rows.toSorted(
    (one, other) => nearness.indexOf(other.audience) - nearness.indexOf(one.audience),
  ))
    learned.set(row.incident_id, {
      text: row.text,
      at: row.published_at,
      correctedAt: row.corrected_at,
    });
  return learned;
}
