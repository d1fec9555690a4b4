/** The presets as data, and the times that follow from them. Sources are named; none of it is legal advice. Pure. */

export const PRESETS = ['gdpr_controller', 'gdpr_processor', 'nis2', 'dora'] as const;
export type Preset = (typeof PRESETS)[number];
export const KINDS = ['personal_data', 'network_or_service', 'financial_service'] as const;
export type Kind = (typeof KINDS)[number];

/** Months count by the calendar of UTC. */
type Span = { hours?: number; months?: number };
/**
 * `after`: the step on which the clock starts, when it was done; before that, when it is due. Without it, awareness.
 * `notAfter`: whatever that says, at the latest so long after awareness.
 */
export type Step = {
  step: string;
  name: string;
  what: string;
  /** Where the time is written; ours where the law names none. */
  source: string;
  within: Span;
  after?: string;
  notAfter?: Span;
  /** A decision is no notification: it says whether the others are owed. */
  decision?: true;
};
export type PresetRule = {
  preset: Preset;
  name: string;
  kind: Kind;
  /** `client`: owed once for each client whose data it is. */
  per: 'organisation' | 'client';
  about: string;
  steps: Step[];
};

export const NO_ADVICE = 'Reminders, not legal advice: ask somebody who knows the law that applies to you.';

export const RULES: Record<Preset, PresetRule> = {
  gdpr_controller: {
    preset: 'gdpr_controller',
    name: 'GDPR, as controller',
    kind: 'personal_data',
    per: 'organisation',
    about: 'Personal data that is ours to answer for.',
    steps: [
      {
        step: 'decide',
        name: 'Decide whether it must be notified',
        what: 'Is a risk to the rights and freedoms of people unlikely? Then not; write down why.',
        source: 'GDPR Art. 33(1) and 33(5); the time is ours',
        within: { hours: 24 },
        decision: true,
      },
      {
        step: 'authority',
        name: 'Notify the supervisory authority',
        what: 'Nature, numbers, contact, consequences, measures; in phases where not all is known.',
        source: 'GDPR Art. 33(1): not later than 72 hours after having become aware',
        within: { hours: 72 },
      },
    ],
  },
  gdpr_processor: {
    preset: 'gdpr_processor',
    name: 'GDPR, as processor',
    kind: 'personal_data',
    per: 'client',
    about: "Personal data of a client's, which we process for them.",
    steps: [
      {
        step: 'decide',
        name: "Decide whether the client's data is concerned",
        what: 'A processor tells of every breach; the risk is for the controller to judge.',
        source: 'GDPR Art. 33(2); the time is ours',
        within: { hours: 12 },
        decision: true,
      },
      {
        step: 'client',
        name: 'Tell the client whose data it is',
        what: 'What happened, to whose data, what we do; they have 72 hours from then on.',
        source: 'GDPR Art. 33(2): without undue delay; 24 hours are ours, a contract may say less',
        within: { hours: 24 },
      },
    ],
  },
  nis2: {
    preset: 'nis2',
    name: 'NIS2',
    kind: 'network_or_service',
    per: 'organisation',
    about: 'A significant incident of an essential or important entity.',
    steps: [
      {
        step: 'decide',
        name: 'Decide whether the incident is significant',
        what: 'Severe disruption or loss, or considerable damage to others, also where it is only possible.',
        source: 'NIS2 Art. 23(3); the time is ours',
        within: { hours: 12 },
        decision: true,
      },
      {
        step: 'early_warning',
        name: 'Early warning to the CSIRT or authority',
        what: 'Whether it may be unlawful or malicious, and whether it may reach across borders.',
        source: 'NIS2 Art. 23(4)(a): within 24 hours of becoming aware',
        within: { hours: 24 },
      },
      {
        step: 'notification',
        name: 'Incident notification',
        what: 'First assessment: severity, impact, indicators of compromise.',
        source: 'NIS2 Art. 23(4)(b): within 72 hours of becoming aware',
        within: { hours: 72 },
      },
      {
        step: 'final',
        name: 'Final report',
        what: 'What happened, its cause, what was done; a progress report where it still goes on.',
        source: 'NIS2 Art. 23(4)(d): one month after the incident notification',
        within: { months: 1 },
        after: 'notification',
      },
    ],
  },
  dora: {
    preset: 'dora',
    name: 'DORA',
    kind: 'financial_service',
    per: 'organisation',
    about: 'A major ICT-related incident of a financial entity.',
    steps: [
      {
        step: 'decide',
        name: 'Classify: is it a major incident?',
        what: 'By the criteria of Delegated Regulation (EU) 2024/1772.',
        source: 'DORA Art. 18; 20 hours leave four of the 24 for the notification',
        within: { hours: 20 },
        decision: true,
      },
      {
        step: 'initial',
        name: 'Initial notification to the competent authority',
        what: 'Within four hours of classifying it as major, at the latest 24 hours after becoming aware.',
        source: 'Delegated Regulation (EU) 2025/301 Art. 5(1)(a) and 5(2)',
        within: { hours: 4 },
        after: 'decide',
        notAfter: { hours: 24 },
      },
      {
        step: 'intermediate',
        name: 'Intermediate report',
        what: 'Also where nothing has changed; again as soon as regular activities have been recovered.',
        source: 'Delegated Regulation (EU) 2025/301 Art. 5(1)(b): 72 hours after the initial notification',
        within: { hours: 72 },
        after: 'initial',
      },
      {
        step: 'final',
        name: 'Final report',
        what: 'Root causes, resolution, costs.',
        source:
          'Delegated Regulation (EU) 2025/301 Art. 5(1)(c): one month after the latest intermediate report',
        within: { months: 1 },
        after: 'intermediate',
      },
    ],
  },
};

