/** What people and tools do in the demo, each through the same door that they use in earnest. */
import { type Act, incidentOf, type PersonName, type Place } from './world.ts';

type Answers = {
  dataAtRisk: string;
  mainTaskImpossible: string;
  mainTaskMuchWorse: string;
  workaround?: string;
  redundancyGone: string;
};
const ANSWERS: Record<'P1' | 'P2' | 'P3', Answers> = {
  P1: {
    dataAtRisk: 'no',
    mainTaskImpossible: 'yes',
    mainTaskMuchWorse: 'yes',
    workaround: 'no',
    redundancyGone: 'no',
  },
  P2: {
    dataAtRisk: 'no',
    mainTaskImpossible: 'no',
    mainTaskMuchWorse: 'yes',
    workaround: 'yes',
    redundancyGone: 'no',
  },
  P3: { dataAtRisk: 'no', mainTaskImpossible: 'no', mainTaskMuchWorse: 'no', redundancyGone: 'no' },
};

/** Posts below the scene's incident. */
export function posts(path: string, body: object | ((place: Place) => object) = {}): Act {
  return async (place) => {
    const id = incidentOf(place.world, place.scene);
    await place.world.stage.ask(
      place.who,
      'POST',
      `/incidents/${id}/${path}`,
      typeof body === 'function' ? body(place) : body,
    );
  };
}

/** Monitoring sends an alert; `key` tells apart several of one scene. */
export function alert(
  service: string,
  summary: string,
  severity: 'critical' | 'error' | 'warning',
  key = '',
): Act {
  return async ({ world, scene }) => {
    const before = await newest(world);
    await world.stage.send(
      '/v2/enqueue',
      event(world.monitoringKey, 'trigger', `${scene}${key}`, {
        summary,
        source: `${service}-2`,
        component: service,
        severity,
        custom_details: { dashboard: `https://metrics.harbourandpine.example/d/${service}` },
      }),
    );
    const after = await newest(world);
    if (!world.incidents.has(scene)) {
      if (!after || after === before) throw new Error(`the alert "${summary}" declared no incident`);
      world.incidents.set(scene, after);
    }
  };
}

/** The alert is over, as monitoring sees it. */
export function recovers(key = ''): Act {
  return ({ world, scene }) =>
    world.stage.send('/v2/enqueue', event(world.monitoringKey, 'resolve', `${scene}${key}`));
}

function event(routingKey: string, action: string, dedupKey: string, payload?: object): object {
  return {
    routing_key: routingKey,
    event_action: action,
    dedup_key: dedupKey,
    ...(payload ? { payload } : {}),
  };
}

async function newest({ stage }: Place['world']): Promise<string | undefined> {
  const row = await stage.humdrum.platform.db
    .selectFrom('incident')
    .select('id')
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id;
}

/** A person declares what somebody noticed; a small one is known to be small, so that nobody is woken. */
export function declares(
  title: string,
  services: string[],
  noticed: { who: string; how: string },
  severity?: 'P3',
): Act {
  return async ({ world, scene, who }) => {
    const incident = await world.stage.ask(who, 'POST', '/incidents', {
      title,
      serviceIds: services.map((slug) => serviceOf(world, slug)),
      noticed: { by: 'person', ...noticed },
      ...(severity ? { answers: ANSWERS[severity] } : {}),
    });
    world.incidents.set(scene, incident.id);
  };
}

export function serviceOf({ services }: Place['world'], slug: string): string {
  const id = services.get(slug);
  if (!id) throw new Error(`There is no service "${slug}".`);
  return id;
}

export const acknowledges = posts('acknowledgement');
export const confirms = (evidence: string): Act => posts('confirmation', { evidence });
export const notes = (text: string, parked = false): Act => posts('notes', { text, parked });
export const dismisses = (reason: string): Act => posts('dismissal', { reason });
export const reviews = (note: string): Act => posts('what-changed-review', { note });
export const category = (name: string): Act => posts('category', { category: name });
export const resolves = (note: string): Act => posts('resolution', { note });
export const decides = (decision: 'fix' | 'accept' | 'close', note: string): Act =>
  posts('decision', { decision, note });
export const looks = posts('looking');

export function classifies(severity: keyof typeof ANSWERS, low: number, high: number, source: string): Act {
  return posts('classification', { answers: ANSWERS[severity], usersAffected: { low, high, source } });
}

export function takes(role: 'lead' | 'comms' | 'hands'): Act {
  return posts('roles', { role });
}

/** "I gave it": the role goes to somebody else. */
export function gives(role: 'lead' | 'comms' | 'hands', to: PersonName): Act {
  return posts('roles', ({ world }) => ({ role, personId: world.people[to].personId, how: 'given' }));
}

export function offers(role: 'lead' | 'comms', to: PersonName): Act {
  return posts('roles/offers', ({ world }) => ({ role, personId: world.people[to].personId }));
}

