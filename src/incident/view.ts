/** How an incident is shown to a program or a page: plain JSON, instants as text. The API document and the web read these shapes. */
import { z } from 'zod';

const at = z.string().describe('an instant such as 2026-11-25T02:08:00Z');
const severity = z.enum(['P1', 'P2', 'P3']);
export type SeverityText = z.infer<typeof severity>;

export const promiseView = z.object({
  id: z.number(),
  kind: z.string(),
  name: z.string().describe('in words: "First message"'),
  client: z
    .object({ id: z.string(), name: z.string() })
    .nullable()
    .describe('the client to whom alone it is owed, by its contract'),
  cycle: z.number(),
  ownerId: z.string().nullable(),
  ownerName: z.string().nullable(),
  openedAt: at,
  dueAt: at,
  soonFrom: at.describe('from when it is marked as soon due: the first reminder of its ladder'),
  state: z.enum(['open', 'kept', 'waived', 'void']),
  missedAt: at.nullable(),
  endedAt: at.nullable(),
  nextStep: z
    .object({ at, do: z.string(), who: z.string() })
    .nullable()
    .describe('the next step of its ladder: what happens, to whom, when; null when nothing is left'),
});
export type PromiseView = z.infer<typeof promiseView>;

const stage = z.enum(['confirm', 'tell', 'changed', 'restore', 'watch', 'learn']);
const nextStepKind = z.enum([
  'acknowledge',
  'confirm',
  'classify',
  'ask_affected',
  'tell',
  'second_person',
  'check_data',
  'what_changed',
  'choose_category',
  'restore',
  'update',
  'tell_client',
  'update_client',
  'call_client',
  'call_untold',
  'tell_works_again',
  'tell_is_back',
  'approve_watch',
  'watch',
  'resolve',
  'tell_final',
  'stand_down',
  'correct',
  'hand_over',
  'write_postmortem',
  'settle_fix',
  'look_at',
  'decide',
  'close',
  'nothing',
]);
export type NextStepKind = z.infer<typeof nextStepKind>;

/** Exactly one thing to do next, in the order of the process. The web shows it as the one card. */
export const nextStepView = z.object({
  kind: nextStepKind,
  stage: stage.describe('where it stands in the life line'),
  title: z.string().describe('the sentence: "Send the holding message"'),
  explanation: z.string().describe('one more sentence for somebody who has never seen this'),
  dueAt: at.nullable(),
  soonFrom: at.nullable().describe('from when its promise is marked as soon due'),
  overdue: z.boolean(),
  promiseKind: z.string().nullable(),
  role: z
    .enum(['lead', 'comms'])
    .nullable()
    .describe('the role that is to be handed over, where that is the step'),
  client: z
    .object({ id: z.string(), name: z.string() })
    .nullable()
    .describe('the one client that the step is about'),
});
export type NextStep = z.infer<typeof nextStepView>;

/** One mark on the line of beats. */
const beat = z.object({
  kind: z.enum(['detected', 'sent', 'automatic', 'promised', 'missed', 'restored', 'ended']),
  at,
  label: z.string(),
  full: z
    .boolean()
    .describe('for what was sent: every affected client has a contact with evidence; else the beat is half'),
  client: z.string().nullable().describe('the client to whom alone it was sent or promised, by name'),
  soonFrom: at.nullable().describe('of what is promised: from when it is marked as soon due'),
});
export type Beat = z.infer<typeof beat>;

const stageView = z.object({
  stage,
  name: z.string(),
  state: z.enum(['done', 'now', 'later']),
  at: at.nullable(),
  dueAt: at.nullable(),
});
export type StageView = z.infer<typeof stageView>;

const person = z.object({ personId: z.string(), name: z.string() });
export type PersonView = z.infer<typeof person>;
const incidentNamed = z.object({ id: z.string(), number: z.number() });

export const incidentSummary = z.object({
  id: z.string(),
  number: z.number(),
  title: z.string(),
  state: z.string(),
  severity,
  classified: z.boolean(),
  restricted: z.boolean(),
  drill: z.boolean(),
  detectedAt: at,
  declaredAt: at,
  restoredAt: at.nullable(),
  resolvedAt: at.nullable(),
  endedAt: at.nullable().describe('closed, dismissed or merged'),
  lead: person.nullable(),
  services: z.array(z.object({ id: z.string(), name: z.string(), publicName: z.string().nullable() })),
  nextStep: nextStepView,
  beats: z.array(beat),
  urgent: promiseView.nullable().describe('the most urgent open promise'),
  overdue: z.number().describe('how many open promises are past their time'),
  mine: z.boolean().describe('true when the caller holds a role in it or was paged for it'),
});
export type IncidentSummary = z.infer<typeof incidentSummary>;

