/** What the agency prepares before anything breaks: words for every severity, duties that the law may ask of it, a page for one client. */
import type { Actor } from './stage.ts';
import type { World } from './world.ts';

const TEMPLATES = [
  {
    name: 'P1: it does not work',
    severity: 'P1',
    impact: '{{services}} cannot be used since {{since}}. {{workaround}}.',
    action: 'We are working on it, and on nothing else. Quote {{reference}} when you call us.',
  },
  {
    name: 'P2: it works badly',
    severity: 'P2',
    impact: 'Since {{since}} not everything works with {{services}}. {{workaround}}.',
    action: 'We are looking for the cause, and start with what changed today.',
  },
  {
    name: 'P3: a small fault',
    severity: 'P3',
    impact: 'Something small is wrong with {{services}}. You can go on working.',
    action: 'Somebody looks at it on the next working day.',
  },
];

/** Settles what an administrator settles once. @throws Error when anything is refused */
export async function prepared({ stage, people }: World, by: Actor): Promise<void> {
  for (const each of TEMPLATES)
    await stage.ask(by, 'POST', '/message-templates', { ...each, kind: 'first', audience: 'clients' });
  await stage.ask(by, 'PUT', '/settings/duties', {
    contactIds: [people.priya.personId],
    choices: [
      { preset: 'gdpr_processor', clientId: null },
      { preset: 'nis2', clientId: null },
    ],
  });
  await stage.ask(by, 'PUT', '/settings/near-misses', {
    open: true,
    learningOwnerId: people.priya.personId,
  });
  const { items } = await stage.ask(by, 'GET', '/clients?limit=200');
  await stage.ask(by, 'POST', '/status-pages', {
    slug: 'northwind',
    clientId: items.find((each: { name: string }) => each.name === 'Northwind').id,
    name: 'Northwind at Harbour & Pine',
    zone: 'Europe/Berlin',
  });
}
