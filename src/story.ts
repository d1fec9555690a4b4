/**
 * THE TABLE OF CONTENTS. The rooms in the order of an incident's story, and what each is handed by the others.
 * A room reacts to facts; where it needs an answer from another room, it is handed a function here.
 */
import { createIncidents } from '#incident/execute.ts';
import { incidentRoom } from '#incident/front-door.ts';
import type { House, Reaction, Room } from '#incident/room.ts';
import { createIncidentSearch } from '#incident/search.ts';
import type { Front } from '#platform/http/app.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import type { Mailer } from '#platform/mail.ts';
import type { Mailbox } from '#platform/mailbox.ts';
import type { Platform } from '#platform/platform.ts';
import { createPolicies } from '#promise/policies.ts';
import { policyRoutes } from '#promise/policy-routes.ts';
import { findHalfTold } from './communicate/half.ts';
import { checkOutside, outsideReaders } from './communicate/learned.ts';
import { findCutOff } from './communicate/mail-state.ts';
import { readOrganisation } from './communicate/organisation.ts';
import { communicateRoom } from './communicate/room.ts';
import { declareRoom } from './declare/room.ts';
import { directoryRoom } from './directory/room.ts';
import {
  alertsNear,
  alertsSeen,
  attachAlerts,
  incidentsOfReports,
  intakeRoom,
  joinQuietly,
  markConsidered,
  openAlertsOf,
  readAlerts,
  signalsSeen,
} from './intake/room.ts';
import { countDueThisWeek, learnedFrom, learnRoom } from './learn/room.ts';
import { createWhoIsCalled, oncallRoom } from './oncall/room.ts';
import { restoreRoom, unprepared } from './restore/room.ts';
import {
  createLedger,
  findChanges,
  toldRollback,
  triageRoom,
  versionsOf,
  withoutFeed,
} from './triage/room.ts';

/** `front` answers finished documents before the router sees the request. */
export type Story = House & { rooms: Room[]; front: Front };

/** `mailbox`: where people reply; undefined when none is configured. */
export type Outside = { mailer: Mailer; outbound: Outbound; mailbox?: Mailbox | undefined };

/** Builds the house: the heart first, then the rooms around it. */
export function tellStory(platform: Platform, { mailer, outbound, mailbox }: Outside): Story {
  const policies = createPolicies();
  const reactions: Reaction[] = [];
  const incidents = createIncidents(platform, policies, reactions);
  const house: House = { platform, incidents, policies };
  const { db } = platform;

  const ledger = createLedger(platform, policies);
  const restore = restoreRoom(house, {
    findChanges: (ids) => findChanges(db, ids),
    versionsOf: (serviceId) => versionsOf(db, serviceId),
    outbound,
  });
  const intake = intakeRoom(house, {
    recordChanges: ledger.record,
    keepChanges: ledger.keep,
    hearLeverEnds: restore.hearLeverEnds,
    outbound,
  });
  const communicate = communicateRoom(house, {
    mailer,
    outbound,
    mailbox,
    reports: { recordReport: intake.recordReport, incidentsOfReports },
  });
  const learn = learnRoom(house, {
    mailer,
    outbound,
    findChanges,
    zoneOf: async (from) => (await readOrganisation(from)).zone,
    organisationName: async () => (await readOrganisation(db)).name,
    outside: { check: checkOutside, readers: outsideReaders },
  });
  const rooms: Room[] = [
    // Prepared before anything breaks: people, teams, services, clients.
    directoryRoom(house, { searchIncidents: createIncidentSearch(db) }),
    // The process itself, as a document that can be read, compared and changed.
    { name: 'policy', routes: (app) => policyRoutes(app, house) },
    // The heart itself: commands, the one next step, merges.
    incidentRoom(house, {
      countActionItemsDueThisWeek: countDueThisWeek,
      findHalf: findHalfTold,
      findCutOff,
    }),
    // Signals arrive, and are stored before anybody is answered.
    intake,
    // An alert changed: join an incident, declare one, or wait for a person.
    declareRoom({
      ...house,
      alerts: { readAlerts, attachAlerts, openAlertsOf, markConsidered, joinQuietly },
    }),
    // Whoever must know is reached, one page at a time, until somebody answers.
    oncallRoom(house, {
      mailer,
      outbound,
      showInBrowsers: communicate.showInBrowsers,
      findUnprepared: async (ids) => [
        ...(await unprepared(db, ids, (undecided) => toldRollback(db, undecided))),
        ...(await withoutFeed(db, ids, platform.clock.now())),
      ],
    }),
    // Tell people, before repairing.
    communicate,
    // What changed before it began, and how those are that we stand on.
    triageRoom(house, {
      ledger,
      outbound,
      whoIsCalled: createWhoIsCalled(platform, mailer),
      alertsSeen: (id) => alertsSeen(db, id),
      alertsNear: (serviceIds, from, to) => alertsNear(db, serviceIds, from, to),
      signalsSeen: (id, from, to) => signalsSeen(db, id, from, to),
      learnedFrom: (ids) => learnedFrom(db, ids),
    }),
    // Which lever first, and who pulls it.
    restore,
    // Afterwards: the postmortem, what was agreed, near misses, reminders that never page.
    learn,
  ];
  reactions.push(...rooms.flatMap((room) => room.react ?? []));
  return {
    ...house,
    rooms,
    front: (request, response) =>
      learn.reports(request, response) || communicate.statusPages.handle(request, response),
  };
}
