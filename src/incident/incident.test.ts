/** The rules of the process as the pure decider keeps them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Refused } from '#platform/errors.ts';
import { parsePolicy } from '#promise/policy.ts';
import type { Command, Declare } from './commands.ts';
import { decide } from './decide.ts';
import { alertsJoinQuietly } from './decide-detection.ts';
import { evolve } from './evolve.ts';
import type { Fact } from './facts.ts';
import { nextStep } from './next-step.ts';
import { owed } from './owed.ts';
import type { Actor, Incident, UpdateSent } from './types.ts';

const policy = parsePolicy(readFileSync(new URL('../../policy/default.yaml', import.meta.url), 'utf8'), 1);
const START = Temporal.Instant.from('2026-11-25T02:04:00Z');
const ANA = { personId: 'ana', name: 'Ana' };
const BO = { personId: 'bo', name: 'Bo' };
const anaActs: Actor = { kind: 'person', ...ANA };
const boActs: Actor = { kind: 'person', ...BO };
const answers = {
  dataAtRisk: 'no',
  mainTaskImpossible: 'yes',
  mainTaskMuchWorse: 'yes',
  redundancyGone: 'no',
} as const;
const p2 = {
  dataAtRisk: 'no',
  mainTaskImpossible: 'no',
  mainTaskMuchWorse: 'yes',
  workaround: 'yes',
  redundancyGone: 'no',
} as const;
const proof = { check: 'test payment', shows: 'three of three succeed', since: START };

/** An incident that is told commands at minutes after its detection. */
function told(overrides: Partial<Declare> = {}) {
  let incident: Incident | undefined;
  const facts: Fact[] = [];
  const at = (minutes: number): Temporal.Instant => START.add({ seconds: Math.round(minutes * 60) });
  const tell = (minutes: number, command: Command, actor: Actor = anaActs): Fact['kind'][] => {
    const now = at(minutes);
    const bodies = decide(incident, command, { now, actor, policy });
    for (const body of bodies) {
      const fact = {
        ...body,
        seq: (incident?.seq ?? 0) + 1,
        happenedAt: now,
        recordedAt: now,
        actor,
        source: 'test',
      } as Fact;
      incident = evolve(incident, fact, 'inc_1');
      facts.push(fact);
    }
    return bodies.map((body) => body.kind);
  };
  tell(0, {
    type: 'declare',
    title: 'Card payments fail',
    number: 142,
    reference: 'AAAA-BBBB',
    noticed: { by: 'monitoring' },
    serviceIds: ['svc'],
    policyVersion: 1,
    ...overrides,
  });
  const now = (): Incident => {
    assert.ok(incident);
    return incident;
  };
  return {
    tell,
    at,
    facts,
    get incident() {
      return now();
    },
    owes: (kind: string) => owed(now(), policy).filter((each) => each.kind === kind),
    due: (kind: string) => {
      const open = owed(now(), policy).find((each) => each.kind === kind && each.state === 'open');
      return open && (open.dueAt.epochMilliseconds - START.epochMilliseconds) / 60_000;
    },
    next: (minutes: number) =>
      nextStep(
        now(),
        owed(now(), policy)
          .filter((each) => each.state === 'open')
          .map((each) => ({ ...each, soonFrom: each.openedAt })),
        at(minutes),
        policy,
      ),
    refuses: (minutes: number, command: Command, words: RegExp, actor: Actor = anaActs) =>
      assert.throws(
        () => tell(minutes, command, actor),
        (error: unknown) => error instanceof Refused && words.test(`${error.message} ${error.mend ?? ''}`),
      ),
  };
}

const update = (nextAt: Temporal.Instant | undefined, more: Partial<UpdateSent> = {}): Command => ({
  type: 'send_update',
  update: {
    updateId: 'upd',
    kind: 'next',
    status: 'looking',
    impact: 'Nobody can pay by card.',
    action: 'We are looking.',
    nextAt,
    nothingNew: false,
    automatic: false,
    clientIds: ['northwind'],
    internal: true,
    publicPage: true,
    ...more,
  },
});

