/** A message as each of its audiences will read it, before it is sent: made by the same hands that send it. */
import { sql } from 'kysely';
import type { ToldBy } from '#directory/told-by.ts';
import type { Incident } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';
import type { Platform } from '#platform/platform.ts';
import type { Channels } from './channels/channels.ts';
import { type Shown, shownBy } from './channels/preview.ts';
import { wordingOf } from './channels/wording.ts';
import type { Composed } from './compose.ts';
import { letterOf } from './letter.ts';
import { languageFor, speechOf } from './page/language.ts';
import { textOf } from './page/machine.ts';
import { statusIn, titleOf } from './page/model.ts';
import { DEFAULT_PAGE, PLAIN_PAGE, readPage } from './page/pages.ts';
import { CLIENTS, keyOfClient, type Readership, type Text, textsOf } from './text.ts';
import { type Ways, waysToReach } from './ways.ts';

export type Read = {
  audience: string;
  who: string;
  channel: ToldBy | 'page';
  /** `first`: told by it at once; `next`: tried when the first one gives no evidence. */
  turn: 'first' | 'next';
  /** Why this installation sends nothing by it. */
  notConfigured: string | null;
} & Shown;

type Reader = { id: string; name: string; services: string[] };

const CLIENTS_MAX = 38;

/** @returns our own people, each client by name, the status page; as far as the message reaches them */
export async function readsOf(
  { db, config, channels }: Pick<Platform, 'db' | 'config'> & { channels: Channels },
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
    { who, audience, ways }: { who: string; audience: string; ways: Ways },
    text: Text<Readership>,
    reader: Parameters<typeof letterOf>[0]['reader'],
  ): Read[] => {
    const letter = letterOf({ kind, status, nextAt, writtenAt, about, text, reader });
    const wording = wordingOf(letter, { organisation, url: config.url });
    return (['first', 'next'] as const).flatMap((turn) =>
      ways[turn].map((channel) => ({
        audience,
        who,
        channel,
        turn,
        notConfigured: channels[channel].notConfigured ?? null,
        ...shownBy(channel, wording),
      })),
    );
  };
  const inside = texts.get('internal');
  const page = texts.get('public');
  const first = (await readPage(db, DEFAULT_PAGE)) ?? PLAIN_PAGE;
  const speech = speechOf(first.language, first.zone ?? organisation.zone);
  const ways = await waysToReach(db, incident, update);
  const readers = await readersOf(db, [...ways.clients.keys()], incident.serviceIds);
  return [
    ...(inside && ways.inside
      ? reads({ who: 'Our own people', audience: 'internal', ways: ways.inside }, inside, {
          audience: 'internal',
          zone: incident.zone,
          services: publicNames,
          language: 'en',
        })
      : []),
    ...readers.flatMap(({ id: clientId, name: who, services }) => {
      const text = texts.get(keyOfClient(clientId)) ?? texts.get(CLIENTS);
      const own = ways.clients.get(clientId);
      if (!text || !own) return [];
      const reader = {
        audience: 'client' as const,
        zone: own.zone,
        services,
        language: languageFor(own.language),
      };
      return reads({ who, audience: keyOfClient(clientId), ways: own }, text, reader);
    }),
    ...(page
      ? [
          {
            audience: 'public',
            who: 'Status page',
            channel: 'page' as const,
            turn: 'first' as const,
            notConfigured: null,
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

/** The clients with the affected services that each uses. */
async function readersOf(db: Db, clientIds: string[], serviceIds: string[]): Promise<Reader[]> {
  const { rows } = await sql<Reader>`
    select c.id, c.name,
           coalesce((select array_agg(distinct s.public_name order by s.public_name) from service s join client_service cs on cs.service_id = s.id
                      where cs.client_id = c.id and s.id = any(${serviceIds}::text[]) and s.public_name is not null), '{}') as services
    from client c where c.id = any(${clientIds}::text[]) order by lower(c.name), c.id limit ${CLIENTS_MAX}`.execute(
    db,
  );
  return rows;
}
