/** Tell people: what is said, to whom, by what evidence; the public page; and honesty when we are late. */
import type { House, Room } from '#incident/room.ts';
import type { App } from '#platform/http/app.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import type { Mailer } from '#platform/mail.ts';
import type { Mailbox } from '#platform/mailbox.ts';
import type { Due } from '#platform/platform.ts';
import { letAccountOwnersHearFirst } from './account-owner.ts';
import { noteReaders } from './alone.ts';
import { type Bounce, noteBounce } from './bounce.ts';
import { createShowInBrowsers, type ShowInBrowsers } from './browsers.ts';
import { keepCall } from './calls.ts';
import { channelRoutes } from './channel-routes.ts';
import { type Channels, createChannels } from './channels/channels.ts';
import {
  createDeliverer,
  type Deliverer,
  freeDeliveries,
  type Lane,
  nextDelivery,
  resumeConfigured,
} from './deliver.ts';
import { canPush } from './device/link.ts';
import { deviceNoticeDue } from './device/notice.ts';
import { deviceRoutes } from './device/routes.ts';
import { DUTY, wakeDuty } from './duties/owed.ts';
import { dutyRoutes } from './duties/routes.ts';
import { freeze } from './freeze.ts';
import { createInbox } from './inbox/inbox.ts';
import type { Reports } from './inbox/reports.ts';
import { lateDue, noteLateness, sendApprovedFinal } from './late.ts';
import { followLearned } from './learned.ts';
import { freeLetters } from './letters.ts';
import { mailDown } from './mail-state.ts';
import { maintenanceDue } from './maintenance/notices.ts';
import { maintenanceRoutes } from './maintenance/routes.ts';
import { nextChannelDue } from './next-channel.ts';
import { noteNudge, nudgesDue } from './nudge.ts';
import { nudgeRoutes } from './nudge-routes.ts';
import { nudgeSlackRoutes } from './nudge-slack.ts';
import { createTakeSms } from './nudge-sms.ts';
import { organisationRoutes } from './organisation.ts';
import { accessDue } from './page/access.ts';
import { pageAdminRoutes } from './page/admin-routes.ts';
import { outsideRoutes } from './page/outside-routes.ts';
import { project } from './page/projection.ts';
import { copyDue } from './page/push.ts';
import { createStatusPages, type StatusPages } from './page/serve.ts';
import { portfolioRoutes } from './portfolio-routes.ts';
import { promisesKeptRoutes } from './promises-kept/routes.ts';
import { proposeRoutes } from './propose-routes.ts';
import { createPushKeys } from './push-keys.ts';
import { updateRoutes } from './routes.ts';
import { createSubscriberDeliverer, freeSubscriberDeliveries } from './subscribe/deliver.ts';
import { freezeForSubscribers } from './subscribe/freeze.ts';
import {
  emailSender,
  type Senders,
  slackSender,
  smsSender,
  waysOf,
  webhookSender,
} from './subscribe/senders.ts';
import { templateRoutes } from './template-routes.ts';
import { twilioRoutes } from './twilio-routes.ts';
import { unsubscribeRoutes } from './unsubscribe.ts';

/** One run answers for every job of its kind that waits: the rows say what is to be done. */
const JOBS_AT_ONCE = 50;

/** What story.ts hands to others. */
export type Communicate = {
  statusPages: StatusPages;
  /** A mail came back. @returns false when it was none of ours */
  noteBounce(bounce: Bounce): Promise<boolean>;
  /** Shows a page in every browser of a person. */
  showInBrowsers: ShowInBrowsers;
  /** Whether messages of this incident wait because mail is down. */
  mailDown(incidentId: string): Promise<boolean>;
};