test('until somebody classifies, an incident without a proposal runs as P1', () => {
  const it = told();
  assert.equal(it.incident.severity, 'P1');
  assert.equal(it.due('first_message'), 10);
});

test('what the declaring rule proposes runs the clocks until it is classified', () => {
  const it = told({ proposedSeverity: 'P3', rule: 'disk' });
  assert.equal(it.incident.severity, 'P3');
  assert.equal(it.due('first_message'), undefined);
  assert.equal(it.owes('looked_at').length, 1);
});

test('the first acknowledger takes lead and comms, the second person hands', () => {
  const it = told({ automatic: true });
  it.tell(1, { type: 'acknowledge', by: ANA, via: 'push' });
  it.tell(3, { type: 'acknowledge', by: BO, via: 'push' }, boActs);
  assert.equal(it.incident.lead?.personId, 'ana');
  assert.equal(it.incident.comms?.personId, 'ana');
  assert.deepEqual(
    it.incident.hands.map((each) => each.personId),
    ['bo'],
  );
});

test('somebody without a computer has it, and the next one leads', () => {
  const it = told({ automatic: true });
  it.tell(1, { type: 'acknowledge', by: ANA, via: 'push', noComputer: true });
  assert.equal(it.incident.lead?.personId, undefined);
  it.tell(3, { type: 'acknowledge', by: BO, via: 'push' }, boActs);
  assert.equal(it.incident.lead?.personId, 'bo');
});

test('an upstream acknowledgement is recorded and stops nothing', () => {
  const it = told({ automatic: true });
  it.tell(1, { type: 'acknowledge_upstream', source: 'PagerDuty events' });
  assert.equal(it.incident.acknowledgedAt, undefined);
  assert.equal(it.due('first_message'), 10);
});

test('confirming and classifying are due five minutes after the acknowledgement, at the latest eight after detection', () => {
  const it = told({ automatic: true });
  it.tell(1, { type: 'acknowledge', by: ANA, via: 'push' });
  assert.equal(it.due('confirm_and_classify'), 6);
  const late = told({ automatic: true });
  late.tell(7, { type: 'acknowledge', by: ANA, via: 'push' });
  assert.equal(late.due('confirm_and_classify'), 8);
});

test('a P1 confirmed owes a second person, a look at what changed, and progress', () => {
  const it = told();
  it.tell(4, { type: 'confirm', evidence: 'failed payments' });
  it.tell(4, { type: 'classify', answers });
  assert.equal(it.due('second_person_in'), 14);
  assert.equal(it.due('what_changed_reviewed'), 30);
  assert.equal(it.due('progress'), 30);
  assert.equal(it.due('progress_second_team'), 45);
});

test('staying alone with a reason waives the second person', () => {
  const it = told();
  it.tell(4, { type: 'confirm', evidence: 'seen' });
  it.tell(5, { type: 'stay_alone', reason: 'one command fixes it' });
  assert.equal(it.owes('second_person_in')[0]?.state, 'waived');
});

test('not knowing about data raises the result by one level and owes the answer in fifteen minutes', () => {
  const it = told();
  it.tell(2, { type: 'confirm', evidence: 'seen' });
  it.tell(2, { type: 'classify', answers: { ...p2, dataAtRisk: 'dont_know' } });
  assert.equal(it.incident.severity, 'P1');
  assert.equal(it.incident.data, 'checking');
  assert.equal(it.due('data_checked'), 17);
});

test('data still unknown at thirty minutes makes it a P1', () => {
  const it = told();
  it.tell(2, { type: 'confirm', evidence: 'seen' });
  it.tell(2, { type: 'classify', answers: { ...p2, mainTaskMuchWorse: 'no', dataAtRisk: 'dont_know' } });
  assert.equal(it.incident.severity, 'P2');
  assert.deepEqual(it.tell(31, { type: 'wake', steps: [] }), []);
  assert.deepEqual(it.tell(32, { type: 'wake', steps: [] }), ['severity_raised']);
  assert.equal(it.incident.severity, 'P1');
});