/** Sends the prepared message as it stands, with one tap. */
export const sendsPrepared: Act = async ({ world, scene, who }) => {
  const at = `/incidents/${incidentOf(world, scene)}/updates`;
  const { kind, status, impact, action, nextAt, nothingNew } = await world.stage.ask(
    who,
    'GET',
    `${at}/draft`,
  );
  await world.stage.ask(who, 'POST', at, { kind, status, impact, action, nextAt, nothingNew });
};

type Said = {
  status?: 'looking' | 'cause_known' | 'checking_repair' | 'works_again';
  impact: string;
  action: string;
};

/** An update in our own words; the cadence names the next time. */
export function tells(
  said: Said,
  kind: 'next' | 'works_again' | 'is_back' | 'final' | 'first' = 'next',
): Act {
  return posts('updates', {
    kind,
    status: kind === 'works_again' || kind === 'final' ? 'works_again' : 'looking',
    ...said,
  });
}

/** A change as a pipeline tells it; scenes call it by `name` afterwards. */
export function changed(
  name: string,
  service: string,
  summary: string,
  more: {
    kind?: string;
    rollback?: 'safe' | 'unsafe' | 'unknown';
    source?: string;
    versionBefore?: string;
    versionAfter?: string;
  } = {},
): Act {
  return async ({ world, who }) => {
    const link = `https://git.harbourandpine.example/${service}/runs/${world.changes.size + 4100}`;
    const change = await world.stage.ask(who, 'POST', '/changes', {
      summary,
      service,
      kind: 'deploy',
      rollback: 'safe',
      source: 'pipeline',
      externalId: name,
      url: link,
      environment: 'production',
      ...more,
    });
    world.changes.set(name, change.id);
  };
}

export const suspects = (change: string): Act =>
  posts('suspects', ({ world }) => ({ changeId: changeOf(world, change) }));

export function rulesOut(change: string, reason: string): Act {
  return (place) => posts(`suspects/${changeOf(place.world, change)}/ruling-out`, { reason })(place);
}

function changeOf({ changes }: Place['world'], name: string): string {
  const id = changes.get(name);
  if (!id) throw new Error(`There is no change "${name}".`);
  return id;
}

/** What is done about it; it ends by `ends` with the same words. */
export function starts(what: string, more: { timeBoxMinutes?: number; temporary?: boolean } = {}): Act {
  return posts('actions', { what, timeBoxMinutes: 15, ...more });
}

/** Another program does it, after its effect was read and confirmed; it ends by `ends` with that effect. */
export function pulls(lever: string, change: string, effect: string, inputs: Record<string, string>): Act {
  return async (place) => {
    const { items } = await place.world.stage.ask(place.who, 'GET', '/levers');
    const { id } = items.find((each: { name: string }) => each.name === lever);
    await posts(`levers/${id}/pull`, {
      inputs,
      changeId: changeOf(place.world, change),
      confirmed: effect,
    })(place);
  };
}

/** A dry run: nothing is changed by it. */
export function tries(lever: string, change: string, inputs: Record<string, string>): Act {
  return async (place) => {
    const { items } = await place.world.stage.ask(place.who, 'GET', '/levers');
    const { id } = items.find((each: { name: string }) => each.name === lever);
    await posts(`levers/${id}/trial`, { inputs, changeId: changeOf(place.world, change) })(place);
  };
}

export function ends(what: string, outcome: 'worked' | 'did_not_work' | 'stopped', note: string): Act {
  return async (place) => posts(`actions/${await actionOf(place, what)}/outcome`, { outcome, note })(place);
}

/** A temporary fix gets an owner and a date so many days ahead. */
export function settles(what: string, owner: PersonName, days: number): Act {
  return async (place) => {
    const { stage, people } = place.world;
    const by = stage.now().toZonedDateTimeISO('Europe/Berlin').toPlainDate().add({ days }).toString();
    await posts(`actions/${await actionOf(place, what)}/settlement`, { ownerId: people[owner].personId, by })(
      place,
    );
  };
}

/** What was only patched is replaced by something that lasts. */
export function isGone(what: string): Act {
  return async (place) => posts(`actions/${await actionOf(place, what)}/settlement`, { gone: true })(place);
}

async function actionOf({ world, scene }: Place, what: string): Promise<string> {
  const incident = await world.stage.humdrum.story.incidents.load(incidentOf(world, scene));
  const action = incident?.actions.find((each) => each.what === what);
  if (!action) throw new Error(`There is no action "${what}".`);
  return action.id;
}

type Proof = { check: string; shows: string };

/** Restored, with proof since a minute ago; `final` is the text that "watch for me" sends at the end. */
export function restores(
  proof: Proof,
  final?: { finalImpact: string; finalAction: string },
  workaround = '',
): Act {
  return posts('restoration', ({ world }) => ({
    proof: { ...proof, since: world.stage.now().subtract({ minutes: 1 }).toString() },
    workaround,
    ...(final ? { watch: final } : {}),
  }));
}

export function mergesInto(scene: string): Act {
  return posts('merge', ({ world }) => ({ into: incidentOf(world, scene) }));
}
