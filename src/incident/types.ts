/** What an incident is. Commands ask something of it (commands.ts), facts are what happened to it (facts.ts). */

export type Severity = 'P1' | 'P2' | 'P3';
export type State = 'detected' | 'confirmed' | 'restored' | 'resolved' | 'closed' | 'dismissed' | 'merged';
export type RoleName = 'lead' | 'comms' | 'hands';

/** How a question reached us. */
export type QuestionVia = 'email' | 'form' | 'api' | 'slack' | 'report';

/** Who did it. `system` acts by a rule that `name` tells. `login` is the account, `person` the entry in the directory. */
export type Actor = {
  kind: 'person' | 'token' | 'system';
  personId?: string | undefined;
  loginId?: string | undefined;
  name: string;
};

export type Noticed = { by: 'monitoring' | 'person'; who?: string | undefined; how?: string | undefined };

export type Answer = 'yes' | 'no' | 'dont_know';

/** The four questions in their order; the first yes decides. */
export type SeverityAnswers = {
  dataAtRisk: Answer;
  mainTaskImpossible: Answer;
  mainTaskMuchWorse: Answer;
  workaround?: Answer | undefined;
  redundancyGone: Answer;
};

export type UsersAffected = { low: number | null; high: number | null; source: string };

export type Category =
  | 'deployment_regression'
  | 'infrastructure'
  | 'third_party'
  | 'data'
  | 'security'
  | 'other';

export type ClientImpact = 'down' | 'degraded' | 'not_affected';

/** The public words for the status of an update. */
export type UpdateStatus = 'looking' | 'cause_known' | 'checking_repair' | 'works_again';

/** first: the holding message. next: an update. works_again, is_back, stand_down, correction, final, late: what process.md names. */
export type UpdateKind =
  | 'first'
  | 'next'
  | 'works_again'
  | 'is_back'
  | 'stand_down'
  | 'correction'
  | 'final'
  | 'late';

/** Words of their own for one audience: our people, the public page, or one client. The rest reads the common ones. */
export type Wording = {
  audience: 'internal' | 'clients' | 'public' | `client:${string}`;
  impact: string;
  action: string;
  confirmed?: Confirmed | undefined;
};

/** What a person told an audience last, for the machine to repeat to that audience. `continued`: the same in the middle of a sentence. */
export type Confirmed = { impact: string; continued: string; at: Temporal.Instant };

/** The facts of an automatic message; its words follow from them in every language. */
export type Lateness = {
  promise: string;
  cycle: number;
  promisedAt: Temporal.Instant;
  /** Not even the first message was sent. */
  first: boolean;
  detectedAt: Temporal.Instant;
  /** People called since, besides those who hold the lead and the comms. */
  calledCount: number;
  /** The ladder goes on. */
  calling: boolean;
  /** How often the machine has said it before. */
  saidBefore: number;
};

/** The four fields, as sent. `nextAt` is absent only on messages that end the telling. */
export type UpdateSent = {
  updateId: string;
  kind: UpdateKind;
  status: UpdateStatus;
  impact: string;
  action: string;
  nextAt?: Temporal.Instant | undefined;
  nothingNew: boolean;
  /** Written by the machine because a person was late; never counts as kept. */
  automatic: boolean;
  clientIds: string[];
  /** Meant for whoever is affected, be it a single client: the message for all, and for nobody alone. */
  toAffected?: boolean | undefined;
  internal: boolean;
  publicPage: boolean;
  wordings?: Wording[] | undefined;
  /** Only on an automatic message. */
  lateness?: Lateness | undefined;
  confirmed?: Confirmed | undefined;
};

/** `alertId`: an alert that we hold stands for it. If it fires again within the watch, the proof has failed. */
export type Proof = {
  check: string;
  shows: string;
  since: Temporal.Instant;
  alertId?: string | undefined;
  link?: string | undefined;
};

/** How far a lever is that somebody pulled: `unknown` when nobody can say whether it arrived. */
export type LeverState = 'asked' | 'running' | 'done' | 'failed' | 'timed_out' | 'unknown';

/** What a third party is for us while we work without it. `stillWorks` are public words. */
export type SwitchedFor = { thirdPartyId: string; name: string; stillWorks: string };