test('anyone raises the severity; only the lead lowers it, with a reason', () => {
  const it = told();
  it.tell(1, { type: 'confirm', evidence: 'seen' });
  it.tell(1, { type: 'classify', answers: p2 });
  it.tell(2, { type: 'raise', to: 'P1', reason: 'nobody can pay' }, boActs);
  it.refuses(3, { type: 'lower', to: 'P2', reason: 'it is fine' }, /only the lead/i, boActs);
  it.refuses(3, { type: 'lower', to: 'P2', reason: ' ' }, /reason/i);
  it.tell(3, { type: 'lower', to: 'P2', reason: 'the old page works' });
  assert.equal(it.incident.severity, 'P2');
});

test('raising P2 to P1 moves the next update to the earlier of its time and the raise plus the new cadence', () => {
  const it = told();
  it.tell(1, { type: 'confirm', evidence: 'seen' });
  it.tell(1, { type: 'classify', answers: p2 });
  it.tell(5, update(it.at(65), { kind: 'first' }));
  assert.equal(it.due('next_update'), 65);
  it.tell(10, { type: 'raise', to: 'P1', reason: 'worse' });
  assert.equal(it.due('next_update'), 40);
});

test('lowering leaves the promised time where it is', () => {
  const it = told();
  it.tell(1, { type: 'confirm', evidence: 'seen' });
  it.tell(5, update(it.at(30), { kind: 'first' }));
  it.tell(6, { type: 'lower', to: 'P2', reason: 'workaround' });
  assert.equal(it.due('next_update'), 30);
});

test('an update without the time of the next one cannot be sent, except the last', () => {
  const it = told();
  it.refuses(3, update(undefined, { kind: 'first' }), /does not name the time/);
  it.refuses(3, update(it.at(2), { kind: 'first' }), /has passed/);
  it.refuses(3, update(it.at(90), { kind: 'first' }), /at least every 30 minutes/);
  assert.deepEqual(it.tell(3, update(it.at(33), { kind: 'first' })), ['update_sent']);
});

test('each update keeps the promise of the one before and makes the next', () => {
  const it = told();
  it.tell(5, update(it.at(30), { kind: 'first' }));
  it.tell(33, update(it.at(60)));
  const chain = it
    .owes('next_update')
    .map((each) => `${each.state} ${(each.dueAt.epochMilliseconds - START.epochMilliseconds) / 60_000}`);
  assert.deepEqual(chain, ['kept 30', 'open 60']);
});

test('what only our own people read keeps no promise to clients who were told', () => {
  const it = told();
  it.tell(5, update(it.at(30), { kind: 'first' }));
  it.tell(20, update(it.at(50), { clientIds: [], publicPage: false }));
  assert.equal(it.due('next_update'), 30);
  it.tell(25, update(it.at(55)));
  assert.equal(it.due('next_update'), 55);
});

test('an automatic late message keeps no promise', () => {
  const it = told();
  it.tell(5, update(it.at(30), { kind: 'first' }));
  it.tell(45, update(it.at(75), { kind: 'late', automatic: true }));
  assert.equal(it.due('next_update'), 30);
});

test('no message needed is said with a reason and waives the first message', () => {
  const it = told();
  it.refuses(2, { type: 'skip_first_message', reason: '' }, /reason/);
  it.tell(2, { type: 'skip_first_message', reason: 'only our own staff use it' });
  assert.equal(it.owes('first_message')[0]?.state, 'waived');
});

test('a restricted incident owes no holding message and refuses the public page', () => {
  const it = told({ restricted: true, viewers: ['ana'] });
  assert.equal(it.due('first_message'), undefined);
  it.refuses(3, update(it.at(30), { kind: 'first' }), /never on the public page/);
});

