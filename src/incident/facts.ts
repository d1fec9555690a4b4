/** What can have happened to an incident. Facts are in the past tense and never change; corrections are new facts. */
import type {
  Action,
  Actor,
  AlertSeen,
  Category,
  ClientClock,
  ClientImpact,
  ContractTerms,
  Hypothesis,
  LeverState,
  Noticed,
  PlaybookRun,
  Proof,
  QuestionVia,
  RoleName,
  Severity,
  SeverityAnswers,
  SwitchedFor,
  Trigger,
  UpdateSent,
  UsersAffected,
  Watch,
} from './types.ts';

export type PersonRef = { personId: string; name: string };

/** What was learned, in words for people outside. `to` says in words who reads it. */
export type PostmortemText = {
  audience: 'clients' | 'public' | `client:${string}`;
  /** The clients whose pages show it; empty for the public page. */
  clientIds: string[];
  to: string;
  text: string;
  /** It takes the place of a text that was published before. */
  corrected: boolean;
};

/** Names a place on a ladder, never a person; oncall finds out who stands there. */
export type Rung =
  | 'owner'
  | 'lead'
  | 'comms'
  | 'hands'
  | 'primary'
  | 'backup'
  | 'manager'
  | 'second_team'
  | 'next_level'
  | 'service_owner'
  | 'everyone';

/** One step of a promise's ladder that has fired. */
export type PromiseStep = {
  promise: string;
  /** Whom it is owed to alone, if so. */
  clientName?: string | undefined;
  cycle: number;
  step: number;
  who: Rung;
  ownerId?: string | undefined;
  dueAt: Temporal.Instant;
  /** True for promises that never wake anybody. */
  learning: boolean;
  /** Steps before this one whose time had passed as well; they are recorded, not fired. */
  skipped: number[];
};

/** A step of a playbook, as the timeline names it. */
export type StepRef = { runId: string; stepId: string; number: number; what: string };

