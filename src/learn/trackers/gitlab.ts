/** GitLab's issues, of gitlab.com or a server of one's own. Docs: REST API v4, "Issues API" and the webhook "Issue events". */
import {
  type Asker,
  dayIn,
  type Issue,
  idIn,
  type Json,
  link,
  list,
  needed,
  object,
  orUnseen,
  type Place,
  same,
  type TrackerKind,
  text,
  titleOf,
} from './tracker.ts';

const at = ({ place }: Place, rest = ''): string => `/api/v4/projects/${encodeURIComponent(place)}${rest}`;

export const gitlab: TrackerKind = {
  keepsDue: true,
  async reach(ask, place) {
    const json = object((await ask('GET', at(place))).json);
    const name = needed(text(json.name_with_namespace) ?? text(json.path_with_namespace), 'gitlab');
    const visibility = text(json.visibility);
    return { words: name, isPublic: visibility === null ? null : visibility === 'public' };
  },
  async make(ask, place, { title, text: description, dueOn }) {
    const { json } = await ask('POST', at(place, '/issues'), { title, description, due_date: dueOn });
    return issueOf(object(json));
  },
  async find(ask, place, { mark }) {
    const query = new URLSearchParams({ search: mark, in: 'description', state: 'all' });
    const { json } = await ask('GET', at(place, `/issues?${query}`));
    const found = list(json).find((each) => text(each.description)?.includes(mark));
    return found && issueOf(found);
  },
  look,
  async change(ask, place, issueId, { title, dueOn, text: description, state }) {
    const { json } = await ask('PUT', at(place, `/issues/${encodeURIComponent(issueId)}`), {
      ...(title === undefined ? {} : { title }),
      ...(dueOn === undefined ? {} : { due_date: dueOn }),
      ...(description === undefined ? {} : { description }),
      ...(state === undefined ? {} : { state_event: state === 'open' ? 'reopen' : 'close' }),
    });
    return issueOf(object(json));
  },
  // GitLab sends the secret itself.
  complaint({ headers }, secret) {
    const sent = headers['x-gitlab-token'];
    if (typeof sent !== 'string') return 'The header X-Gitlab-Token is missing';
    return same(sent, secret) ? undefined : 'The token in X-Gitlab-Token is not our secret';
  },
  hint({ json }) {
    if (json.object_kind !== 'issue') return undefined;
    const issueId = idIn(object(json.object_attributes).iid);
    const user = object(json.user);
    return issueId ? { issueId, by: text(user.name) ?? text(user.username) } : undefined;
  },
};

function look(ask: Asker, place: Place, issueId: string): Promise<Issue> {
  const asks = async () =>
    issueOf(object((await ask('GET', at(place, `/issues/${encodeURIComponent(issueId)}`))).json));
  return orUnseen('gitlab', asks, () => ask('GET', at(place)));
}

function issueOf(json: Json): Issue {
  const id = needed(idIn(json.iid), 'gitlab');
  const closed = json.state === 'closed';
  const assignee = object(json.assignee);
  const name = text(assignee.name) ?? text(assignee.username);
  const closer = object(json.closed_by);
  return {
    id,
    shown: `#${id}`,
    url: link(json.web_url),
    title: titleOf(needed(text(json.title), 'gitlab')),
    dueOn: dayIn(json.due_date),
    // GitLab knows one way to close: whoever closes what was not done says so here.
    state: closed ? 'done' : 'open',
    endedBy: closed ? (text(closer.name) ?? text(closer.username)) : null,
    text: text(json.description)?.replaceAll('\r\n', '\n') ?? null,
    assignee: name ? { name, email: null } : null,
  };
}