test('a false alarm after a message owes a stand-down to those who heard it', () => {
  const it = told();
  it.tell(5, update(it.at(30), { kind: 'first' }));
  it.tell(8, { type: 'dismiss', reason: 'the probe was broken' });
  assert.equal(it.due('stand_down'), 23);
  assert.equal(it.due('next_update'), undefined);
  assert.equal(it.due('postmortem_published'), undefined);
});

test('restored asks for proof, owes "it works again" and a postmortem within 48 hours', () => {
  const it = told();
  it.tell(1, { type: 'confirm', evidence: 'seen' });
  it.tell(5, update(it.at(30), { kind: 'first' }));
  it.refuses(20, { type: 'restore', proof: { ...proof, shows: ' ' } }, /what it shows/);
  it.tell(20, { type: 'restore', proof });
  assert.equal(it.due('it_works_again'), 30);
  assert.equal(it.due('postmortem_published'), 20 + 48 * 60);
});

test('resolving waits for the watch period, or Humdrum watches and resolves at its end', () => {
  const it = told();
  it.tell(1, { type: 'confirm', evidence: 'seen' });
  it.tell(20, { type: 'restore', proof });
  it.refuses(30, { type: 'resolve', note: '' }, /watch period runs until 2026-11-25 03:24 UTC/);
  it.tell(31, {
    type: 'approve_watch',
    finalImpact: 'All payments work.',
    finalAction: 'We undid a change.',
  });
  assert.deepEqual(it.tell(79, { type: 'wake', steps: [] }), []);
  assert.deepEqual(it.tell(80, { type: 'wake', steps: [] }), ['resolved']);
});

test('an alert within the watch reopens it, and nothing resolves', () => {
  const it = told();
  it.tell(1, { type: 'confirm', evidence: 'seen' });
  it.tell(5, update(it.at(30), { kind: 'first' }));
  it.tell(20, { type: 'restore', proof, watch: { finalImpact: 'Works.', finalAction: 'Undone.' } });
  const kinds = it.tell(40, {
    type: 'join_alerts',
    alerts: [{ alertId: 'a2', title: 'errors', source: 'am', serviceId: 'svc', firing: true }],
  });
  assert.deepEqual(kinds, ['alert_joined', 'watch_broken', 'reopened']);
  assert.equal(it.incident.state, 'confirmed');
  assert.equal(it.due('it_is_back'), 50);
  assert.equal(it.due('postmortem_published'), undefined);
  assert.deepEqual(it.tell(80, { type: 'wake', steps: [] }), []);
});

test('what was not done before an incident came back is owed anew from then on, and what was done stays done', () => {
  const it = told();
  it.tell(1, { type: 'confirm', evidence: 'seen' });
  it.tell(2, { type: 'classify', answers });
  it.tell(5, update(it.at(30), { kind: 'first' }));
  it.tell(20, { type: 'restore', proof });
  it.tell(40, { type: 'reopen', reason: 'a client says so' });
  assert.equal(it.due('second_person_in'), 50);
  assert.equal(it.due('what_changed_reviewed'), 70);
  assert.equal(it.due('first_message'), undefined);
  assert.equal(it.owes('confirm_and_classify')[0]?.state, 'kept');
});

test('alerts that recover before anyone acknowledged dismiss the incident after ten quiet minutes', () => {
  const alert = { alertId: 'a1', title: 'errors', source: 'am', serviceId: 'svc', firing: true };
  const it = told({ automatic: true, alerts: [alert] });
  it.tell(1, { type: 'recover_alerts', alerts: [{ alertId: 'a1', title: 'errors' }], stillFiring: 0 });
  assert.deepEqual(it.tell(10.9, { type: 'wake', steps: [] }), []);
  assert.deepEqual(it.tell(11, { type: 'wake', steps: [] }), ['dismissed']);
  assert.equal(it.incident.dismissal?.recoveredByItself, true);
  assert.equal(it.owes('looked_at')[0]?.dueAt.toString(), '2026-11-26T10:00:00Z');
  assert.deepEqual(it.tell(50, { type: 'join_alerts', alerts: [{ ...alert, alertId: 'a2' }] }), [
    'alert_joined',
    'reopened',
  ]);
  assert.equal(it.incident.state, 'detected');
});