/** An action that another program carries out for us. `inputs` are what it was asked with, as they are shown. */
export type LeverRun = {
  runId: string;
  leverId: string;
  lever: string;
  serviceId?: string | undefined;
  inputs: { name: string; label: string; value: string | number | boolean }[];
  state: LeverState;
  words?: string | undefined;
  link?: string | undefined;
  /** When it last said how far it is. */
  answeredAt?: Temporal.Instant | undefined;
  /** When we stop waiting for it. */
  waitsUntil: Temporal.Instant;
  /** Once it is done, this is switched on or off. */
  switches?: { on: boolean; what: SwitchedFor } | undefined;
  /** Why it was pulled although rolling back is not known to be safe. */
  despite?: string | undefined;
};

export type Action = {
  id: string;
  what: string;
  ownerId: string | undefined;
  ownerName: string;
  timeBoxMinutes: number | undefined;
  startedAt: Temporal.Instant;
  outcome?: 'worked' | 'did_not_work' | 'stopped' | undefined;
  outcomeNote?: string | undefined;
  endedAt?: Temporal.Instant | undefined;
  temporary: boolean;
  /** A temporary fix is settled when it has an owner and a date, or when it is gone. */
  settled?: { ownerId: string; ownerName: string; by: string } | { gone: true } | undefined;
  settledAt?: Temporal.Instant | undefined;
  /** Who removes it by when, kept when it is gone as well. `seq` is that of the fact that said so. */
  removal?:
    | {
        seq: number;
        ownerId: string;
        by: string;
        openedAt: Temporal.Instant;
        goneAt?: Temporal.Instant | undefined;
      }
    | undefined;
  changeId?: string | undefined;
  run?: LeverRun | undefined;
};

/** What people think it might be. `dueAt` ends its time box: then the room asks whether to go on. */
export type Hypothesis = {
  id: string;
  what: string;
  ownerId: string | undefined;
  ownerName: string;
  openedAt: Temporal.Instant;
  dueAt: Temporal.Instant;
  remindedAt?: Temporal.Instant | undefined;
  supports: Evidence[];
  contradicts: Evidence[];
  state: 'open' | 'confirmed' | 'ruled_out';
  because?: string | undefined;
  endedAt?: Temporal.Instant | undefined;
  changeId?: string | undefined;
};

/** One line for or against it. */
export type Evidence = { text: string; by: string; at: Temporal.Instant };

/** What set it off, named by a person once service is restored; apart from the root cause. */
export type Trigger =
  | { kind: 'change'; changeId: string; summary: string }
  | { kind: 'not_a_change'; what: string };

/** One step of a playbook in this incident. `what` is its words, filled in. */
export type PlaybookStep = {
  id: string;
  number: number;
  what: string;
  role?: RoleName | undefined;
  minutes?: number | undefined;
  state: 'open' | 'done' | 'skipped';
  /** Who took it; without, it is for whoever holds its role. */
  owner?: { personId: string; name: string } | undefined;
  /** Its clock runs from here: since it is the next one, or since somebody took it. */
  beganAt?: Temporal.Instant | undefined;
  /** When its time box was found to be over. */
  overranAt?: Temporal.Instant | undefined;
  endedAt?: Temporal.Instant | undefined;
  endedBy?: string | undefined;
  result?: string | undefined;
  reason?: string | undefined;
};

/** A version of a playbook, carried out in this incident. Its text is kept by restore. */
export type PlaybookRun = {
  id: string;
  playbookId: string;
  version: number;
  title: string;
  startedAt: Temporal.Instant;
  startedBy: string;
  steps: PlaybookStep[];
  stoppedAt?: Temporal.Instant | undefined;
  stopReason?: string | undefined;
};

/** What was found out while a first lever was pulled; `id` is that of the line on the card. */
export type Collected = { result: string; by: string; at: Temporal.Instant };

export type SuspectMark = { state: 'suspect' | 'ruled_out'; reason?: string | undefined; summary: string };

/** `seq` is that of the fact by which the role was taken; `zone` is the holder's, for hours that count double at night. */
export type RoleHeld = {
  personId: string;
  name: string;
  zone: string;
  since: Temporal.Instant;
  seq: number;
  offeredTo?: { personId: string; name: string } | undefined;
};

