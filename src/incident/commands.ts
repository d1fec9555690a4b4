/** What may be asked of an incident, in the imperative. Every command may carry `happenedAt`; without it, it happens now. */
import type { FactBody, PersonRef, PostmortemText, PromiseStep } from './facts.ts';
import type {
  AlertSeen,
  Answer,
  Category,
  ClientImpact,
  LeverRun,
  LeverState,
  Noticed,
  PlaybookStep,
  Proof,
  QuestionVia,
  RoleName,
  Severity,
  SeverityAnswers,
  SwitchedFor,
  Trigger,
  UpdateSent,
  UsersAffected,
} from './types.ts';

export type { Answer };

export type Declare = {
  type: 'declare';
  title: string;
  number: number;
  reference: string;
  /** What the declaring rule proposes; without it P1 runs the clocks until somebody classifies. */
  proposedSeverity?: Severity | undefined;
  rule?: string | undefined;
  noticed: Noticed;
  /** A reporter's time is the time of detection. */
  detectedAt?: Temporal.Instant | undefined;
  serviceIds: string[];
  automatic?: boolean | undefined;
  stormKey?: string | undefined;
  restricted?: boolean | undefined;
  viewers?: string[] | undefined;
  drill?: boolean | undefined;
  alerts?: AlertSeen[] | undefined;
  policyVersion: number;
  zone?: string | undefined;
  splitFrom?: { id: string; number: number } | undefined;
};

