/** Scripted people: they look at the one next step now and then, do it, forget it, or do something else. They use only the public API. */
import type { Harness } from '../harness.ts';
import type { Chance } from './random.ts';

/** How somebody behaves: how often they look, and how likely they then do what the card says. */
export type Habit = { lookEveryMinutes: number; diligence: number };

// biome-ignore lint/suspicious/noExplicitAny: the view is read as a browser reads it
type View = any;

const ANSWERS = [
  { dataAtRisk: 'no', mainTaskImpossible: 'yes', mainTaskMuchWorse: 'yes', redundancyGone: 'no' },
  {
    dataAtRisk: 'dont_know',
    mainTaskImpossible: 'no',
    mainTaskMuchWorse: 'yes',
    workaround: 'yes',
    redundancyGone: 'no',
  },
  {
    dataAtRisk: 'no',
    mainTaskImpossible: 'no',
    mainTaskMuchWorse: 'yes',
    workaround: 'yes',
    redundancyGone: 'no',
  },
  { dataAtRisk: 'no', mainTaskImpossible: 'no', mainTaskMuchWorse: 'no', redundancyGone: 'yes' },
  { dataAtRisk: 'no', mainTaskImpossible: 'no', mainTaskMuchWorse: 'no', redundancyGone: 'no' },
];

/** One look at one incident. @returns what was done, for the log of the simulation */
export async function look(
  house: Harness,
  incidentId: string,
  who: { id: string; name: string },
  habit: Habit,
  dice: Chance,
): Promise<string> {
  house.as({ personId: who.id, name: who.name });
  const view = (await house.call('GET', `/incidents/${incidentId}`)).body as View;
  if (!view?.nextStep) return 'not visible';
  if (dice.is(0.06)) return unusual(house, view, dice);
  if (!dice.is(habit.diligence)) return 'looked away';
  return doStep(house, view, who, dice);
}

async function doStep(house: Harness, view: View, who: { id: string }, dice: Chance): Promise<string> {
  const now = house.clock.now();
  const at = `/incidents/${view.id}`;
  const say = async (path: string, body: object): Promise<string> => {
    const answer = await house.call('POST', `${at}/${path}`, body);
    if (answer.status >= 500) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
    return `${path} ${answer.status}`;
  };
  const tell = (kind: string, more: object = {}): Promise<string> =>
    say('updates', {
      kind,
      status: 'looking',
      impact: 'Some payments fail.',
      action: 'We are working on it.',
      audience: { clientIds: 'affected', internal: true, publicPage: true },
      ...more,
    });
  switch (view.nextStep.kind) {
    case 'acknowledge':
      return say('acknowledgement', {});
    case 'confirm':
      return dice.is(0.12)
        ? say('dismissal', { reason: 'the probe was broken' })
        : say('confirmation', { evidence: 'a test payment failed' });
    case 'classify':
      return say('classification', { answers: dice.one(ANSWERS) });
    case 'ask_affected':
      return say('services', { serviceIds: ['svc_checkout'] });
    case 'tell':
      return dice.is(0.08)
        ? say('first-message-waiver', { reason: 'nobody outside uses it' })
        : tell('first');
    case 'update':
      return tell('next', { nothingNew: dice.is(0.6) });
    case 'tell_works_again':
      return tell('works_again', { status: 'works_again' });
    case 'tell_is_back':
      return tell('is_back');
    case 'tell_final':
      return tell('final', { status: 'works_again', nextAt: null });
    case 'stand_down':
      return tell('stand_down', { status: 'works_again', nextAt: null });
    case 'correct':
      return tell('correction');
    case 'second_person':
      return dice.is(0.5)
        ? say('roles', { role: 'hands', personId: who.id === 'bo' ? 'dan' : 'bo', how: 'given' })
        : say('stay-alone', { reason: 'one command fixes it' });
    case 'check_data':
      return say('data-check', { result: dice.is(0.8) ? 'safe' : 'affected', note: 'counted the rows' });
    case 'what_changed':
      return say('what-changed-review', { note: 'nothing stands out' });
    case 'choose_category':
      return say('category', {
        category: dice.one(['deployment_regression', 'infrastructure', 'third_party', 'data', 'other']),
      });
    case 'restore':
      return dice.is(0.5)
        ? say('restoration', {
            proof: { check: 'test payment', shows: 'three of three succeed', since: now.toString() },
            ...(dice.is(0.5)
              ? { watch: { finalImpact: 'All payments work.', finalAction: 'We undid a change.' } }
              : {}),
          })
        : say('notes', { text: 'still trying' });
    case 'approve_watch':
      return say('watch', { finalImpact: 'All payments work.', finalAction: 'We undid a change.' });
    case 'hand_over':
      return say('roles', {
        role: view.nextStep.role,
        personId: dice.one(
          ['bo', 'cleo', 'dan'].filter((id) => id !== view.roles[view.nextStep.role]?.personId),
        ),
        how: 'given',
      });
    case 'look_at':
      return say('looking', { ownerId: who.id });
    case 'decide':
      return say('decision', { decision: 'accept', note: 'rare and small' });
    case 'resolve':
      return say('resolution', { note: 'stable' });
    case 'close':
      return say('closure', {});
    default:
      return view.nextStep.kind;
  }
}

/** What the card does not suggest and people do all the same. */
async function unusual(house: Harness, view: View, dice: Chance): Promise<string> {
  const [path, body] = dice.one<[string, object]>([
    ['severity', { to: 'P1', reason: 'it got worse' }],
    ['severity', { to: 'P2', reason: 'there is a workaround' }],
    ['reopening', { reason: 'somebody saw it again' }],
    ['restoration', { proof: { check: 'probe', shows: 'green', since: house.clock.now().toString() } }],
    ['title', { title: 'Payments fail for some' }],
    ['client-impacts', { clientId: 'cli_contoso', impact: 'not_affected' }],
    ['dismissal', { reason: 'nothing to see' }],
    ['roles', { role: 'lead', personId: 'bo', how: 'relieved' }],
  ]);
  const answer = await house.call('POST', `/incidents/${view.id}/${path}`, body);
  if (answer.status >= 500) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
  return `unusual ${path} ${answer.status}`;
}
