/** Linear's issues over its GraphQL API. Docs: "Getting started", "Webhooks", and the schema's Issue. We choose the id of an issue, so asking twice makes it once. */
import { createHash } from 'node:crypto';
import { Failed } from '#platform/errors.ts';
import {
  type Asker,
  type Change,
  type Draft,
  dayIn,
  type End,
  Gone,
  HOOK_TOLERANCE_SECONDS,
  type Issue,
  idIn,
  type Json,
  link,
  list,
  needed,
  object,
  type Place,
  signatureComplaint,
  type TrackerKind,
  text,
  titleOf,
  unseen,
} from './tracker.ts';

const HISTORY_MAX = 20;
const ISSUE = `id identifier url title dueDate trashed state { type } assignee { name email }
  history(first: ${HISTORY_MAX}) { nodes { createdAt actor { name } toState { type } } }`;

export const linear: TrackerKind = {
  keepsDue: true,
  async reach(ask, place) {
    const { team } = await query(ask, 'query($id: String!) { team(id: $id) { id name key } }', {
      id: place.place,
    });
    return {
      words: `${needed(text(object(team).name), 'linear')} (${text(object(team).key)})`,
      isPublic: null,
    };
  },
  async make(ask, place, draft) {
    const { issueCreate } = await query(
      ask,
      `mutation($input: IssueCreateInput!) { issueCreate(input: $input) { success issue { ${ISSUE} } } }`,
      {
        input: {
          id: idOf(draft),
          teamId: place.place,
          title: draft.title,
          description: draft.text,
          dueDate: draft.dueOn,
        },
      },
    );
    return issueOf(object(object(issueCreate).issue));
  },
  async find(ask, place, draft) {
    try {
      return await look(ask, place, idOf(draft));
    } catch (error) {
      if (error instanceof Gone) return undefined;
      throw error;
    }
  },
  look,
  async change(ask, place, issueId, { title, dueOn, state }: Change) {
    const input = {
      ...(title === undefined ? {} : { title }),
      ...(dueOn === undefined ? {} : { dueDate: dueOn }),
      ...(state === undefined ? {} : { stateId: await stateIdOf(ask, place, state) }),
    };
    if (Object.keys(input).length === 0) return look(ask, place, issueId);
    const { issueUpdate } = await query(
      ask,
      `mutation($id: String!, $input: IssueUpdateInput!) { issueUpdate(id: $id, input: $input) { success issue { ${ISSUE} } } }`,
      { id: issueId, input },
    );
    return issueOf(object(object(issueUpdate).issue));
  },
  complaint(hook, secret, now) {
    const wrong = signatureComplaint(hook, { name: 'Linear-Signature', prefix: '', secret });
    if (wrong) return wrong;
    const sentAt = Number(hook.json.webhookTimestamp);
    const seconds = Math.abs(now.epochMilliseconds - sentAt) / 1000;
    return seconds <= HOOK_TOLERANCE_SECONDS ? undefined : 'The message is more than five minutes old';
  },
  hint({ json }) {
    if (json.type !== 'Issue') return undefined;
    const issueId = idIn(object(json.data).id);
    return issueId ? { issueId, by: text(object(json.actor).name) } : undefined;
  },
};

async function look(ask: Asker, place: Place, issueId: string): Promise<Issue> {
  try {
    const { issue } = await query(ask, `query($id: String!) { issue(id: $id) { ${ISSUE} } }`, {
      id: issueId,
    });
    if (!issue || object(issue).trashed === true) throw new Gone('Linear has it in its bin.');
    return issueOf(object(issue));
  } catch (error) {
    if (error instanceof Gone)
      await linear.reach(ask, place).catch((other: unknown) => {
        throw other instanceof Gone ? unseen('linear') : other;
      });
    throw error;
  }
}

/** Linear answers 200 with a list of errors. @throws Gone when it knows no such entity */
async function query(ask: Asker, text: string, variables: object): Promise<Json> {
  const { json } = await ask('POST', '/graphql', { query: text, variables });
  const { data, errors } = object(json);
  const messages = list(errors).map((each) => String(each.message ?? ''));
  if (messages.some((each) => /not found/i.test(each))) throw new Gone('Linear has nothing there.');
  if (messages.length)
    throw new Failed(`Linear refused it: ${messages.join('; ').slice(0, 300)}.`, { permanent: true });
  return object(data);
}

/** The first state of the wanted kind in the order of the team's board. */
async function stateIdOf(ask: Asker, place: Place, state: End): Promise<string> {
  const { team } = await query(
    ask,
    'query($id: String!) { team(id: $id) { states { nodes { id type position } } } }',
    { id: place.place },
  );
  const wanted =
    state === 'done'
      ? ['completed']
      : state === 'dropped'
        ? ['canceled']
        : ['unstarted', 'backlog', 'started'];
  const states = list(object(object(team).states).nodes).toSorted(
    (one, other) => Number(one.position ?? 0) - Number(other.position ?? 0),
  );
  const found = wanted.flatMap((type) => states.filter((each) => each.type === type))[0];
  const id = idIn(found?.id);
  if (!id)
    throw new Failed(`Linear has no state of the kind "${wanted[0]}" in this team. Move the issue by hand.`, {
      permanent: true,
    });
  return id;
}

/** A version 4 UUID that is always the same for one item and one asking. */
function idOf({ mark, since }: Draft): string {
  const hex = createHash('sha256').update(`${mark} ${since.epochMilliseconds}`).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

function issueOf(json: Json): Issue {
  const type = text(object(json.state).type);
  const ended = type === 'completed' || type === 'canceled' || type === 'duplicate';
  const assignee = object(json.assignee);
  const name = text(assignee.name);
  const moves = list(object(json.history).nodes)
    .filter((each) => text(object(each.toState).type) === type)
    .toSorted((one, other) => String(other.createdAt).localeCompare(String(one.createdAt)));
  return {
    id: needed(idIn(json.id), 'linear'),
    shown: needed(text(json.identifier), 'linear'),
    url: link(json.url),
    title: titleOf(needed(text(json.title), 'linear')),
    dueOn: dayIn(json.dueDate),
    state: type === 'completed' ? 'done' : ended ? 'dropped' : 'open',
    endedBy: ended ? text(object(moves[0]?.actor).name) : null,
    text: null,
    assignee: name ? { name, email: text(assignee.email) } : null,
  };
}
