/** How an incident is shown to a program or a page: plain JSON, instants as text. Pure, so that the web may import the types. */

export type SeverityText = 'P1' | 'P2' | 'P3';

export type PromiseView = {
  id: number;
  kind: string;
  /** In words: "First message". */
  name: string;
  cycle: number;
  ownerId: string | null;
  ownerName: string | null;
  openedAt: string;
  dueAt: string;
  state: 'open' | 'kept' | 'waived' | 'void';
  missedAt: string | null;
  endedAt: string | null;
  /** The next step of its ladder: what happens, to whom, when. Null when nothing is left. */
  nextStep: { at: string; do: string; who: string } | null;
};

/** Exactly one thing to do next, in the order of the process. The web shows it as the one card. */
export type NextStepKind =
  | 'acknowledge'
  | 'confirm'
  | 'classify'
  | 'ask_affected'
  | 'tell'
  | 'second_person'
  | 'check_data'
  | 'what_changed'
  | 'choose_category'
  | 'restore'
  | 'update'
  | 'tell_works_again'
  | 'tell_is_back'
  | 'approve_watch'
  | 'watch'
  | 'resolve'
  | 'tell_final'
  | 'stand_down'
  | 'correct'
  | 'hand_over'
  | 'write_postmortem'
  | 'settle_fix'
  | 'look_at'
  | 'decide'
  | 'close'
  | 'nothing';

export type NextStep = {
  kind: NextStepKind;
  /** One of confirm, tell, changed, restore, watch, learn: where it stands in the life line. */
  stage: 'confirm' | 'tell' | 'changed' | 'restore' | 'watch' | 'learn';
  /** The sentence: "Send the holding message". */
  title: string;
  /** One more sentence for somebody who has never seen this. */
  explanation: string;
  dueAt: string | null;
  overdue: boolean;
  promiseKind: string | null;
  /** The role that is to be handed over, where that is the step. */
  role: 'lead' | 'comms' | null;
};

/** One mark on the line of beats. */
export type Beat = {
  kind: 'detected' | 'sent' | 'automatic' | 'promised' | 'missed' | 'restored' | 'ended';
  at: string;
  label: string;
};

export type StageView = {
  stage: NextStep['stage'];
  name: string;
  state: 'done' | 'now' | 'later';
  at: string | null;
  dueAt: string | null;
};

export type PersonView = { personId: string; name: string };

export type IncidentSummary = {
  id: string;
  number: number;
  title: string;
  state: string;
  severity: SeverityText;
  classified: boolean;
  restricted: boolean;
  drill: boolean;
  detectedAt: string;
  declaredAt: string;
  restoredAt: string | null;
  resolvedAt: string | null;
  endedAt: string | null;
  lead: PersonView | null;
  services: { id: string; name: string; publicName: string | null }[];
  nextStep: NextStep;
  beats: Beat[];
  /** The most urgent open promise. */
  urgent: PromiseView | null;
  overdue: number;
  /** True when the caller holds a role in it or was paged for it. */
  mine: boolean;
};

export type IncidentView = IncidentSummary & {
  reference: string;
  seq: number;
  severityBy: string;
  answers: Record<string, string> | null;
  data: 'unasked' | 'safe' | 'checking' | 'affected';
  usersAffected: { low: number | null; high: number | null; source: string } | null;
  noticed: { by: 'monitoring' | 'person'; who?: string; how?: string };
  automatic: boolean;
  evidence: string | null;
  acknowledgedAt: string | null;
  confirmedAt: string | null;
  impactStartedAt: string | null;
  closedAt: string | null;
  dismissal: { reason: string; recoveredByItself: boolean } | null;
  mergedInto: { id: string; number: number } | null;
  splitFrom: { id: string; number: number } | null;
  roles: {
    lead: (PersonView & { since: string; offeredTo: PersonView | null }) | null;
    comms: (PersonView & { since: string; offeredTo: PersonView | null }) | null;
    hands: (PersonView & { since: string })[];
  };
  staysAlone: string | null;
  viewers: PersonView[];
  clients: {
    id: string;
    name: string;
    impact: 'down' | 'degraded' | 'not_affected';
    byHand: boolean;
    contacts: number;
    told: boolean;
  }[];
  thirdParties: { id: string; name: string; statusUrl: string | null }[];
  firstMessage: { at: string; notNeeded: string | null } | null;
  lastUpdate: {
    updateId: string;
    kind: string;
    status: string;
    impact: string;
    action: string;
    nextAt: string | null;
    at: string;
    automatic: boolean;
  } | null;
  nextUpdateDueAt: string | null;
  updatesSent: number;
  cadenceMinutes: number | null;
  cadenceStretch: number;
  category: string | null;
  suspects: Record<string, { state: 'suspect' | 'ruled_out'; reason?: string; summary: string }>;
  actions: {
    id: string;
    what: string;
    ownerId: string | null;
    ownerName: string;
    timeBoxMinutes: number | null;
    startedAt: string;
    outcome: 'worked' | 'did_not_work' | 'stopped' | null;
    outcomeNote: string | null;
    endedAt: string | null;
    temporary: boolean;
    settled: { ownerName: string; by: string } | { gone: true } | null;
  }[];
  proof: { check: string; shows: string; since: string } | null;
  watch: { until: string; finalImpact: string; finalAction: string; approvedBy: string } | null;
  /** How long it is watched once it is restored, by the policy and its severity. */
  watchMinutes: number;
  watchEndsAt: string | null;
  alerts: { alertId: string; title: string; source: string; serviceId: string | null; firing: boolean }[];
  alertsMore: number;
  postmortem: {
    id: string;
    ownerId: string | null;
    publishedAt: string | null;
    coveredBy: { id: string; number: number } | null;
  } | null;
  stages: StageView[];
  promises: PromiseView[];
  /** Steps that fired a short while ago and concern the caller: shown as a strip. */
  reminders: { promise: string; name: string; at: string; who: string }[];
};

export type TimelineLine = {
  seq: number;
  kind: string;
  happenedAt: string;
  recordedAt: string;
  actor: { kind: string; name: string };
  source: string;
  /** One plain sentence. */
  text: string;
  /** Which dot: alert red, change amber, person blue, system grey, message ink. */
  tone: 'alert' | 'change' | 'person' | 'system' | 'message' | 'overdue';
  data: Record<string, unknown>;
};
