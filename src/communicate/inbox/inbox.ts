/** The inbox as communicate's room sees it: questions and reports by mail, form, API and Slack, and everything that keeps them going. */
import type { Fact } from '#incident/facts.ts';
import type { Happening, House, Waker } from '#incident/room.ts';
import type { App } from '#platform/http/app.ts';
import type { Mailer } from '#platform/mail.ts';
import type { Mailbox } from '#platform/mailbox.ts';
import type { Due } from '#platform/platform.ts';
import type { Bounce } from '../bounce.ts';
import type { BotMeans } from '../channels/slack/bot.ts';
import { lettersDue } from '../letters.ts';
import { cannedRoutes } from './canned.ts';
import { formRoutes } from './form.ts';
import { LOOSE_QUESTION, wakeLoose } from './loose.ts';
import { createReading } from './mail/reading.ts';
import { mailRoutes } from './mail/routes.ts';
import { sortingDue } from './mail/sort.ts';
import { followFact, type Means, untoldDue } from './questions.ts';
import { createTakeReport, placedDue, type Reports } from './reports.ts';
import { inboxRoutes } from './routes.ts';
import { inboxSettingsRoutes } from './settings.ts';
import { slackRoutes } from './slack.ts';
import { findSlackThread } from './slack-thread.ts';

export type InboxParts = {
  mailer: Mailer;
  reports: Reports;
  mailbox: Mailbox | undefined;
  /** A mail of ours came back. @returns false when it was no delivery of ours */
  noteBounce(bounce: Bounce): Promise<boolean>;
  /** Our bot in Slack; undefined where none is configured. */
  slack: BotMeans | undefined;
};

export type Inbox = {
  routes(app: App): void;
  follow(fact: Fact, happening: Happening): Promise<void>;
  wakers: Record<string, Waker>;
  due: Due[];
};

export function createInbox(house: House, parts: InboxParts): Inbox {
  const { platform } = house;
  const means: Means = { house, mailer: parts.mailer };
  const takeReport = createTakeReport(means, parts.reports);
  const reading = parts.mailbox && createReading(platform, parts.mailbox);
  const ownAddress = addressIn(platform.config.mailFrom);
  return {
    routes(app) {
      inboxRoutes(app, means, takeReport);
      cannedRoutes(app, platform);
      inboxSettingsRoutes(app, platform);
      formRoutes(app, means, takeReport);
      mailRoutes(app, platform, reading);
      slackRoutes(app, means, {
        signingSecret: platform.config.slackSigningSecret,
        findThread: findSlackThread,
      });
    },
    follow: followFact,
    wakers: { [LOOSE_QUESTION]: wakeLoose(platform) },
    due: [
      ...(reading ? [reading.due] : []),
      sortingDue({ ...means, takeReport, noteBounce: parts.noteBounce, ownAddress }),
      untoldDue(means),
      placedDue(means, parts.reports),
      lettersDue({
        db: platform.db,
        clock: platform.clock,
        log: platform.log,
        mailer: parts.mailer,
        slack: parts.slack,
      }),
    ],
  };
}

function addressIn(mailFrom: string | undefined): string {
  return (/<([^<>]+)>\s*$/.exec(mailFrom ?? '')?.[1] ?? mailFrom ?? '').trim().toLowerCase();
}