test('from the tenth alert on others join quietly, unless the incident is quiet, a drill, or no longer worked on', () => {
  const alert = { title: 'errors', source: 'am', serviceId: 'svc', firing: true };
  const alerts = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => ({ ...alert, alertId: `a${from + index}` }));
  const it = told({ automatic: true, alerts: alerts(0, 9) });
  assert.equal(alertsJoinQuietly(it.incident), false);
  it.tell(1, { type: 'join_alerts', alerts: alerts(9, 10) });
  assert.equal(alertsJoinQuietly(it.incident), true);
  assert.equal(alertsJoinQuietly({ ...it.incident, drill: true }), false);
  const all = alerts(0, 10).map(({ alertId, title }) => ({ alertId, title }));
  it.tell(2, { type: 'recover_alerts', alerts: all, stillFiring: 0 });
  assert.equal(alertsJoinQuietly(it.incident), false);
  it.tell(3, { type: 'join_alerts', alerts: alerts(10, 11) });
  assert.equal(alertsJoinQuietly(it.incident), true);
  assert.equal(alertsJoinQuietly({ ...it.incident, state: 'restored' }), false);
});

test('a watch does not resolve while an alert of the storm fires that the incident only counts', () => {
  const alert = { alertId: 'a1', title: 'errors', source: 'am', serviceId: 'svc', firing: true };
  const it = told({ automatic: true, alerts: [alert] });
  it.tell(1, { type: 'confirm', evidence: 'seen' });
  it.tell(2, { type: 'classify', answers });
  it.tell(3, update(it.at(33), { kind: 'first' }));
  const watch = { finalImpact: 'All payments work.', finalAction: 'We undid a change.' };
  it.tell(5, {
    type: 'restore',
    proof: { check: 'test payment', shows: '20 of 20', since: it.at(4) },
    watch,
  });
  it.tell(6, { type: 'recover_alerts', alerts: [{ alertId: 'a1', title: 'errors' }], stillFiring: 2 });
  assert.deepEqual(it.tell(65, { type: 'wake', steps: [] }).includes('watch_broken'), true);
  assert.equal(it.incident.state, 'restored');
  it.refuses(66, { type: 'resolve', note: '' }, /This still fires: 2 more alerts of the storm/);
  it.tell(67, { type: 'recover_alerts', alerts: [{ alertId: 'a3', title: 'errors' }], stillFiring: 0 });
  it.tell(68, { type: 'resolve', note: '' });
  assert.equal(it.incident.state, 'resolved');
});

test('a recovered incident that somebody has acknowledged is not dismissed by the machine', () => {
  const it = told({
    automatic: true,
    alerts: [{ alertId: 'a1', title: 'errors', source: 'am', serviceId: 'svc', firing: true }],
  });
  it.tell(1, { type: 'acknowledge', by: ANA, via: 'push' });
  it.tell(2, { type: 'recover_alerts', alerts: [{ alertId: 'a1', title: 'errors' }], stillFiring: 0 });
  assert.deepEqual(it.tell(20, { type: 'wake', steps: [] }), []);
});

