/** A small house with the pager alone: real database, real decider, a real mail server, a push server that remembers, a clock moved by hand. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import type { Command } from '#incident/commands.ts';
import type { Incident, Severity } from '#incident/types.ts';
import { json } from '#platform/db/database.ts';
import type { Caller } from '#platform/http/app.ts';
import { createOutbound } from '#platform/http/outbound.ts';
import { createMailer } from '#platform/mail.ts';
import { promiseDue } from '#promise/wake.ts';
import { nextDue, sweep } from '#src/sweep.ts';
import { oncallRoom } from '../src/oncall/room.ts';
import { startSmtp } from './servers/smtp.ts';
import { ANA, openSmallHouse } from './small-house.ts';

export type Pushed = {
  topic: string;
  title: string;
  message: string;
  priority: number;
  click?: string;
  actions?: { label: string; url: string; body: string }[];
};

export const NIGHT = '2026-11-25T02:00:00Z';

/** An ntfy-compatible server; `answers` are the next status codes, 200 when there are none left. */
async function startPush() {
  const pushed: Pushed[] = [];
  const answers: number[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const status = answers.shift() ?? 200;
    if (status === 200) pushed.push(JSON.parse(body));
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify({ id: `ntfy${pushed.length}` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, pushed, answers, stop: () => server.close() };
}

/** Ada is primary, Ben backup, Mia manager, Tom the second team of "Shop"; everybody is reached by push and mail, in UTC. */
export async function openOncallHouse(
  options: { start?: string; withoutMail?: boolean; withoutUrl?: boolean } = {},
) {
  const push = await startPush();
  const smtp = await startSmtp();
  const small = await openSmallHouse(options.start ?? NIGHT, (house) => {
    Object.assign(house.platform.config, {
      pushUrl: push.url,
      allowPrivate: [],
      mailFrom: 'Humdrum <humdrum@example.com>',
      smtpUrl: options.withoutMail ? undefined : smtp.url,
      ...(options.withoutUrl ? { url: undefined } : {}),
    });
    const mailer = createMailer(house.platform.config, house.platform.clock);
    const outbound = createOutbound({ allowPrivate: [] });
    return [{ ...oncallRoom(house, { mailer, outbound }), mailer } as never];
  });
  const { db, clock, incidents, platform } = small;
  const [room] = small.rooms as [ReturnType<typeof oncallRoom> & { mailer: { close(): void } }];
  const dues = [
    promiseDue(db, { incident: (id) => incidents.wake(id), ...room.wakers }, platform.log),
    ...(room.due ?? []),
  ];
  for (const [id, name] of [
    ['ada', 'Ada'],
    ['ben', 'Ben'],
    ['mia', 'Mia'],
    ['tom', 'Tom'],
  ] as const) {
    await small.person(id, name);
    await channels(id, [
      { kind: 'push', address: `topic-${id}` },
      { kind: 'email', address: `${id}@example.com` },
    ]);
  }
  const at = { created_at: clock.now(), updated_at: clock.now() };
  await db
    .insertInto('team')
    .values({ id: 'core', name: 'Core', ...at })
    .execute();
  await db.insertInto('team_member').values({ team_id: 'core', person_id: 'tom' }).execute();
  await small.service('shop', 'Shop', { manager_id: 'mia' });
  await small.service('till', 'Till', { manager_id: 'mia' });
  await db
    .updateTable('service')
    .set({ primary_id: 'ada', backup_id: 'ben', second_team_id: 'core' })
    .execute();

  async function channels(id: string, list: { kind: string; address: string }[]): Promise<void> {
    const kept = list.map((each) => ({ ...each, testedAt: null }));
    await db
      .updateTable('person')
      .set({ channels: json(kept) })
      .where('id', '=', id)
      .execute();
  }
  /** Jobs and what is due now, until nothing is left. */
  async function settle(): Promise<void> {
    do {
      await small.work();
      await turn();
    } while ((await sweep(dues, platform)) > 0);
    await small.work();
  }
  const house = {
    ...small,
    push,
    smtp,
    dues,
    channels,
    settle,
    async pass(duration: Temporal.DurationLike): Promise<void> {
      const end = clock.now().add(duration);
      await settle();
      for (
        let at = await nextDue(platform.db, dues);
        at && Temporal.Instant.compare(at, end) <= 0;
        at = await nextDue(platform.db, dues)
      ) {
        if (Temporal.Instant.compare(at, clock.now()) > 0) clock.set(at);
        await settle();
      }
      clock.set(end);
      await settle();
    },
    async declare(
      what: {
        severity?: Severity;
        serviceIds?: string[];
        automatic?: boolean;
        restricted?: string[];
        title?: string;
      } = {},
    ): Promise<Incident> {
      const incident = await incidents.declare(
        {
          title: what.title ?? 'Checkout is down',
          noticed: { by: 'monitoring' },
          proposedSeverity: what.severity,
          serviceIds: what.serviceIds ?? ['shop'],
          automatic: what.automatic ?? false,
          restricted: what.restricted !== undefined,
          viewers: what.restricted,
          alerts: what.automatic ? [ALERT] : undefined,
        },
        { actor: { kind: 'system', name: 'Test' }, source: 'test' },
      );
      await settle();
      return incident;
    },
    async act(incidentId: string, personId: string | undefined, command: Command) {
      const actor = personId
        ? { kind: 'person' as const, personId, name: personId }
        : { kind: 'system' as const, name: 'Test' };
      const done = await incidents.execute(incidentId, command, { actor, source: 'test' });
      await settle();
      return done.incident;
    },
    signIn(personId: string, role: Caller['role'] = 'responder') {
      small.as({ ...ANA, personId, name: personId, role });
    },
    /** Pages of a person, oldest first. */
    async pagesOf(personId: string) {
      return db
        .selectFrom('page')
        .select(['id', 'state', 'sent_at', 'document'])
        .where('person_id', '=', personId)
        .orderBy('created_at')
        .execute();
    },
    async answer(personId: string, answer: string) {
      const page = (await house.pagesOf(personId)).findLast(
        (each) => each.state === 'sent' || each.state === 'unanswered',
      );
      house.signIn(personId);
      const done = await small.call('POST', `/pages/${page?.id}/acknowledgement`, { answer });
      await settle();
      return done;
    },
    /** Minutes after the start at which each push rang, as "ada 0". */
    async rings(): Promise<string[]> {
      const rows = await db
        .selectFrom('page_delivery')
        .innerJoin('page', 'page.id', 'page_delivery.page_id')
        .select(['person_id', 'page_delivery.sent_at'])
        .where('channel', '=', 'push')
        .where('page_delivery.state', '=', 'sent')
        .orderBy('page_delivery.sent_at')
        .orderBy('person_id')
        .execute();
      const start = Temporal.Instant.from(options.start ?? NIGHT);
      return rows.map((row) => `${row.person_id} ${row.sent_at?.since(start).total('minutes')}`);
    },
    async facts(
      incidentId: string,
      ...kinds: string[]
    ): Promise<{ kind: string; data: Record<string, never>; actor: Record<string, never> }[]> {
      const rows = await db
        .selectFrom('fact')
        .select(['kind', 'data', 'actor'])
        .where('incident_id', '=', incidentId)
        .where('kind', 'in', kinds)
        .orderBy('seq')
        .execute();
      return rows as never;
    },
    async close(): Promise<void> {
      room.mailer.close();
      push.stop();
      await smtp.stop();
      await small.close();
    },
  };
  return house;
}

export const ALERT = {
  alertId: 'alert_1',
  title: 'HTTP 500',
  source: 'test',
  serviceId: 'shop',
  firing: true,
};