export type FactBody =
  | {
      kind: 'declared';
      title: string;
      number: number;
      reference: string;
      severity: Severity;
      severityBy: 'default' | 'rule';
      rule?: string | undefined;
      noticed: Noticed;
      serviceIds: string[];
      automatic: boolean;
      stormKey?: string | undefined;
      restricted: boolean;
      viewers: string[];
      drill: boolean;
      policyVersion: number;
      zone: string;
      detectedAt: Temporal.Instant;
      splitFrom?: { id: string; number: number } | undefined;
    }
  | { kind: 'alert_joined'; alert: AlertSeen }
  | { kind: 'more_alerts_joined'; count: number }
  /** `allQuiet`: no alert of this incident fires any more; else `othersFiring` tells how many that it does not list still do. */
  | {
      kind: 'alert_recovered';
      alertId: string;
      title: string;
      more: number;
      allQuiet: boolean;
      othersFiring?: number;
    }
  | { kind: 'alert_fired_again'; alertId: string; title: string }
  | { kind: 'acknowledged'; by: PersonRef; via: string; noComputer: boolean }
  | { kind: 'acknowledged_upstream'; source: string }
  | { kind: 'paged'; who: PersonRef; level: string; reason: string; channel: string }
  | { kind: 'page_unanswered'; who: PersonRef; level: string }
  | { kind: 'page_declined'; who: PersonRef; level: string }
  | { kind: 'confirmed'; evidence: string }
  | {
      kind: 'classified';
      answers: SeverityAnswers;
      severity: Severity;
      from: Severity;
      usersAffected?: UsersAffected | undefined;
      updateDueAt?: Temporal.Instant | undefined;
    }
  /** `updateDueAt`: the promised next update, moved earlier by the higher cadence. */
  | {
      kind: 'severity_raised';
      from: Severity;
      to: Severity;
      reason: string;
      updateDueAt?: Temporal.Instant | undefined;
    }
  | { kind: 'severity_lowered'; from: Severity; to: Severity; reason: string }
  | { kind: 'data_checked'; result: 'safe' | 'affected'; note: string }
  | { kind: 'dismissed'; reason: string; recoveredByItself: boolean }
  | {
      kind: 'role_taken';
      role: RoleName;
      who: PersonRef;
      zone: string;
      how: 'taken' | 'given' | 'first_acknowledger' | 'second_person' | 'relieved';
    }
  | { kind: 'role_offered'; role: RoleName; to: PersonRef }
  | { kind: 'role_left'; role: RoleName; who: PersonRef }
  | { kind: 'stayed_alone'; reason: string }
  | { kind: 'first_message_not_needed'; reason: string }
  /** `onlyClientId`: it went to this client and nobody else, and keeps no promise but that client's. */
  | { kind: 'update_sent'; update: UpdateSent; onlyClientId?: string | undefined }
  | {
      kind: 'message_not_owed';
      what: 'works_again' | 'is_back' | 'stand_down' | 'correction' | 'final';
      reason: string;
    }
  | { kind: 'correction_owed'; what: string }
  | { kind: 'cadence_stretched'; factor: number; reason: string }
  | { kind: 'retitled'; from: string; to: string }
  | { kind: 'impact_dated'; impactStartedAt: Temporal.Instant; uncertaintyMinutes?: number | undefined }
  | { kind: 'services_changed'; serviceIds: string[]; added: string[]; removed: string[] }
  | { kind: 'client_impact_set'; clientId: string; impact: ClientImpact }
  /** Contracts of clients that came to be affected, frozen; `since` is when their clocks begin. */
  | {
      kind: 'contracts_noted';
      clients: {
        clientId: string;
        clientName: string;
        contract?: ContractTerms | undefined;
        since: Temporal.Instant;
      }[];
      leftClientIds: string[];
    }
  | { kind: 'client_reported'; clientId: string; clientName: string }
  | {
      kind: 'client_called';
      callId: string;
      clientId: string;
      clientName: string;
      contactId?: string | undefined;
      contactName: string;
      phone?: string | undefined;
      reached: boolean;
      said: string;
    }
  | { kind: 'note_added'; text: string; parked: boolean }
  | { kind: 'change_suspected'; changeId: string; summary: string }
  | { kind: 'no_change_suspected'; reason: string }
  | { kind: 'trigger_named'; trigger: Trigger }
  | { kind: 'hypothesis_opened'; hypothesis: Hypothesis }
  | {
      kind: 'evidence_added';
      hypothesisId: string;
      what: string;
      side: 'supports' | 'contradicts';
      text: string;
    }
  | { kind: 'hypothesis_extended'; hypothesisId: string; what: string; dueAt: Temporal.Instant }
  /** Time is up for one idea; said in the room, nobody is paged. */
  | { kind: 'time_box_ended'; hypothesisId: string; what: string; ownerName: string }
  | {
      kind: 'hypothesis_ended';
      hypothesisId: string;
      what: string;
      outcome: 'confirmed' | 'ruled_out';
      because: string;
    }
  | { kind: 'change_ruled_out'; changeId: string; summary: string; reason: string }
  | { kind: 'what_changed_reviewed'; note: string }
  | { kind: 'category_chosen'; category: Category }
  | { kind: 'action_started'; action: Action }
  | {
      kind: 'action_ended';
      actionId: string;
      what: string;
      outcome: 'worked' | 'did_not_work' | 'stopped';
      note: string;
    }
  /** What a lever's target says, or that it says nothing. `words` are its own, cut. */
  | {
      kind: 'lever_answered';
      actionId: string;
      runId: string;
      what: string;
      lever: string;
      state: Exclude<LeverState, 'asked'>;
      words: string;
      link?: string | undefined;
    }
  /** A dry run; nothing was changed by it. `sent`: the target itself was asked. */
  | { kind: 'lever_tried'; lever: string; effect: string; sent: boolean; words: string }
  | { kind: 'degradation_switched'; on: boolean; what: SwitchedFor }
  | { kind: 'fix_settled'; actionId: string; what: string; settled: NonNullable<Action['settled']> }
  /** `values`: what was filled in, by the name of the variable. */
  | { kind: 'playbook_started'; run: PlaybookRun; values: { name: string; value: string }[] }
  | { kind: 'playbook_stopped'; runId: string; title: string; reason: string }
  | ({ kind: 'step_taken'; who: PersonRef } & StepRef)
  | ({ kind: 'step_ticked'; result?: string | undefined } & StepRef)
  | ({ kind: 'step_unticked' } & StepRef)
  | ({ kind: 'step_skipped'; reason: string } & StepRef)
  | ({ kind: 'step_noted'; text: string } & StepRef)
  /** Its time box is over. Nobody is paged: the room shows it. */
  | ({ kind: 'step_overran'; minutes: number } & StepRef)
  | { kind: 'evidence_collected'; evidenceId: string; what: string; result: string }
  | { kind: 'restored'; proof: Proof; workaround?: string | undefined }
  | { kind: 'watch_approved'; watch: Watch }
  | { kind: 'watch_broken'; why: string }
  | { kind: 'resolved'; how: 'watch' | 'person'; note: string }
  | { kind: 'reopened'; reason: string; byAlert: boolean }
  | { kind: 'merged'; into: { id: string; number: number } }
  | {
      kind: 'merged_in';
      from: { id: string; number: number; title: string };
      serviceIds: string[];
      alerts: AlertSeen[];
      /** What its clients were promised and told; a merge must not break it silently. */
      promisedAt?: Temporal.Instant | undefined;
      firstMessageAt?: Temporal.Instant | undefined;
      toldClientIds: string[];
      clientClocks?: Record<string, ClientClock> | undefined;
    }
  | {
      kind: 'split_off';
      to: { id: string; number: number; title: string };
      serviceIds: string[];
      alertIds: string[];
    }
  | { kind: 'restricted'; viewers: string[] }
  | { kind: 'viewers_changed'; viewers: string[] }
  | ({ kind: 'reminded' } & PromiseStep)
  | ({ kind: 'escalated' } & PromiseStep)
  | {
      kind: 'promise_missed';
      promise: string;
      clientName?: string | undefined;
      cycle: number;
      dueAt: Temporal.Instant;
      ownerId?: string | undefined;
    }
  /** `from` names who asked as the room may read it; the text itself stays in the inbox. */
  | {
      kind: 'asked';
      questionId: string;
      messageId: string;
      from: string;
      via: QuestionVia;
      dueAt?: Temporal.Instant | undefined;
    }
  | { kind: 'answered'; questionId: string; from: string }
  | { kind: 'question_set_aside'; questionId: string; from: string; reason: string }
  | { kind: 'looked_at'; owner: PersonRef }
  | { kind: 'decided'; decision: 'fix' | 'accept' | 'close'; by?: string | undefined; note: string }
  | { kind: 'postmortem_opened'; postmortemId: string; owner?: PersonRef | undefined }
  | { kind: 'postmortem_owner_chosen'; owner: PersonRef }
  | { kind: 'postmortem_published'; postmortemId: string }
  | {
      kind: 'postmortem_covered';
      by: { id: string; number: number };
      approvedBy: string;
      reason?: string | undefined;
    }
  | { kind: 'postmortem_uncovered'; reason: string }
  | ({ kind: 'postmortem_text_published' } & PostmortemText)
  | { kind: 'postmortem_text_withdrawn'; audience: PostmortemText['audience']; to: string; reason: string }
  | { kind: 'closed'; note: string };

/** A fact as it stands in the timeline: when it happened, when it was recorded, who or what did it, and where that is known from. */
export type Fact = FactBody & {
  seq: number;
  happenedAt: Temporal.Instant;
  recordedAt: Temporal.Instant;
  actor: Actor;
  source: string;
};
export type FactKind = FactBody['kind'];
export type FactOf<Kind extends FactKind> = Extract<Fact, { kind: Kind }>;