test('a P1 closes by itself when its postmortem is published and every temporary fix is settled', () => {
  const it = told();
  it.tell(1, { type: 'confirm', evidence: 'seen' });
  it.tell(10, {
    type: 'start_action',
    id: 'act',
    what: 'restart twice a day',
    owner: { name: 'Ana' },
    temporary: true,
  });
  it.tell(20, { type: 'restore', proof });
  it.tell(80, { type: 'resolve', note: '' });
  it.refuses(81, { type: 'close', note: '' }, /postmortem is not published; the temporary fix/);
  assert.deepEqual(it.tell(90, { type: 'publish_postmortem', postmortemId: 'pm' }), ['postmortem_published']);
  assert.deepEqual(
    it.tell(91, { type: 'settle_fix', actionId: 'act', settled: { owner: ANA, by: '2026-12-01' } }),
    ['fix_settled', 'closed'],
  );
  assert.equal(it.incident.state, 'closed');
});

test('a resolved incident keeps its severity', () => {
  const it = told();
  it.tell(1, { type: 'confirm', evidence: 'seen' });
  it.tell(20, { type: 'restore', proof });
  it.tell(80, { type: 'resolve', note: '' });
  assert.equal(it.incident.severity, 'P1');
});

test('in a P1 the lead never takes the hands', () => {
  const it = told();
  it.tell(1, { type: 'confirm', evidence: 'seen' });
  it.refuses(
    2,
    { type: 'take_role', role: 'hands', who: ANA, how: 'taken' },
    /lead decides and does not repair/,
  );
});

test('a role held by night must be handed over sooner than by day', () => {
  const it = told();
  it.tell(1, { type: 'confirm', evidence: 'seen' });
  // From 02:05 every minute until 07:00 counts double: 360 minutes are used up after 180.
  assert.equal(it.due('hand_over'), 181);
});

test('merging carries the promised time of the other incident along', () => {
  const it = told();
  it.tell(5, update(it.at(34), { kind: 'first' }));
  it.tell(6, {
    type: 'take_in',
    from: { id: 'inc_2', number: 143, title: 'Login slow' },
    serviceIds: ['login'],
    alerts: [],
    promisedAt: it.at(20),
    firstMessageAt: it.at(4),
    toldClientIds: ['contoso'],
  });
  assert.equal(it.due('next_update'), 20);
  assert.deepEqual(it.incident.toldClientIds, ['northwind', 'contoso']);
});

test('what was merged away refuses commands and says where to go', () => {
  const it = told();
  it.tell(3, { type: 'merge', into: { id: 'inc_9', number: 9 } });
  it.refuses(4, { type: 'confirm', evidence: 'seen' }, /merged into INC-9/);
  assert.equal(it.due('first_message'), undefined);
});

test('the cadence is stretched by the lead alone, after two hours, at most twice', () => {
  const it = told();
  it.tell(1, { type: 'confirm', evidence: 'seen' });
  it.refuses(60, { type: 'stretch_cadence', factor: 2, reason: 'long repair' }, /2 hours after detection/);
  it.refuses(125, { type: 'stretch_cadence', factor: 3, reason: 'long repair' }, /at most 2 times/);
  it.tell(125, { type: 'stretch_cadence', factor: 2, reason: 'long repair' });
  it.tell(126, update(it.at(186), { kind: 'first' }));
  assert.equal(it.due('next_update'), 186);
});

test('the next step follows the order of the process, and a clock interrupts it only in its last five minutes', () => {
  const it = told({ automatic: true });
  assert.equal(it.next(0).kind, 'acknowledge');
  it.tell(1, { type: 'acknowledge', by: ANA, via: 'push' });
  assert.equal(it.next(1).kind, 'confirm');
  it.tell(2, { type: 'confirm', evidence: 'seen' });
  it.tell(2, { type: 'classify', answers });
  assert.equal(it.next(2).kind, 'tell');
  it.tell(4, update(it.at(34), { kind: 'first' }));
  assert.equal(it.next(4).kind, 'what_changed');
  assert.equal(it.next(8).kind, 'second_person');
  it.tell(9, { type: 'take_role', role: 'hands', who: BO, how: 'second_person' });
  it.tell(10, { type: 'review_what_changed', note: 'checkout 2.14' });
  it.tell(11, { type: 'choose_category', category: 'deployment_regression' });
  assert.equal(it.next(12).kind, 'restore');
  assert.equal(it.next(29.5).kind, 'update');
});