export function communicateRoom(
  house: House,
  {
    mailer,
    outbound,
    reports,
    mailbox,
  }: { mailer: Mailer; outbound: Outbound; reports: Reports; mailbox?: Mailbox | undefined },
): Room & Communicate {
  const { platform } = house;
  const { db, clock, live, log, config, secret } = platform;
  const pushKeys = createPushKeys({ db, secret, now: () => clock.now() });
  const channels = createChannels({ mailer, outbound, clock, config, pushKeys });
  const deliverer = createDeliverer({ db, clock, live, log, channels, secret, url: config.url });
  const { url } = config;
  // One entry per way by which subscribers can be told; without an address of our own a mail could not be confirmed.
  const senders: Senders = {
    ...(mailer.configured && url ? { email: emailSender(mailer) } : {}),
    ...(config.twilio && url ? { sms: smsSender({ twilio: config.twilio, outbound, clock }) } : {}),
    ...(url ? { slack: slackSender(outbound, clock) } : {}),
    webhook: webhookSender(outbound, clock),
  };
  const statusPages = createStatusPages({
    db,
    clock,
    log,
    printing: { url, ways: { ...waysOf(senders), device: canPush(url) } },
  });
  const subscribers = createSubscriberDeliverer({ db, clock, log, secret, url, senders });
  const bounced = (bounce: Bounce) => noteBounce({ db, live, now: clock.now() }, bounce);
  const slack = config.slack ? { outbound, clock, config } : undefined;
  const inbox = createInbox(house, { mailer, reports, mailbox, noteBounce: bounced, slack });
  return {
    name: 'communicate',
    statusPages,
    noteBounce: bounced,
    showInBrowsers: createShowInBrowsers(platform, channels.web_push),
    mailDown: (incidentId) => mailDown(db, mailer, incidentId),
    routes(app) {
      updateRoutes(app, house, { mailer, channels });
      portfolioRoutes(app, house);
      promisesKeptRoutes(app, platform);
      templateRoutes(app, house);
      nudgeRoutes(app, house);
      nudgeSlackRoutes(app, house);
      proposeRoutes(app, house, outbound);
      organisationRoutes(app, platform);
      channelRoutes(app, platform, { channels, pushKeys });
      twilioRoutes(app, platform, createTakeSms(house));
      unsubscribeRoutes(app, platform);
      deviceRoutes(app, platform, { channel: channels.web_push, pushKeys });
      pageAdminRoutes(app, platform, statusPages);
      maintenanceRoutes(app, platform, statusPages);
      pageRoutes(app, statusPages);
      outsideRoutes(app, { db, clock, secret, url, pages: statusPages, senders });
      inbox.routes(app);
      dutyRoutes(app, house);
    },
    react: async (fact, happening) => {
      const jobs = await project(fact, happening);
      await noteLateness(fact, happening);
      await noteNudge(fact, happening, {
        sms: config.twilio !== undefined,
        slack: config.slack !== undefined,
      });
      await inbox.follow(fact, happening);
      jobs.push(...(await followLearned(fact, happening)));
      if (fact.kind === 'update_sent') {
        jobs.push(...(await freeze(fact, happening)));
        jobs.push(...(await freezeForSubscribers(fact.update, happening)));
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
      'communicate.subscribers': {
        batchMax: JOBS_AT_ONCE,
        run: async () => void (await subscribers.drain()),
      },
      'communicate.render': { batchMax: JOBS_AT_ONCE, run: () => statusPages.render(clock.now()) },
      'communicate.final': {
        run: async (batch) => {
          for (const { data } of batch)
            await sendApprovedFinal(house, (data as { incidentId: string }).incidentId);
        },
      },
    },
    due: [
      deliveriesDue(house, deliverer, channels),
      nextChannelDue(platform),
      lateDue(house),
      nudgesDue(house, { mailer, outbound }),
      statusPages.due,
      maintenanceDue(db),
      subscribers.due,
      accessDue({ db, mailer, log, url }),
      deviceNoticeDue({ db, mailer, log, url, secret }),
      copyDue({ db, log, outbound, url, to: config.statusCopy }),
      ...inbox.due,
    ],
    wakers: { ...inbox.wakers, [DUTY]: wakeDuty(platform) },
    async takeOver(tx, now) {
      await freeDeliveries(tx, now);
      await freeSubscriberDeliveries(tx, now);
      await freeLetters(tx, now);
    },
  };
}

/** What no job took, what must be tried again, and what waited for a server or an account that is there now. */
function deliveriesDue({ platform }: House, deliverer: Deliverer, channels: Channels): Due {
  let resumed = false;
  const lanes: Lane[] = ['urgent', 'ordinary'];
  return {
    name: 'communicate.deliveries',
    next: nextDelivery,
    looks: () => !resumed,
    async run(now) {
      const waited = resumed ? 0 : await resumeConfigured(platform.db, channels, now);
      resumed = true;
      const taken = await Promise.all(lanes.map((lane) => deliverer.drain(lane)));
      return taken.reduce((sum, count) => sum + count, waited);
    },
  };
}

/** For those who come through the router; the server itself asks `handle` first. */
function pageRoutes(app: App, statusPages: StatusPages): void {
  for (const path of ['/status', '/history.atom', '/history.rss', '/api/v2/*'])
    app.get(path, { config: { access: 'public' }, schema: { hide: true } as never }, (request, reply) => {
      if (statusPages.handle(request.raw, reply.raw)) reply.hijack();
      else reply.callNotFound();
    });
}
