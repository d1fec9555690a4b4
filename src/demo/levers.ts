/** The levers of the demo's agency: a rollback, a flag, shifting traffic, and working without the payment provider. */
import { DEPLOYER } from './outside.ts';
import type { Actor, Stage } from './stage.ts';

const INSTALLER: Actor = { personId: 'installer', name: 'Installer' };
const VERSIONS = [
  { type: 'version', name: 'from', label: 'From version', filledFrom: 'version_after' },
  { type: 'version', name: 'to', label: 'Back to version', filledFrom: 'version_before' },
];

/** @param services ids by slug */
export async function defineLevers(stage: Stage, services: Map<string, string>): Promise<void> {
  const { items } = await stage.ask(INSTALLER, 'GET', '/third-parties?limit=200');
  const payBridge = items.find((each: { name: string }) => each.name === 'PayBridge');
  const define = (path: string, lever: object) =>
    stage.ask(INSTALLER, 'POST', '/levers', {
      timeBoxMinutes: 10,
      target: {
        kind: 'webhook',
        url: `${DEPLOYER}/${path}`,
        headers: [{ name: 'Authorization', value: 'Bearer only-in-the-demo' }],
        answer: { by: 'reply' },
        dryRun: 'target',
      },
      ...lever,
    });
  for (const [slug, name] of [
    ['payments', 'payments'],
    ['shop-api', 'shop'],
  ] as const)
    await define('rollback', {
      name: `Roll ${name} back`,
      does: 'roll_back',
      category: 'deployment_regression',
      serviceIds: [services.get(slug)],
      effect: `Roll ${name} back from {from} to {to} in production`,
      inputs: VERSIONS,
    });
  await define('flags', {
    name: 'Switch a flag off',
    does: 'flag_off',
    category: 'deployment_regression',
    serviceIds: [services.get('shop-api')],
    effect: 'Switch the flag “{flag}” off for every shopper',
    inputs: [
      {
        type: 'choice',
        name: 'flag',
        label: 'Flag',
        choices: ['express checkout', 'gift cards', 'new basket'],
      },
    ],
  });
  await define('traffic', {
    name: 'Shift traffic away',
    does: 'shift_traffic',
    serviceIds: [services.get('payments'), services.get('shop-api')],
    effect: 'Send {percent} per cent of the traffic of {service} to the standby',
    inputs: [{ type: 'number', name: 'percent', label: 'Share, per cent', min: 1, max: 100, preset: 100 }],
  });
  await define('switch', {
    name: 'Take orders without PayBridge',
    does: 'switch_on',
    category: 'third_party',
    serviceIds: [services.get('payments')],
    thirdPartyId: payBridge.id,
    effect: 'Take orders now and charge cards later',
  });
}