export type AlertSeen = {
  alertId: string;
  title: string;
  source: string;
  serviceId: string | undefined;
  firing: boolean;
  proposes?: Severity | undefined;
};

/** Somebody outside asked, and is owed an answer by `dueAt`; without it the clock does not run. The texts are kept by communicate. */
export type QuestionAsked = {
  id: string;
  /** The message by which it was asked, so that asking twice changes nothing. */
  messageId: string;
  seq: number;
  from: string;
  via: QuestionVia;
  askedAt: Temporal.Instant;
  dueAt?: Temporal.Instant | undefined;
  answeredAt?: Temporal.Instant | undefined;
  setAsideAt?: Temporal.Instant | undefined;
};

/** The approved end: at `until` the incident resolves and sends this, unless an alert fires or the proof fails. */
export type Watch = { until: Temporal.Instant; finalImpact: string; finalAction: string; approvedBy: Actor };

/** What a client's contract asks of us, in minutes. */
export type ContractTerms = {
  firstResponseMinutes: number | null;
  cadenceMinutes: Partial<Record<Severity, number>>;
  /** Whether the first response is counted from our detection or from their report. */
  clock: 'detection' | 'report';
  needsCall: boolean;
};

/** How one client's own clock stands. `contract` is as it was when the client became affected; without one, only a time named to it alone binds. */
export type ClientClock = {
  name: string;
  contract?: ContractTerms | undefined;
  startsAt: Temporal.Instant;
  /** The seq of the fact that began it. */
  seq: number;
  reportedAt?: Temporal.Instant | undefined;
  reportedSeq?: number | undefined;
  /** When a person first told it, by message or call. */
  toldAt?: Temporal.Instant | undefined;
  heardAt?: Temporal.Instant | undefined;
  calledAt?: Temporal.Instant | undefined;
  /** Only while it is due earlier than the update to everybody. */
  promised?: { seq: number; openedAt: Temporal.Instant; dueAt: Temporal.Instant } | undefined;
  kept?:
    | { seq: number; openedAt: Temporal.Instant; dueAt: Temporal.Instant; at: Temporal.Instant }
    | undefined;
  /** No longer affected: nothing more is owed to it. */
  left: boolean;
};

