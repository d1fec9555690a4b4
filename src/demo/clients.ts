/** What is between the demo's agency and those outside: their questions, duties to notify, planned maintenance, subscribers, prepared words. */
import { posts, serviceOf } from './acts.ts';
import { type Act, incidentOf, type PersonName, type Place, type World } from './world.ts';

type Asking = { from: string; text: string };
type Preset = 'gdpr_processor' | 'nis2';

/** A contact's words, written down by whoever took them; an answer goes back to the contact alone. */
export function asks({ from, text }: Asking): Act {
  return async ({ world, scene, who }) => {
    const contactId = (await contactOf(world, who, from)).id;
    await world.stage.ask(who, 'POST', `/incidents/${incidentOf(world, scene)}/questions`, {
      asker: { contactId },
      text,
    });
  };
}

/** Answers the only open question of the scene. */
export function answers(text: string): Act {
  return async ({ world, scene, who }) => {
    const at = `/incidents/${incidentOf(world, scene)}/questions`;
    const { items } = await world.stage.ask(who, 'GET', `${at}?state=open`);
    await world.stage.ask(who, 'POST', `${at}/${items[0].id}/answers`, { text });
  };
}

/** Declared so that only the people who work on it see it. */
export function leaks(
  title: string,
  services: string[],
  noticed: { who: string; how: string },
  viewers: PersonName[],
): Act {
  return async ({ world, scene, who }) => {
    const { id } = await world.stage.ask(who, 'POST', '/incidents', {
      title,
      serviceIds: services.map((slug) => serviceOf(world, slug)),
      noticed: { by: 'person', ...noticed },
      restricted: true,
      viewers: viewers.map((name) => world.people[name].personId),
    });
    world.incidents.set(scene, id);
  };
}

/** Data was seen by somebody who must not see it: the first question decides. */
export function dataIsSeen(count: number, source: string): Act {
  return posts('classification', {
    answers: {
      dataAtRisk: 'yes',
      mainTaskImpossible: 'no',
      mainTaskMuchWorse: 'no',
      redundancyGone: 'no',
    },
    usersAffected: { low: count, high: count, source },
  });
}

/** Says since when we are aware, and whose data it may be. */
export function isAware(minutesAgo: number, note: string, ...clients: string[]): Act {
  return async ({ world, scene, who }) => {
    const known = await world.stage.ask(who, 'GET', '/clients?limit=200');
    await world.stage.ask(who, 'PUT', `/incidents/${incidentOf(world, scene)}/duties/awareness`, {
      awareAt: world.stage.now().subtract({ minutes: minutesAgo }).toString(),
      kinds: ['personal_data', 'network_or_service'],
      clientIds: clients.map((name) => named(known.items, name).id),
      note,
    });
  };
}

export const mustNotify = (preset: Preset, because: string): Act =>
  ends(preset, 'decide', 'decision', { because });

export function notified(preset: Preset, step: string, reference: string): Act {
  return (place) =>
    ends(preset, step, 'notification', { at: place.world.stage.now().toString(), reference })(place);
}

function ends(preset: Preset, step: string, how: string, body: object): Act {
  return async ({ world, scene, who }: Place) => {
    const at = `/incidents/${incidentOf(world, scene)}/duties`;
    const { items } = await world.stage.ask(who, 'GET', at);
    const duty = items.find(
      (each: { preset: string; step: string }) => each.preset === preset && each.step === step,
    );
    if (!duty) throw new Error(`There is no duty "${step}" of ${preset}.`);
    await world.stage.ask(who, 'POST', `${at}/${duty.id}/${how}`, body);
  };
}

type Planned = { title: string; impact: string; services: string[]; inHours: number; forMinutes: number };

/** Plans a maintenance on every page that shows one of its services. */
export function plans({ title, impact, services, inHours, forMinutes }: Planned): Act {
  return async ({ world, scene, who }) => {
    const { items } = await world.stage.ask(who, 'GET', '/status-pages');
    const startsAt = world.stage.now().add({ hours: inHours });
    const { id } = await world.stage.ask(who, 'POST', '/maintenances', {
      title,
      impact,
      startsAt: startsAt.toString(),
      endsAt: startsAt.add({ minutes: forMinutes }).toString(),
      serviceIds: services.map((slug) => serviceOf(world, slug)),
      pageIds: items.map((each: { id: string }) => each.id),
    });
    world.maintenances.set(scene, id);
  };
}

/** The planned work of this scene begins, or is over. */
export function works(how: 'start' | 'completion'): Act {
  return async ({ world, scene, who }) => {
    await world.stage.ask(who, 'POST', `/maintenances/${world.maintenances.get(scene)}/${how}`, {});
  };
}

/** Asks to be told and says yes, each as a person outside does it: by a form, a mail, and the button behind its link. */
export async function subscribes({ stage }: World, address: string): Promise<void> {
  await stage.send('/status/subscribe', { kind: ['email'], address: [address] });
  await stage.until(stage.now());
  const link = stage.linkIn(address);
  if (!link) throw new Error(`No mail asked ${address} whether they want to be told.`);
  await stage.send(new URL(link).pathname, {});
}

type Named = { id: string; name: string };

function named<Item extends Named>(items: Item[], name: string): Item {
  const found = items.find((each) => each.name === name);
  if (!found) throw new Error(`There is nothing called "${name}" in the directory.`);
  return found;
}

async function contactOf({ stage }: World, who: Place['who'], name: string): Promise<Named> {
  const { items } = await stage.ask(who, 'GET', '/contacts?limit=200');
  return named(items, name);
}
