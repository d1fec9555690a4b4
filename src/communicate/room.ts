/** Tell people: what is said, to whom, by what evidence; the public page; and honesty when we are late. */
import type { House, Room } from '#incident/room.ts';
import type { App } from '#platform/http/app.ts';
import type { Mailer } from '#platform/mail.ts';
import type { Due } from '#platform/platform.ts';
import { letAccountOwnersHearFirst } from './account-owner.ts';
import { noteReaders } from './alone.ts';
import { keepCall } from './calls.ts';
import { createDeliverer, type Deliverer, freeDeliveries, type Lane, resumeWithServer } from './deliver.ts';
import { freeze } from './freeze.ts';
import { lateDue, noteLateness, sendApprovedFinal } from './late.ts';
import { organisationRoutes } from './organisation.ts';
import { project } from './page/projection.ts';
import { createStatusPages, type StatusPages } from './page/serve.ts';
import { portfolioRoutes } from './portfolio-routes.ts';
import { promisesKeptRoutes } from './promises-kept/routes.ts';
import { updateRoutes } from './routes.ts';

/** One run answers for every job of its kind that waits: the rows say what is to be done. */
const JOBS_AT_ONCE = 50;

export function communicateRoom(
  house: House,
  { mailer }: { mailer: Mailer },
): Room & { statusPages: StatusPages } {
  const { platform } = house;
  const { db, clock, live, log, config } = platform;
  const deliverer = createDeliverer({ db, clock, live, log, mailer, url: config.url });
  const statusPages = createStatusPages({ db, clock, log, url: config.url });
  return {
    name: 'communicate',
    statusPages,
    routes(app) {
      updateRoutes(app, house, mailer);
      portfolioRoutes(app, house);
      promisesKeptRoutes(app, platform);
      organisationRoutes(app, platform);
      pageRoutes(app, statusPages);
    },
    react: async (fact, happening) => {
      const jobs = await project(fact, happening);
      await noteLateness(fact, happening);
      if (fact.kind === 'update_sent') {
        jobs.push(...(await freeze(fact, happening)));
        await noteReaders(fact, happening);
        await letAccountOwnersHearFirst(fact, happening);
        return jobs;
      }
      if (fact.kind === 'client_called') await keepCall(fact, happening);
      if (fact.kind === 'resolved' && fact.how === 'watch')
        return [...jobs, { queue: 'communicate.final', data: { incidentId: happening.incident.id } }];
      return jobs;
    },
    jobs: {
      'communicate.deliver_urgent': {
        batchMax: JOBS_AT_ONCE,
        run: async () => void (await deliverer.drain('urgent')),
      },
      'communicate.deliver': {
        batchMax: JOBS_AT_ONCE,
        run: async () => void (await deliverer.drain('ordinary')),
      },
      'communicate.render': { batchMax: JOBS_AT_ONCE, run: () => statusPages.render(clock.now()) },
      'communicate.final': {
        run: async (batch) => {
          for (const { data } of batch)
            await sendApprovedFinal(house, (data as { incidentId: string }).incidentId);
        },
      },
    },
    due: [deliveriesDue(house, deliverer, mailer), lateDue(house), statusPages.due],
    takeOver: freeDeliveries,
  };
}

/** What no job took, what must be tried again, and what waited for a mail server that is there now. */
function deliveriesDue({ platform }: House, deliverer: Deliverer, mailer: Mailer): Due {
  let resumed = !mailer.configured;
  const lanes: Lane[] = ['urgent', 'ordinary'];
  return {
    name: 'communicate.deliveries',
    next: () => deliverer.next(),
    async run(now) {
      const waited = resumed ? 0 : await resumeWithServer(platform.db, now);
      resumed = true;
      const next = await deliverer.next();
      if (!next || Temporal.Instant.compare(next, now) > 0) return waited;
      const taken = await Promise.all(lanes.map((lane) => deliverer.drain(lane)));
      return taken.reduce((sum, count) => sum + count, waited);
    },
  };
}

/** For those who come through the router; the server itself asks `handle` first. */
function pageRoutes(app: App, statusPages: StatusPages): void {
  for (const path of ['/status', '/status/*', '/history.atom', '/history.rss', '/api/v2/*'])
    app.get(path, { config: { access: 'public' }, schema: { hide: true } as never }, (request, reply) => {
      if (statusPages.handle(request.raw, reply.raw)) reply.hijack();
      else reply.callNotFound();
    });
}
