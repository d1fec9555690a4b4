/** What tells the demo's agency of its changes: GitHub, its flags, Terraform and the certificates, each by the door that it uses in earnest. */
import { hash } from 'node:crypto';
import type { Actor, Stage } from './stage.ts';
import type { Act, World } from './world.ts';

const OWNER = 'harbour-and-pine';
const DEPLOYED_MINUTES = 4;

export type SenderKeys = { github: string; flags: string };

/** @param slugs of the services whose repositories GitHub tells of */
export async function connectSenders(stage: Stage, who: Actor, slugs: string[]): Promise<SenderKeys> {
  const github = await stage.ask(who, 'POST', '/integrations', {
    name: 'GitHub',
    kind: 'github',
    reading: { services: slugs.map((slug) => ({ name: `${OWNER}/${slug}`, service: slug })) },
  });
  const flags = await stage.ask(who, 'POST', '/integrations', { name: 'Flags', kind: 'flags' });
  return { github: github.key, flags: flags.key };
}

/** Deployed by GitHub in four minutes, and live now. */
export function deployed(service: string, summary: string): Act {
  return async ({ world, who }) => {
    const now = world.stage.now();
    const number = ++world.told;
    const began = now.subtract({ minutes: DEPLOYED_MINUTES }).toString();
    const repository = {
      full_name: `${OWNER}/${service}`,
      html_url: `https://github.com/${OWNER}/${service}`,
      default_branch: 'main',
    };
    const deployment = {
      id: number,
      sha: hash('sha1', `${service} ${number}`, 'hex'),
      ref: 'main',
      task: 'deploy',
      environment: 'production',
      production_environment: true,
      description: summary,
      creator: { login: who.name.split(' ')[0]?.toLowerCase() },
      created_at: began,
    };
    const at = `/hooks/github/${world.senders.github}`;
    await world.stage.send(at, { action: 'created', deployment, repository });
    const status = { id: number, state: 'success', environment: 'production', created_at: now.toString() };
    await world.stage.send(at, { action: 'created', deployment_status: status, deployment, repository });
  };
}

/** @param to `true`, `false`, or a share such as "10%" */
export function flagged(flag: string, service: string, to: boolean | string): Act {
  return async ({ world }) =>
    world.stage.send(`/hooks/flags/${world.senders.flags}`, {
      id: String(++world.told),
      flag,
      service,
      environment: 'production',
      before: typeof to === 'boolean' ? !to : 'off',
      after: to,
      at: world.stage.now().toString(),
    });
}

/** By one line of curl, as pipelines tell of what no webhook covers. */
export function told(
  source: string,
  service: string,
  kind: 'infra' | 'secret' | 'migration',
  summary: string,
): Act {
  return async ({ world, who }) =>
    world.stage.ask(who, 'POST', '/changes', {
      summary,
      service,
      kind,
      source,
      externalId: `${source} ${++world.told}`,
      environment: 'production',
    });
}

/** What a service does not have is said once, so that it is not unknown for ever. */
export async function sayWhatIsAbsent({ stage, services }: World, who: Actor): Promise<void> {
  for (const [slug, kinds] of [
    ['media', ['migration', 'flag', 'job']],
    ['mailer', ['migration', 'flag']],
    ['search', ['secret', 'job']],
    ['shop-api', ['job']],
  ] as const)
    for (const kind of kinds)
      await stage.ask(who, 'PUT', `/services/${services.get(slug)}/change-coverage/${kind}/absence`);
}
