/** Which levers fit: to what was suspected, to the services that are affected, to the kind of failure. Each with its sentence filled in. */
import type { Incident } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import type { Platform } from '#platform/platform.ts';
import type { KnownChange } from '../room.ts';
import { type Filling, presetOf } from './inputs.ts';
import { knownOf, nameOfParty, type Service, serviceCalled } from './order.ts';
import type { Does, LeverInput } from './shapes.ts';
import type { Lever } from './store.ts';
import { effectIn, unchosen, type Value } from './words.ts';

/** What it is about: the change that is taken back, and the service that it belongs to. */
export type About = {
  incident: Incident;
  change: KnownChange | undefined;
  versionsOf(serviceId: string): Promise<string[]>;
};

export type Offered = {
  lever: Lever;
  service: Service | undefined;
  filling: Filling;
  inputs: (LeverInput & { value: Value | null; versions: string[] })[];
  /** What stands in braces besides the inputs. */
  known: Record<string, Value>;
  effect: string;
  /** Why it should not be pulled, though it can be. */
  caution: string | null;
};

const WITHOUT_ROLLBACK: Does[] = ['flag_off', 'shift_traffic', 'fail_over'];

/** @returns the service that a lever acts on here; undefined: the lever is for services that are not affected */
export async function serviceFor(
  db: Db,
  lever: Lever,
  { incident, change }: Pick<About, 'incident' | 'change'>,
): Promise<{ service: Service | undefined } | undefined> {
  const wanted = [...(change?.serviceId ? [change.serviceId] : []), ...incident.serviceIds];
  const id = lever.serviceIds.length ? wanted.find((each) => lever.serviceIds.includes(each)) : wanted[0];
  if (lever.serviceIds.length && !id) return undefined;
  return { service: await serviceCalled(db, id) };
}

export async function fillingFor(about: About, service: Service | undefined): Promise<Filling> {
  // The versions of one service say nothing about another.
  const change = about.change?.serviceId === (service?.id ?? null) ? about.change : undefined;
  const versions = service ? await about.versionsOf(service.id) : [];
  // What the change itself tells is known, even where the ledger keeps it no longer.
  const own = [change?.versionBefore, change?.versionAfter].filter((each) => typeof each === 'string');
  return {
    versionBefore: change?.versionBefore ?? null,
    versionAfter: change?.versionAfter ?? null,
    environment: change?.environment ?? null,
    versions: [...new Set([...versions, ...own])],
  };
}

/** Those that fit, the first to try first. */
export async function offer(platform: Platform, levers: Lever[], about: About): Promise<Offered[]> {
  const offered: Offered[] = [];
  for (const lever of levers) {
    const found = await serviceFor(platform.db, lever, about);
    if (!found) continue;
    const filling = await fillingFor(about, found.service);
    const inputs = lever.inputs.map((input) => ({
      ...input,
      value: presetOf(input, filling),
      versions: input.type === 'version' ? filling.versions : [],
    }));
    const values = Object.fromEntries(
      inputs.flatMap(({ name, value }) => (value === null ? [] : [[name, value] as const])),
    );
    const known = knownOf(
      {},
      {
        service: found.service?.name,
        thirdParty: await nameOfParty(platform.db, lever.thirdPartyId),
        incident: about.incident.number,
      },
    );
    offered.push({
      lever,
      service: found.service,
      filling,
      inputs,
      known,
      effect: effectIn(lever.effect, { ...unchosen(inputs), ...values, ...known }),
      caution: cautionOf(lever, about.change),
    });
  }
  return offered.toSorted((one, other) => rank(one, about) - rank(other, about));
}

/** @returns why going back is a risk; null where nothing speaks against it */
export function cautionOf(lever: Pick<Lever, 'does'>, change: KnownChange | undefined): string | null {
  if (lever.does !== 'roll_back' || !change || change.rollback === 'safe') return null;
  return rollbackWords(change);
}

export function rollbackWords({ rollback, rollbackHow }: KnownChange): string {
  const how = rollbackHow ? ` Its sender says: ${rollbackHow}` : '';
  switch (rollback) {
    case 'safe':
      return `The change says that rolling it back is safe.${how}`;
    case 'unsafe':
      return `The change says that rolling it back is not safe: switch its flag off or shift traffic away instead.${how}`;
    case 'unknown':
      return `Nobody has said whether this change can be rolled back safely: ask whoever made it, or switch its flag off or shift traffic away.${how}`;
  }
}

function rank({ lever, service }: Offered, { incident, change }: About): number {
  const own = change?.serviceId && service?.id === change.serviceId && lever.serviceIds.length ? 0 : 10;
  // As long as nobody has said what kind of failure it is, any kind fits.
  const fits = !incident.category || lever.category === incident.category;
  const category = fits ? 0 : lever.category === null ? 4 : 8;
  return own + category + kindRank(lever.does, change);
}

function kindRank(does: Does, change: KnownChange | undefined): number {
  if (change?.rollback === 'safe') return does === 'roll_back' ? -100 : 0;
  if (change && WITHOUT_ROLLBACK.includes(does)) return -100;
  return change && does === 'roll_back' ? 50 : 0;
}

/** @throws Refused unless a reason is given for going back where that is not known to be safe */
export function refuseCarelessly(lever: Lever, change: KnownChange | undefined, despite: string): void {
  const caution = cautionOf(lever, change);
  if (!caution || despite) return;
  throw new Refused('conflict', caution, {
    mend: 'Choose another lever, or say why it is rolled back all the same.',
    fields: [{ path: 'despite', message: 'needs a reason' }],
  });
}
