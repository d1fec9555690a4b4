/** On call: whoever must know is reached, one page at a time, until somebody answers; nobody who rests is woken without need. */
import type { z } from 'zod';
import type { Room } from '#incident/room.ts';
import type { App } from '#platform/http/app.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import type { JobHandler } from '#platform/jobs/jobs.ts';
import type { Mailer } from '#platform/mail.ts';
import { answerRoutes } from './answer-routes.ts';
import { appChannel, type ShowInBrowsers } from './channels/app/app.ts';
import type { Channels } from './channels/channels.ts';
import { emailChannel } from './channels/email/email.ts';
import { pushChannel } from './channels/push/push.ts';
import {
  acknowledgedElsewhere,
  acknowledgedJob,
  check,
  extendRest,
  incidentJob,
  pause,
  resume,
  stillNeeded,
} from './check.ts';
import { coverRoutes } from './cover-routes.ts';
import { type Delivering, deliver, deliveryJob, freeRings, retriesDue } from './deliver.ts';
import { createPages } from './execute.ts';
import type { House, Oncall } from './house.ts';
import { pageRoutes } from './page-routes.ts';
import type { FindUnprepared } from './prepared.ts';
import { reaction } from './react.ts';
import { freeReminders, remindersDue } from './reminder.ts';
import { callJob, callsDue, settle } from './settle.ts';
import { tell, tellJob } from './tell.ts';
import { wake, wakesDue } from './wake.ts';

export { createWhoIsCalled } from './cover-routes.ts';

const RINGS_AT_ONCE_MAX = 8;

export function oncallRoom(
  house: House,
  {
    mailer,
    outbound,
    showInBrowsers,
    findUnprepared,
  }: {
    mailer: Mailer;
    outbound: Outbound;
    showInBrowsers?: ShowInBrowsers | undefined;
    /** What else services are missing before anything breaks. */
    findUnprepared?: FindUnprepared | undefined;
  },
): Room {
  const { platform } = house;
  const oncall: Oncall = { ...house, pages: createPages(platform), reach: { mail: mailer.configured } };
  const channels: Channels = {
    app: appChannel(platform, showInBrowsers),
    email: emailChannel(mailer),
    push: pushChannel(outbound, platform.config.pushUrl),
  };
  const delivering: Delivering = {
    platform,
    pages: oncall.pages,
    channels,
    stillNeeded: (pageId) => stillNeeded(oncall, pageId),
  };
  return {
    name: 'oncall',
    routes(app: App) {
      pageRoutes(app, oncall);
      coverRoutes(app, oncall, { findUnprepared });
      answerRoutes(app, oncall);
    },
    react: reaction(platform.live),
    jobs: {
      'oncall.settle': each(callJob, ({ callId }) => settle(oncall, callId)),
      'oncall.send': {
        ...each(deliveryJob, ({ deliveryId }) => deliver(delivering, deliveryId, false)),
        concurrency: RINGS_AT_ONCE_MAX,
      },
      'oncall.tell': each(tellJob, (data) => tell(oncall, data)),
      'oncall.check': each(incidentJob, ({ incidentId }) => check(oncall, incidentId)),
      'oncall.acknowledged': each(acknowledgedJob, (data) => acknowledgedElsewhere(oncall, data)),
      'oncall.pause': each(incidentJob, ({ incidentId }) => pause(oncall, incidentId)),
      'oncall.resume': each(incidentJob, ({ incidentId }) => resume(oncall, incidentId)),
      'oncall.rest': each(incidentJob, ({ incidentId }) => extendRest(oncall, incidentId)),
    },
    wakers: { page: (pageId) => wake(oncall, pageId) },
    due: [callsDue(oncall), wakesDue(oncall), retriesDue(delivering), remindersDue(oncall, mailer)],
    async takeOver(tx, now) {
      await freeRings(tx, now);
      await freeReminders(tx, now);
    },
  };
}

/** A handler that reads each job's data and does one after the other. */
function each<Shape extends z.ZodType>(
  shape: Shape,
  work: (data: z.output<Shape>) => Promise<void>,
): JobHandler {
  return {
    async run(batch) {
      for (const job of batch) await work(shape.parse(job.data));
    },
  };
}
