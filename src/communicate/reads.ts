/** A message as each of its audiences will read it, before it is sent: made by the same hands that send it. */
import { sql } from 'kysely';
import { TOLD_BY, type ToldBy } from '#directory/told-by.ts';
import type { Incident, UpdateSent } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';
import type { Platform } from '#platform/platform.ts';
import { audienceOf, recipients } from './audience.ts';
import { type Shown, shownBy } from './channels/preview.ts';
import { wordingOf } from './channels/wording.ts';
import type { Composed } from './compose.ts';
import { letterOf } from './letter.ts';
import { type Language, languageFor, speechOf } from './page/language.ts';
import { textOf } from './page/machine.ts';
import { statusIn, titleOf } from './page/model.ts';
import { DEFAULT_PAGE, PLAIN_PAGE, readPage } from './page/pages.ts';
import { CLIENTS, keyOfClient, type Readership, type Text, textsOf } from './text.ts';

export type Read = {
  audience: string;
  who: string;
  channel: ToldBy | 'page';
} & Shown;

type Reader = {
  id: string;
  name: string;
  zone: string;
  language: Language;
  services: string[];
  kinds: ToldBy[];
};

const CLIENTS_MAX = 38;

/** @returns our own people, each client by name, the status page; as far as the message reaches them */
export async function readsOf(
  { db, config }: Pick<Platform, 'db' | 'config'>,
  incident: Incident,
  { update, publicNames, organisation }: Composed,
  now: Temporal.Instant,
): Promise<Read[]> {
  const { kind, status } = update;
  const nextAt = update.nextAt?.epochMilliseconds ?? null;
  const writtenAt = now.epochMilliseconds;
  const { id, reference, number, title, severity, drill, restricted } = incident;
  const about = { incidentId: id, reference, number, title, severity, drill, restricted, publicNames };
  const texts = new Map(textsOf(update).map((text) => [text.audience, text]));
  const reads = (
    { who, audience, kinds }: { who: string; audience: string; kinds: readonly ToldBy[] },
    text: Text<Readership>,
    reader: Parameters<typeof letterOf>[0]['reader'],
  ): Read[] => {
    const letter = letterOf({ kind, status, nextAt, writtenAt, about, text, reader });
    const wording = wordingOf(letter, { organisation, url: config.url });
    // Mail is always shown: it is what whoever chose nothing is told by.
    return TOLD_BY.filter((each) => each === 'email' || kinds.includes(each)).flatMap((channel) => {
      const shown = shownBy(channel, wording);
      return shown ? [{ audience, who, channel, ...shown }] : [];
    });
  };
  const inside = texts.get('internal');
  const page = texts.get('public');
  const first = (await readPage(db, DEFAULT_PAGE)) ?? PLAIN_PAGE;
  const speech = speechOf(first.language, first.zone ?? organisation.zone);
  const readers = await readersOf(db, update.clientIds, incident.serviceIds);
  return [
    ...(inside
      ? reads(
          { who: 'Our own people', audience: 'internal', kinds: await kindsInside(db, incident, update) },
          inside,
          { audience: 'internal', zone: incident.zone, services: publicNames },
        )
      : []),
    ...readers.flatMap((reader) => {
      const text = texts.get(keyOfClient(reader.id)) ?? texts.get(CLIENTS);
      if (!text) return [];
      const { id: clientId, name: who, kinds } = reader;
      return reads({ who, audience: keyOfClient(clientId), kinds }, text, { ...reader, audience: 'client' });
    }),
    ...(page
      ? [
          {
            audience: 'public',
            who: 'Status page',
            channel: 'page' as const,
            head: `${titleOf(page.impact, publicNames, speech)} · ${statusIn(speech, update)}`,
            text: textOf(
              {
                kind,
                status,
                impact: page.impact,
                action: page.action,
                nextAt: update.nextAt ?? null,
                at: now,
              },
              speech,
            ),
            html: null,
            note: null,
          },
        ]
      : []),
  ];
}

/** By what our own people and rooms are told: every channel of their lists, for the next one may be tried. */
async function kindsInside(db: Db, incident: Incident, update: UpdateSent): Promise<ToldBy[]> {
  const { rows } = await sql<{ kind: ToldBy }>`
    select distinct inside.channel as kind from (${recipients(incident, audienceOf(update))}) as inside where inside.audience = 'internal'
    union
    select r.kind from (${recipients(incident, audienceOf(update))}) as inside join reach r on r.person_id = inside.person_id
    where inside.audience = 'internal'`.execute(db);
  return rows.map((row) => row.kind);
}

/** One reader per client: in the zone and language of its first contact, with the affected services that it uses. */
async function readersOf(db: Db, clientIds: string[], serviceIds: string[]): Promise<Reader[]> {
  const { rows } = await sql<Omit<Reader, 'language'> & { language: string | null }>`
    select c.id, c.name,
           (select k.language from contact k where k.client_id = c.id and k.archived_at is null order by k.id limit 1) as language,
           coalesce((select k.zone from contact k where k.client_id = c.id and k.archived_at is null order by k.id limit 1), 'UTC') as zone,
           coalesce((select array_agg(distinct s.public_name order by s.public_name) from service s join client_service cs on cs.service_id = s.id
                      where cs.client_id = c.id and s.id = any(${serviceIds}::text[]) and s.public_name is not null), '{}') as services,
           coalesce((select array_agg(distinct r.kind) from reach r join contact k on k.id = r.contact_id
                      where k.client_id = c.id and k.archived_at is null), '{}') as kinds
    from client c where c.id = any(${clientIds}::text[]) order by lower(c.name), c.id limit ${CLIENTS_MAX}`.execute(
    db,
  );
  return rows.map((row) => ({ ...row, language: languageFor(row.language ?? '') }));
}
