/** What the agency has prepared: three playbooks, and how they are carried out in the scenes. */
import { posts } from './acts.ts';
import { type Act, incidentOf, type Place, type World } from './world.ts';

export const ROLL_BACK = 'Roll payments back';
export const DISK_FULL = 'Make room in the orders database';
const PROVIDER_DOWN = 'The payment provider is down';

const TEXTS: { title: string; services: string[]; category: string; body: string }[] = [
  {
    title: ROLL_BACK,
    services: ['payments'],
    category: 'deployment_regression',
    body: `When card payments fail after a release of payments. Rolling back is safe as long as no migration went out with it.

- [ ] Stop every rollout that is running @hands (2 min)

  \`\`\`sh
  kubectl -n {{service.slug}} rollout pause deploy/{{service.slug}}
  \`\`\`
- [ ] Look whether the release had a migration: [releases](https://git.harbourandpine.example/{{service.slug}}/releases) @lead (3 min)

  If it had, do **not** go on: switch the flag \`new-checkout\` off instead, and start *The payment provider is down* if that does not help.
- [ ] Go back to version {{version_before}} @hands (10 min)

  \`\`\`sh
  kubectl -n {{service.slug}} set image deploy/{{service.slug}} app=registry.harbourandpine.example/{{service.slug}}:{{version_before}}
  kubectl -n {{service.slug}} rollout status deploy/{{service.slug}} --timeout=5m
  \`\`\`
- [ ] Pay three times with the test cards, and look at [the errors by version](https://metrics.harbourandpine.example/d/{{service.slug}}) @hands (5 min)
- [ ] Tell {{client.name}} whether failed payments were charged @comms (5 min)

## Afterwards

- [ ] Take the release out of the queue, so that nobody sends it again @lead (5 min)
`,
  },
  {
    title: DISK_FULL,
    services: ['orders-db'],
    category: 'infrastructure',
    body: `When writes are refused because the disk is full. Never delete in the data folder by hand.

- [ ] See what grows: segments, a table, or the log @hands (5 min)

  \`\`\`sh
  ssh orders-db-1 'df -h /data; du -sh /data/pg_wal; psql -c "select slot_name, active from pg_replication_slots"'
  \`\`\`
- [ ] Drop a replication slot that nobody reads @hands (5 min)

  | sign | then |
  |---|---|
  | a slot is not active | drop it; a copy can be made again |
  | all are active | go on with the next step |
- [ ] Move to the larger disk {{disk: orders-data-2, orders-data-3}} @hands (30 min)
- [ ] Place three orders by hand @hands (5 min)
`,
  },
  {
    title: PROVIDER_DOWN,
    services: ['payments', 'shop-api'],
    category: 'third_party',
    body: `When the provider's status page **and** our own probe say so. We cannot repair it; we decide what shoppers feel.

- [ ] Offer the other ways to pay first: flag \`cards-last\` on @hands (3 min)
- [ ] Queue refunds instead of failing them @hands (5 min)
- [ ] Open a ticket with the provider: {{ticket: link}} @lead (5 min)
- [ ] Tell {{client.name}} what still works: invoice and bank transfer @comms (5 min)
- [ ] Try five cards every ten minutes until the provider is back
`,
  },
];

/** Written by whoever installs the agency, as administrators may. */
export async function writePlaybooks(world: World, by: Parameters<World['stage']['ask']>[0]): Promise<void> {
  for (const { title, services, category, body } of TEXTS)
    await world.stage.ask(by, 'POST', '/playbooks', {
      title,
      category,
      serviceIds: services.map((slug) => world.services.get(slug)),
      body,
      note: 'from what we do anyway',
    });
}

/** @param values answers to what the incident does not tell */
export function startsPlaybook(title: string, values: Record<string, string> = {}): Act {
  return async (place) => {
    const { items } = await place.world.stage.ask(place.who, 'GET', '/playbooks?limit=200');
    const playbook = items.find((each: { title: string }) => each.title === title);
    if (!playbook) throw new Error(`There is no playbook "${title}".`);
    await posts('playbook-runs', { playbookId: playbook.id, values })(place);
  };
}

export function ticks(number: number, result = ''): Act {
  return async (place) => posts(`${await stepAt(place, number)}/tick`, { result })(place);
}

export function skips(number: number, reason: string): Act {
  return async (place) => posts(`${await stepAt(place, number)}/skip`, { reason })(place);
}

/** The step of that number in the playbook that runs. */
async function stepAt({ world, scene }: Place, number: number): Promise<string> {
  const incident = await world.stage.humdrum.story.incidents.load(incidentOf(world, scene));
  const run = incident?.playbooks?.at(-1);
  const step = run?.steps.find((each) => each.number === number);
  if (!run || !step) throw new Error(`No playbook runs that has a step ${number}.`);
  return `playbook-runs/${run.id}/steps/${step.id}`;
}
