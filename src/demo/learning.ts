/** How the demo learns: postmortems are written, things are agreed and done, by the same doors as everything else. */
import { type Act, incidentOf, type PersonName, type Place } from './world.ts';

type Factor = { answer: 'yes' | 'no'; text: string };
export type Text = {
  summary: string;
  impact: string;
  trigger: string;
  rootCause: string;
  contributingFactors: {
    slowDetection: Factor;
    missingDocumentation: Factor;
    missingMonitoring: Factor;
    others: string;
  };
  limitedHarm: string;
  wentWell: string;
  openQuestions: string;
};

type Agreed = {
  text: string;
  owner: PersonName;
  days: number;
  done: string;
  strength: 'stronger' | 'intermediate' | 'weaker';
};

/** Saves the sections on top of the timeline that the record has drafted. */
export function writes(text: Text): Act {
  return async (place) => {
    const { stage } = place.world;
    const { id, version, sections } = await stage.ask(
      place.who,
      'GET',
      `/postmortems/${await postmortemOf(place)}`,
    );
    await stage.ask(place.who, 'PUT', `/postmortems/${id}`, { version, sections: { ...sections, ...text } });
  };
}

/** Agrees on an action item that is due so many days later. */
export function agrees({ text, owner, days, done, strength }: Agreed): Act {
  return async (place) => {
    const { stage, people } = place.world;
    const dueOn = stage.now().toZonedDateTimeISO('Europe/Berlin').toPlainDate().add({ days }).toString();
    await stage.ask(place.who, 'POST', `/postmortems/${await postmortemOf(place)}/action-items`, {
      text,
      ownerId: people[owner].personId,
      dueOn,
      doneCondition: done,
      strength,
    });
  };
}

type Section = 'timeline' | 'root_cause' | 'contributing_factors' | 'action_items';

/** Whoever acts takes the scene's postmortem over. */
export const owns: Act = async (place) => {
  const { stage } = place.world;
  const ownerId = place.who.personId;
  await stage.ask(place.who, 'PUT', `/postmortems/${await postmortemOf(place)}/owner`, { ownerId });
};

/** Begins a thread on a section of the scene's postmortem; whoever is named gets a mail. */
export function comments(section: Section, text: string, ...mentions: PersonName[]): Act {
  return async (place) => {
    const { stage, people } = place.world;
    await stage.ask(place.who, 'POST', `/postmortems/${await postmortemOf(place)}/comments`, {
      section,
      text,
      mentions: mentions.map((name) => people[name].personId),
    });
  };
}

/** Answers the latest thread on this section, and settles it where that is all there is to say. */
export function answersComment(section: Section, text: string, how?: 'settled'): Act {
  return async (place) => {
    const { stage } = place.world;
    const at = `/postmortems/${await postmortemOf(place)}/comments`;
    const { items } = await stage.ask(place.who, 'GET', at);
    const thread = items.findLast((each: { section: Section }) => each.section === section);
    if (!thread) throw new Error(`Nobody has commented on ${section}.`);
    await stage.ask(place.who, 'POST', `${at}/${thread.id}/answers`, { text });
    if (how === 'settled') await stage.ask(place.who, 'POST', `${at}/${thread.id}/resolution`);
  };
}

export function asksReviewers(...names: PersonName[]): Act {
  return async (place) => {
    const { stage, people } = place.world;
    await stage.ask(place.who, 'POST', `/postmortems/${await postmortemOf(place)}/reviews`, {
      personIds: names.map((name) => people[name].personId),
    });
  };
}

/** Signs off what stands there now, or asks for changes with what should change. */
export function reviewsText(how: 'sign-off' | 'change-request', text: string): Act {
  return async (place) => {
    const { stage } = place.world;
    const { id, version } = await stage.ask(place.who, 'GET', `/postmortems/${await postmortemOf(place)}`);
    await stage.ask(place.who, 'POST', `/postmortems/${id}/${how}`, { version, text });
  };
}

/** Writes a text for these readers outside, and publishes it to their status pages. */
export function tellsOutside(audience: 'clients' | 'public', text: string): Act {
  return async (place) => {
    const { stage } = place.world;
    const at = `/postmortems/${await postmortemOf(place)}/outside-texts/${audience}`;
    await stage.ask(place.who, 'PUT', at, { version: 0, text });
    await stage.ask(place.who, 'POST', `${at}/publication`, {});
  };
}

export const publishes: Act = async (place) => {
  await place.world.stage.ask(place.who, 'POST', `/postmortems/${await postmortemOf(place)}/publication`);
};

/** Another scene's postmortem covers this one. */
export function coveredBy(scene: string, reason: string): Act {
  return async (place) => {
    await place.world.stage.ask(place.who, 'POST', `/postmortems/${await postmortemOf(place)}/cover`, {
      incidentId: incidentOf(place.world, scene),
      reason,
    });
  };
}

export function completes(text: string, evidence: string): Act {
  return async ({ world, who }) => {
    const { items } = await world.stage.ask(who, 'GET', '/action-items?state=open&limit=200');
    const item = items.find((each: { text: string }) => each.text === text);
    if (!item) throw new Error(`There is no open action item "${text}".`);
    await world.stage.ask(who, 'POST', `/action-items/${item.id}/completion`, { evidence });
  };
}

async function postmortemOf({ world, scene, who }: Place): Promise<string> {
  const incidentId = incidentOf(world, scene);
  const { items } = await world.stage.ask(who, 'GET', '/postmortems?limit=200');
  const found = items.find((each: { incidentId: string }) => each.incidentId === incidentId);
  if (!found) throw new Error('It has no postmortem.');
  return found.id;
}