export type Incident = {
  id: string;
  number: number;
  /** What a client quotes on the telephone. */
  reference: string;
  /** The seq of its last fact; its version. */
  seq: number;
  policyVersion: number;
  drill: boolean;
  title: string;
  /** The zone in which "12:00 next working day" is meant: that of the first affected service. */
  zone: string;
  state: State;
  /** What the clocks run on: classified, else proposed by the rule, else P1. */
  severity: Severity;
  severityBy: 'default' | 'rule' | 'classification' | 'raise' | 'lowering';
  severitySince: Temporal.Instant;
  /** The seq of the fact that set the severity. */
  severitySeq: number;
  /** The highest severity held while the incident was real. */
  highestSeverity: Severity;
  classified: boolean;
  classifiedAt?: Temporal.Instant | undefined;
  answers?: SeverityAnswers | undefined;
  data: 'unasked' | 'safe' | 'checking' | 'affected';
  dataAskedAt?: Temporal.Instant | undefined;
  dataAskedSeq?: number | undefined;
  dataCheckedAt?: Temporal.Instant | undefined;
  usersAffected?: UsersAffected | undefined;
  noticed: Noticed;
  declaredBy: Actor;
  automatic: boolean;
  stormKey?: string | undefined;
  declaredSeq: number;
  impactStartedAt?: Temporal.Instant | undefined;
  /** Plus or minus so many minutes; unknown on incidents that were dated before it was asked. */
  impactUncertaintyMinutes?: number | undefined;
  detectedAt: Temporal.Instant;
  declaredAt: Temporal.Instant;
  acknowledgedAt?: Temporal.Instant | undefined;
  acknowledgedBy?: { personId: string; name: string } | undefined;
  confirmedAt?: Temporal.Instant | undefined;
  confirmedSeq?: number | undefined;
  evidence?: string | undefined;
  restoredAt?: Temporal.Instant | undefined;
  restoredSeq?: number | undefined;
  firstRestoredAt?: Temporal.Instant | undefined;
  resolvedAt?: Temporal.Instant | undefined;
  resolvedSeq?: number | undefined;
  closedAt?: Temporal.Instant | undefined;
  dismissedAt?: Temporal.Instant | undefined;
  dismissedSeq?: number | undefined;
  dismissal?: { reason: string; recoveredByItself: boolean } | undefined;
  reopenedAt?: Temporal.Instant | undefined;
  reopenedSeq?: number | undefined;
  mergedInto?: { id: string; number: number } | undefined;
  mergedAt?: Temporal.Instant | undefined;
  splitFrom?: { id: string; number: number } | undefined;
  /** The incidents that were merged into this one. */
  tookIn: string[];
  serviceIds: string[];
  /** Client impacts set by hand; everything else follows from the services. */
  clientImpacts: Record<string, ClientImpact>;
  lead?: RoleHeld | undefined;
  comms?: RoleHeld | undefined;
  hands: RoleHeld[];
  /** Roles that were handed on, the latest few, so that their promise is closed as kept. */
  handedOver: {
    seq: number;
    at: Temporal.Instant;
    since: Temporal.Instant;
    personId: string;
    zone: string;
  }[];
  staysAlone?: { reason: string; at: Temporal.Instant } | undefined;
  secondPersonAt?: Temporal.Instant | undefined;
  restricted: boolean;
  viewers: string[];
  firstMessage?: { at: Temporal.Instant; notNeeded?: string | undefined } | undefined;
  lastUpdate?: (UpdateSent & { at: Temporal.Instant; seq: number }) | undefined;
  /** The time that the last human update named, and not yet kept. */
  promisedUpdate?: { dueAt: Temporal.Instant; seq: number; openedAt: Temporal.Instant } | undefined;
  keptUpdate?:
    | { seq: number; at: Temporal.Instant; dueAt: Temporal.Instant; openedAt: Temporal.Instant }
    | undefined;
  updatesSent: number;
  toldClientIds: string[];
  /** By client, for those with a contract and those that were written to alone; absent on incidents from before there were contracts. */
  clientClocks?: Record<string, ClientClock> | undefined;
  cadenceStretch: number;
  worksAgainAt?: Temporal.Instant | undefined;
  isBackAt?: Temporal.Instant | undefined;
  standDownAt?: Temporal.Instant | undefined;
  finalMessageAt?: Temporal.Instant | undefined;
  correction?:
    | { seq: number; at: Temporal.Instant; what: string; sentAt?: Temporal.Instant | undefined }
    | undefined;
  whatChangedReviewedAt?: Temporal.Instant | undefined;
  category?: Category | undefined;
  suspects: Record<string, SuspectMark>;
  /** A person said that it is no change; a suspect that is marked later takes it back. */
  noChangeSuspected?: { reason: string; at: Temporal.Instant } | undefined;
  hypotheses?: Hypothesis[] | undefined;
  trigger?: Trigger | undefined;
  actions: Action[];
  /** Absent where none was started. */
  playbooks?: PlaybookRun[] | undefined;
  /** Evidence by the id of its line on the card. */
  collected?: Record<string, Collected> | undefined;
  proof?: Proof | undefined;
  /** By third party: what is switched on because it fails, in the words that clients read. */
  degraded?: Record<string, SwitchedFor & { since: Temporal.Instant }> | undefined;
  /** How users can do the task although it is not mended; clients are told. */
  workaround?: string | undefined;
  watch?: Watch | undefined;
  alerts: AlertSeen[];
  alertsMore: number;
  /** How many alerts beside those that are listed still fired when one last recovered; it may be fewer by now. */
  othersFiring?: number | undefined;
  quietSince?: Temporal.Instant | undefined;
  postmortem?:
    | {
        id: string;
        ownerId?: string | undefined;
        publishedAt?: Temporal.Instant | undefined;
        coveredBy?: { id: string; number: number; approvedBy: string } | undefined;
      }
    | undefined;
  lookedAt?: { at: Temporal.Instant; ownerId: string } | undefined;
  /** Open questions, and the latest that were dealt with. */
  questions?: QuestionAsked[] | undefined;
  decided?:
    | { at: Temporal.Instant; decision: 'fix' | 'accept' | 'close'; by?: string | undefined }
    | undefined;
};
