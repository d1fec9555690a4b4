/** The addresses of cover: who is called now, which services would reach nobody tonight, the default cover. */
import { z } from 'zod';
import { json } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import type { App } from '#platform/http/app.ts';
import type { Mailer } from '#platform/mail.ts';
import type { Platform } from '#platform/platform.ts';
import { canRing, FALLBACK_SETTING, fallbackCover, unreachableBecause } from './cover.ts';
import type { Oncall } from './house.ts';
import type { FindUnprepared } from './prepared.ts';
import { type CoverRow, coverBoard, gapsOf, type Who } from './readiness.ts';
import { coverNow, fallbackBody, type personNow, readinessView } from './shapes.ts';

export function coverRoutes(
  app: App,
  oncall: Oncall,
  { findUnprepared = async () => [] }: { findUnprepared?: FindUnprepared | undefined } = {},
): void {
  const { db, clock, config } = oncall.platform;

  app.get(
    '/api/v1/oncall/now',
    {
      config: { access: 'viewer' },
      schema: {
        response: { 200: z.object({ items: z.array(coverNow), next: z.null() }) },
        tags: ['oncall'],
        summary: 'Who is called for each service, now',
        operationId: 'onCallNow',
      },
    },
    async () => {
      const board = await coverBoard(db);
      const show = (who: Who | undefined) => (who ? personView(who, oncall) : null);
      const items = board.rows.map((row) => ({
        serviceId: row.id,
        serviceName: row.name,
        callsFirst: show(callsFirst(row, board.fallbackPeople, oncall, clock.now())),
        primary: show(row.primary),
        backup: show(row.backup),
        manager: show(row.manager),
        secondTeam: row.secondTeam.map((who) => personView(who, oncall)),
      }));
      return { items, next: null };
    },
  );

  app.get(
    '/api/v1/readiness',
    {
      config: { access: 'viewer' },
      schema: {
        response: { 200: readinessView },
        tags: ['oncall'],
        summary: 'Which services would reach nobody tonight, and what else is missing',
        operationId: 'readiness',
      },
    },
    async () => {
      const board = await coverBoard(db);
      const now = clock.now();
      const unprepared = Map.groupBy(
        await findUnprepared(board.rows.map(({ id }) => id)),
        ({ serviceId }) => serviceId,
      );
      const items = board.rows.flatMap((row) => {
        const others = (unprepared.get(row.id) ?? []).map(({ code, text }) => ({
          code,
          text,
          serious: false,
          personId: null,
        }));
        const reaching = gapsOf(row, board.fallbackPeople, oncall.reach, now).map((gap) => ({
          ...gap,
          personId: gap.personId ?? null,
        }));
        const gaps = [...reaching, ...others];
        return gaps.length ? [{ serviceId: row.id, serviceName: row.name, gaps }] : [];
      });
      const advice: string[] = [];
      if (!oncall.reach.mail)
        advice.push(
          'No mail server is configured: nobody is reached by email. Set SMTP_URL=smtp://user:password@host:587.',
        );
      if (!config.url) advice.push('HUMDRUM_URL is not set: pages carry no links.');
      if (!board.fallback?.primaryId)
        advice.push(
          'There is no default cover: until one is named, an incident whose service is unknown calls everybody.',
        );
      return {
        reachNobody: items.filter((item) => item.gaps.some((gap) => gap.serious)).length,
        mailConfigured: oncall.reach.mail,
        linksConfigured: config.url !== undefined,
        fallbackCover: board.fallback?.primaryId !== undefined,
        advice,
        items: items.toSorted(
          (one, other) =>
            Number(other.gaps.some((gap) => gap.serious)) - Number(one.gaps.some((gap) => gap.serious)),
        ),
        next: null,
      };
    },
  );

  app.get(
    '/api/v1/oncall/default-cover',
    {
      config: { access: 'viewer' },
      schema: {
        response: { 200: fallbackBody },
        tags: ['oncall'],
        summary: 'Who is called when the service is unknown',
        operationId: 'getDefaultCover',
      },
    },
    async () => showFallback(await fallbackCover(db)),
  );

  app.put(
    '/api/v1/oncall/default-cover',
    {
      config: { access: 'administrator' },
      schema: {
        body: fallbackBody,
        response: { 200: fallbackBody },
        tags: ['oncall'],
        summary: 'Name who is called when the service is unknown',
        operationId: 'setDefaultCover',
      },
    },
    async (request) => {
      const ids = Object.values(request.body).filter((id) => id !== null);
      const known = ids.length
        ? await db
            .selectFrom('person')
            .select('id')
            .where('id', 'in', ids)
            .where('archived_at', 'is', null)
            .execute()
        : [];
      const stranger = ids.find((id) => !known.some((row) => row.id === id));
      if (stranger)
        throw new Refused('invalid', `There is no person "${stranger}"; the default cover stays as it was.`, {
          mend: 'Name people of the directory.',
        });
      const value = { value: json(request.body), updated_at: clock.now() };
      await db
        .insertInto('setting')
        .values({ key: FALLBACK_SETTING, ...value })
        .onConflict((conflict) => conflict.column('key').doUpdateSet(value))
        .execute();
      return request.body;
    },
  );
}

function showFallback(
  fallback:
    | { primaryId: string | undefined; backupId: string | undefined; managerId: string | undefined }
    | undefined,
): z.output<typeof fallbackBody> {
  return {
    primaryId: fallback?.primaryId ?? null,
    backupId: fallback?.backupId ?? null,
    managerId: fallback?.managerId ?? null,
  };
}

function personView(who: Who, oncall: Oncall): z.output<typeof personNow> {
  const channels = who.channels.map((channel) => ({
    kind: channel.kind,
    canRing: canRing(channel, oncall.reach),
    testedAt: channel.testedAt,
  }));
  return {
    id: who.id,
    name: who.name,
    zone: who.zone,
    restUntil: who.restUntil?.toString() ?? null,
    channels,
  };
}

/** The first who can be reached and does not rest, else the first who can be reached. Leads of open P1s are known only when it happens. */
function callsFirst(
  row: CoverRow,
  fallback: Who[],
  oncall: Pick<Oncall, 'reach'>,
  now: Temporal.Instant,
): Who | undefined {
  const order = [
    ...(row.primary ? [row.primary, row.backup, row.manager, ...row.secondTeam] : fallback),
  ].filter((who) => who !== undefined);
  const reachable = order.filter((who) => !who.archived && !unreachableBecause(who.channels, oncall.reach));
  return (
    reachable.find((who) => !who.restUntil || Temporal.Instant.compare(who.restUntil, now) <= 0) ??
    reachable[0]
  );
}

/** @returns a function that answers who is called first for a service now; undefined when nobody can be reached, or it is not known */
export function createWhoIsCalled(
  { db, clock }: Pick<Platform, 'db' | 'clock'>,
  mailer: Pick<Mailer, 'configured'>,
) {
  return async (serviceId: string): Promise<{ id: string; name: string } | undefined> => {
    const board = await coverBoard(db);
    const row = board.rows.find(({ id }) => id === serviceId);
    if (!row) return undefined;
    const who = callsFirst(row, board.fallbackPeople, { reach: { mail: mailer.configured } }, clock.now());
    return who && { id: who.id, name: who.name };
  };
}