test('a short cadence interrupts only in its second half, so that something else gets its turn', () => {
  const it = told();
  it.tell(2, { type: 'confirm', evidence: 'seen' });
  it.tell(2, { type: 'classify', answers });
  it.tell(4, update(it.at(8), { kind: 'first' }));
  it.tell(4, { type: 'take_role', role: 'hands', who: BO, how: 'second_person' });
  it.tell(5, { type: 'review_what_changed', note: '' });
  assert.equal(it.next(5).kind, 'choose_category');
  assert.equal(it.next(6).kind, 'update');
});

test('the card that asks for a hand-over says whose role it is, also to whoever has just taken the other one', () => {
  const it = told();
  it.tell(2, { type: 'confirm', evidence: 'seen' });
  it.tell(2, { type: 'classify', answers });
  it.tell(4, update(it.at(34), { kind: 'first' }));
  it.tell(5, { type: 'take_role', role: 'hands', who: BO, how: 'second_person' });
  it.tell(6, { type: 'review_what_changed', note: '' });
  it.tell(7, { type: 'take_role', role: 'comms', who: BO, how: 'given' });
  it.tell(170, { type: 'take_role', role: 'lead', who: { personId: 'cleo', name: 'Cleo' }, how: 'given' });
  it.tell(179, update(it.at(208), { kind: 'next' }));
  const step = it.next(190);
  assert.deepEqual([step.kind, step.role, step.title], ['hand_over', 'comms', 'Hand over comms']);
  assert.match(step.explanation, /^Bo has had it for long\./);
});

test('once it is restored, the message that keeps the promised time says that it works again', () => {
  const it = told();
  it.tell(2, { type: 'confirm', evidence: 'seen' });
  it.tell(2, { type: 'classify', answers });
  it.tell(4, update(it.at(34), { kind: 'first' }));
  it.tell(31, { type: 'restore', proof: { check: 'test payment', shows: '20 of 20', since: it.at(30) } });
  const { kind, promiseKind, dueAt } = it.next(31);
  assert.deepEqual([kind, promiseKind, dueAt], ['tell_works_again', 'next_update', it.at(34).toString()]);
});

test('when the watch period is over, it is resolved by hand; with an alert still firing, only with a reason or as back again', () => {
  const it = told();
  const alert = { alertId: 'alr_1', title: 'checkout 5xx', source: 'node-1', serviceId: 'svc', firing: true };
  it.tell(1, { type: 'join_alerts', alerts: [{ ...alert, proposes: undefined }] });
  it.tell(2, { type: 'confirm', evidence: 'seen' });
  it.tell(2, { type: 'classify', answers });
  it.tell(4, update(it.at(34), { kind: 'first' }));
  it.tell(6, { type: 'restore', proof: { check: 'test payment', shows: '20 of 20', since: it.at(5) } });
  it.tell(7, update(it.at(37), { kind: 'works_again' }));
  assert.equal(it.next(8).kind, 'approve_watch');
  it.tell(36, update(it.at(66), { kind: 'next' }));
  it.tell(65, update(it.at(95), { kind: 'next' }));
  assert.equal(it.next(67).title, 'Resolve it, or say that it is back');
  it.refuses(67, { type: 'resolve', note: '' }, /This still fires: the alert "checkout 5xx"/);
  it.tell(68, { type: 'resolve', note: 'the probe is broken, payments work' });
  assert.equal(it.incident.state, 'resolved');
});

test('with no service named, the next step asks who could be affected before anybody is told', () => {
  const it = told({ serviceIds: [] });
  it.tell(2, { type: 'confirm', evidence: 'seen' });
  it.tell(2, { type: 'classify', answers });
  assert.equal(it.next(3).kind, 'ask_affected');
});