/** What was done of each step, by its name: a decision when it was made, a notification when it was made. */
export type Done = ReadonlyMap<string, Temporal.Instant>;

/** @returns when a step is due, from what has been done and otherwise from what is due before it */
export function dueAt(
  rule: PresetRule,
  step: string,
  awareAt: Temporal.Instant,
  done: Done,
): Temporal.Instant {
  const it = rule.steps.find((each) => each.step === step);
  if (!it) throw new Error(`The preset ${rule.preset} has no step "${step}".`);
  const start = it.after ? (done.get(it.after) ?? dueAt(rule, it.after, awareAt, done)) : awareAt;
  const due = later(start, it.within);
  if (!it.notAfter) return due;
  const latest = later(awareAt, it.notAfter);
  // What only became clear after that time runs from then.
  const late = Temporal.Instant.compare(start, latest) > 0;
  return late || Temporal.Instant.compare(due, latest) <= 0 ? due : latest;
}

function later(at: Temporal.Instant, { hours = 0, months = 0 }: Span): Temporal.Instant {
  return at.toZonedDateTimeISO('UTC').add({ months }).toInstant().add({ hours });
}

/** What was chosen, by an administrator. */
export type Choice = { preset: Preset; clientId: string | null };
export type Concern = { kinds: readonly Kind[]; clientIds: readonly string[] };

/** @returns every duty that follows: per preset and client, each once, in the order of the presets */
export function dutiesOf(
  choices: readonly Choice[],
  concern: Concern,
): { preset: Preset; clientId: string | null }[] {
  const list = PRESETS.flatMap((preset) => {
    const { kind, per } = RULES[preset];
    if (!concern.kinds.includes(kind)) return [];
    return choices
      .filter((choice) => choice.preset === preset)
      .flatMap(({ clientId }): (string | null)[] => {
        if (clientId !== null) return concern.clientIds.includes(clientId) ? [clientId] : [];
        return per === 'client' ? [...concern.clientIds] : [null];
      })
      .map((clientId) => ({ preset, clientId }));
  });
  return [...new Map(list.map((each) => [`${each.preset} ${each.clientId}`, each])).values()];
}