export type Command =
  | Declare
  | { type: 'join_alerts'; alerts: AlertSeen[] }
  /** `stillFiring`: how many alerts of this incident fire on. */
  | { type: 'recover_alerts'; alerts: { alertId: string; title: string }[]; stillFiring: number }
  | {
      type: 'acknowledge';
      by: PersonRef;
      zone?: string | undefined;
      via: string;
      noComputer?: boolean | undefined;
    }
  | { type: 'acknowledge_upstream'; source: string }
  | { type: 'record_page'; fact: Extract<FactBody, { kind: 'paged' | 'page_unanswered' | 'page_declined' }> }
  | { type: 'confirm'; evidence: string; by?: PersonRef | undefined }
  | {
      type: 'classify';
      answers: SeverityAnswers;
      usersAffected?: UsersAffected | undefined;
      reason?: string | undefined;
    }
  | { type: 'raise'; to: Severity; reason: string }
  | { type: 'lower'; to: Severity; reason: string }
  | { type: 'check_data'; result: 'safe' | 'affected'; note: string }
  | { type: 'dismiss'; reason: string }
  | {
      type: 'take_role';
      role: RoleName;
      who: PersonRef;
      zone?: string | undefined;
      how: 'taken' | 'given' | 'second_person' | 'relieved';
    }
  | { type: 'offer_role'; role: RoleName; to: PersonRef }
  | { type: 'leave_role'; role: RoleName; who: PersonRef }
  | { type: 'stay_alone'; reason: string }
  | { type: 'skip_first_message'; reason: string }
  | { type: 'send_update'; update: UpdateSent }
  | {
      type: 'skip_message';
      what: 'works_again' | 'is_back' | 'stand_down' | 'correction' | 'final';
      reason: string;
    }
  | { type: 'owe_correction'; what: string }
  | { type: 'stretch_cadence'; factor: number; reason: string }
  | { type: 'retitle'; title: string }
  | { type: 'date_impact'; impactStartedAt: Temporal.Instant; uncertaintyMinutes?: number | undefined }
  | { type: 'change_services'; serviceIds: string[] }
  | { type: 'set_client_impact'; clientId: string; impact: ClientImpact }
  /** A client told us of it; the time is `happenedAt`. */
  | { type: 'record_client_report'; clientId: string; clientName: string }
  | ({ type: 'log_call' } & Omit<Extract<FactBody, { kind: 'client_called' }>, 'kind'>)
  | { type: 'add_note'; text: string; parked?: boolean | undefined }
  | { type: 'suspect_change'; changeId: string; summary: string }
  | { type: 'suspect_none'; reason: string }
  | { type: 'rule_out_change'; changeId: string; summary: string; reason: string }
  | { type: 'review_what_changed'; note: string }
  | { type: 'name_trigger'; trigger: Trigger }
  | {
      type: 'open_hypothesis';
      id: string;
      what: string;
      owner: { personId?: string | undefined; name: string };
      timeBoxMinutes?: number | undefined;
      changeId?: string | undefined;
    }
  | { type: 'add_evidence'; hypothesisId: string; side: 'supports' | 'contradicts'; text: string }
  /** So many minutes from now. */
  | { type: 'extend_hypothesis'; hypothesisId: string; minutes: number }
  | { type: 'end_hypothesis'; hypothesisId: string; outcome: 'confirmed' | 'ruled_out'; because: string }
  | { type: 'choose_category'; category: Category }
  | {
      type: 'start_action';
      id: string;
      what: string;
      owner: { personId?: string | undefined; name: string };
      timeBoxMinutes?: number | undefined;
      temporary?: boolean | undefined;
      changeId?: string | undefined;
    }
  /** `run` begins as asked. Two people who pull the same lever at once pull it once. */
  | {
      type: 'pull_lever';
      id: string;
      what: string;
      owner: { personId?: string | undefined; name: string };
      timeBoxMinutes?: number | undefined;
      temporary: boolean;
      changeId?: string | undefined;
      run: Omit<LeverRun, 'state'>;
    }
  | {
      type: 'note_lever';
      runId: string;
      state: Exclude<LeverState, 'asked'>;
      words: string;
      link?: string | undefined;
    }
  | { type: 'try_lever'; lever: string; effect: string; sent: boolean; words: string }
  | { type: 'switch_degradation'; on: boolean; what: SwitchedFor }
  | { type: 'end_action'; actionId: string; outcome: 'worked' | 'did_not_work' | 'stopped'; note: string }
  | { type: 'settle_fix'; actionId: string; settled: { owner: PersonRef; by: string } | { gone: true } }
  | {
      type: 'start_playbook';
      runId: string;
      playbookId: string;
      version: number;
      title: string;
      steps: Pick<PlaybookStep, 'id' | 'number' | 'what' | 'role' | 'minutes'>[];
      values: { name: string; value: string }[];
    }
  | { type: 'stop_playbook'; runId: string; reason: string }
  | { type: 'take_step'; runId: string; stepId: string; who: PersonRef }
  | { type: 'tick_step'; runId: string; stepId: string; result: string }
  | { type: 'untick_step'; runId: string; stepId: string }
  | { type: 'skip_step'; runId: string; stepId: string; reason: string }
  | { type: 'note_step'; runId: string; stepId: string; text: string }
  | { type: 'collect_evidence'; evidenceId: string; what: string; result: string }
  | {
      type: 'restore';
      proof: Proof;
      workaround?: string | undefined;
      /** "Watch for me": at the end of the watch period resolve and send this. */
      watch?: { finalImpact: string; finalAction: string } | undefined;
    }
  | { type: 'approve_watch'; finalImpact: string; finalAction: string }
  | { type: 'break_watch'; why: string }
  | { type: 'resolve'; note: string }
  | { type: 'reopen'; reason: string }
  | { type: 'merge'; into: { id: string; number: number } }
  | ({ type: 'take_in' } & Omit<Extract<FactBody, { kind: 'merged_in' }>, 'kind'>)
  | {
      type: 'split';
      to: { id: string; number: number; title: string };
      serviceIds: string[];
      alertIds: string[];
    }
  | { type: 'restrict'; viewers: string[] }
  | { type: 'change_viewers'; viewers: string[] }
  /** `clocked`: we owe an answer by the clock, as to every client; a stranger's question only waits. */
  | {
      type: 'ask';
      questionId: string;
      messageId: string;
      from: string;
      via: QuestionVia;
      clocked: boolean;
      /** Promised already, by an incident that is merged into this one. */
      promisedAt?: Temporal.Instant | undefined;
    }
  | { type: 'answer'; questionId: string }
  | { type: 'set_question_aside'; questionId: string; reason: string }
  | { type: 'look_at'; owner: PersonRef }
  | { type: 'decide_fate'; decision: 'fix' | 'accept' | 'close'; by?: string | undefined; note: string }
  | { type: 'open_postmortem'; postmortemId: string; owner?: PersonRef | undefined }
  | { type: 'choose_postmortem_owner'; owner: PersonRef }
  | { type: 'publish_postmortem'; postmortemId: string }
  | {
      type: 'cover_postmortem';
      by: { id: string; number: number };
      approvedBy: string;
      reason?: string | undefined;
    }
  | { type: 'uncover_postmortem'; reason: string }
  | ({ type: 'publish_postmortem_text' } & PostmortemText)
  | { type: 'withdraw_postmortem_text'; audience: PostmortemText['audience']; to: string; reason: string }
  | { type: 'close'; note: string }
  /** Time has passed. `steps` are the ladder steps of this incident's promises that are due, found by execute. */
  | { type: 'wake'; steps: DueStep[] };

/** A step that has come due; `missed` when the promise itself was due and is still open. */
export type DueStep = PromiseStep & {
  do: 'remind' | 'page' | 'escalate' | 'none';
  promiseId: number;
  missed: boolean;
};

export type CommandType = Command['type'];