const evidenceView = z.object({ text: z.string(), by: z.string(), at });
export const hypothesisView = z.object({
  id: z.string(),
  what: z.string(),
  ownerId: z.string().nullable(),
  ownerName: z.string(),
  openedAt: at,
  dueAt: at.describe('the end of its time box'),
  overdue: z.boolean().describe('its time box has ended while it was open'),
  supports: z.array(evidenceView),
  contradicts: z.array(evidenceView),
  state: z.enum(['open', 'confirmed', 'ruled_out']),
  because: z.string().nullable(),
  endedAt: at.nullable(),
  changeId: z.string().nullable(),
});
export type HypothesisView = z.infer<typeof hypothesisView>;

const holder = person.extend({ since: at, offeredTo: person.nullable() });

export const incidentView = incidentSummary.extend({
  reference: z.string().describe('what a client reads out on the telephone'),
  seq: z.number(),
  severityBy: z.string(),
  answers: z.record(z.string(), z.string()).nullable(),
  data: z.enum(['unasked', 'safe', 'checking', 'affected']),
  usersAffected: z
    .object({ low: z.number().nullable(), high: z.number().nullable(), source: z.string() })
    .nullable(),
  noticed: z.object({
    by: z.enum(['monitoring', 'person']),
    who: z.string().optional(),
    how: z.string().optional(),
  }),
  automatic: z.boolean(),
  evidence: z.string().nullable(),
  acknowledgedAt: at.nullable(),
  confirmedAt: at.nullable(),
  impactStartedAt: at.nullable(),
  impactUncertaintyMinutes: z.number().nullable(),
  closedAt: at.nullable(),
  dismissal: z.object({ reason: z.string(), recoveredByItself: z.boolean() }).nullable(),
  mergedInto: incidentNamed.nullable(),
  splitFrom: incidentNamed.nullable(),
  roles: z.object({
    lead: holder.nullable(),
    comms: holder.nullable(),
    hands: z.array(person.extend({ since: at })),
  }),
  staysAlone: z.string().nullable(),
  viewers: z.array(person),
  clients: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      impact: z.enum(['down', 'degraded', 'not_affected']),
      byHand: z.boolean(),
      contacts: z.number(),
      told: z.boolean(),
      contract: z
        .object({
          terms: z
            .object({
              firstResponseMinutes: z.number().nullable(),
              cadenceMinutes: z.object({
                P1: z.number().optional(),
                P2: z.number().optional(),
                P3: z.number().optional(),
              }),
              clock: z.enum(['detection', 'report']),
              needsCall: z.boolean(),
            })
            .describe('as they were when this client became affected'),
          dueAt: at
            .nullable()
            .describe('when this client alone hears next; null when the update to all covers it'),
          reportedAt: at.nullable(),
          asksReport: z.boolean().describe('its clock starts at their report, and none is known yet'),
        })
        .nullable(),
    }),
  ),
  thirdParties: z.array(z.object({ id: z.string(), name: z.string(), statusUrl: z.string().nullable() })),
  firstMessage: z.object({ at, notNeeded: z.string().nullable() }).nullable(),
  lastUpdate: z
    .object({
      updateId: z.string(),
      kind: z.string(),
      status: z.string(),
      impact: z.string(),
      action: z.string(),
      nextAt: at.nullable(),
      at,
      automatic: z.boolean(),
    })
    .nullable(),
  nextUpdateDueAt: at.nullable(),
  updatesSent: z.number(),
  cadenceMinutes: z.number().nullable(),
  cadenceStretch: z.number(),
  category: z.string().nullable(),
  suspects: z.record(
    z.string(),
    z.object({ state: z.enum(['suspect', 'ruled_out']), reason: z.string().optional(), summary: z.string() }),
  ),
  noChangeSuspected: z
    .object({ reason: z.string(), at })
    .nullable()
    .describe('a person said that it is no change'),
  hypotheses: z.array(hypothesisView),
  trigger: z
    .union([
      z.object({ kind: z.literal('change'), changeId: z.string(), summary: z.string() }),
      z.object({ kind: z.literal('not_a_change'), what: z.string() }),
    ])
    .nullable()
    .describe('what set it off, named once it was restored'),
  actions: z.array(
    z.object({
      id: z.string(),
      what: z.string(),
      ownerId: z.string().nullable(),
      ownerName: z.string(),
      timeBoxMinutes: z.number().nullable(),
      startedAt: at,
      outcome: z.enum(['worked', 'did_not_work', 'stopped']).nullable(),
      outcomeNote: z.string().nullable(),
      endedAt: at.nullable(),
      temporary: z.boolean(),
      settled: z
        .union([z.object({ ownerName: z.string(), by: z.string() }), z.object({ gone: z.literal(true) })])
        .nullable(),
      run: z
        .object({
          runId: z.string(),
          leverId: z.string(),
          lever: z.string(),
          state: z.enum(['asked', 'running', 'done', 'failed', 'timed_out', 'unknown']),
          words: z.string().nullable(),
          link: z.string().nullable(),
          answeredAt: at.nullable(),
          waitsUntil: at,
        })
        .nullable()
        .describe('how far the program is that carries it out for us'),
    }),
  ),
  playbooks: z
    .array(
      z.object({
        runId: z.string(),
        title: z.string(),
        done: z.number(),
        total: z.number(),
        running: z.boolean(),
        open: z
          .object({
            number: z.number(),
            what: z.string(),
            ownerName: z.string().nullable(),
            dueAt: at.nullable(),
            over: z.boolean().describe('its time box is over'),
          })
          .nullable()
          .describe('the step that is under way'),
      }),
    )
    .describe('playbooks that are carried out here, the newest first'),
  proof: z
    .object({
      check: z.string(),
      shows: z.string(),
      since: at,
      link: z.string().nullable(),
      alert: z
        .object({ alertId: z.string(), title: z.string(), firing: z.boolean() })
        .nullable()
        .describe('the alert that stands for it, as it is now'),
    })
    .nullable(),
  degraded: z
    .array(z.object({ thirdPartyId: z.string(), name: z.string(), stillWorks: z.string(), since: at }))
    .describe('providers that we work without for now, and what still works'),
  watch: z
    .object({ until: at, finalImpact: z.string(), finalAction: z.string(), approvedBy: z.string() })
    .nullable(),
  watchMinutes: z
    .number()
    .describe('how long it is watched once it is restored, by the policy and its severity'),
  watchEndsAt: at.nullable(),
  postmortemWithinHours: z
    .number()
    .nullable()
    .describe('after restoring, by the policy; null where none is owed'),
  alerts: z.array(
    z.object({
      alertId: z.string(),
      title: z.string(),
      source: z.string(),
      serviceId: z.string().nullable(),
      firing: z.boolean(),
    }),
  ),
  alertsMore: z.number(),
  stillFires: z.string().nullable().describe('in words, what still fires'),
  postmortem: z
    .object({
      id: z.string(),
      ownerId: z.string().nullable(),
      publishedAt: at.nullable(),
      coveredBy: incidentNamed.nullable(),
    })
    .nullable(),
  stages: z.array(stageView),
  promises: z.array(promiseView),
  reminders: z
    .array(z.object({ promise: z.string(), name: z.string(), at, who: z.string() }))
    .describe('steps that fired a short while ago and concern the caller'),
});
export type IncidentView = z.infer<typeof incidentView>;

export const timelineLine = z.object({
  seq: z.number(),
  kind: z.string(),
  happenedAt: at,
  recordedAt: at,
  actor: z.object({ kind: z.string(), name: z.string() }),
  source: z.string(),
  text: z.string().describe('one plain sentence'),
  tone: z
    .enum(['alert', 'change', 'person', 'system', 'message', 'overdue'])
    .describe('which dot: alert red, change amber, person blue, system grey, message ink'),
  data: z.record(z.string(), z.unknown()),
});
export type TimelineLine = z.infer<typeof timelineLine>;

/** What is wrong, what is owed and what the caller holds. */
export const nowView = z.object({
  incidents: z.array(incidentSummary),
  mine: z.array(
    z.object({ incidentId: z.string(), number: z.number(), title: z.string(), nextStep: nextStepView }),
  ),
  promises: z.array(
    promiseView.extend({ incidentId: z.string(), incidentNumber: z.number(), title: z.string() }),
  ),
  quiet: z.object({
    lastIncidentAt: at.nullable(),
    actionsDueThisWeek: z
      .number()
      .describe('open action items due by Sunday, those that are late among them'),
  }),
  at,
});
export type NowView = z.infer<typeof nowView>;
