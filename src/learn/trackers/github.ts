/** GitHub's issues, of github.com or an Enterprise server. Docs: REST API, "Issues" and the webhook event `issues`. It keeps no due date: the day stands in the text. */
import {
  type Asker,
  type Change,
  type Draft,
  type Issue,
  idIn,
  type Json,
  link,
  list,
  needed,
  object,
  orUnseen,
  type Place,
  signatureComplaint,
  type TrackerKind,
  text,
  titleOf,
} from './tracker.ts';

const FOUND_PER_PAGE = 100;
// Their clock may be a little behind ours.
const CLOCK_SKEW_SECONDS = 120;

const at = ({ place }: Place, rest = ''): string =>
  `/repos/${place.split('/').map(encodeURIComponent).join('/')}${rest}`;

export const github: TrackerKind = {
  keepsDue: false,
  async reach(ask, place) {
    const json = object((await ask('GET', at(place))).json);
    const name = needed(text(json.full_name), 'github');
    if (json.has_issues === false)
      return { words: `${name} is there, but its issues are switched off`, isPublic: null };
    return { words: name, isPublic: typeof json.private === 'boolean' ? !json.private : null };
  },
  async make(ask, place, draft) {
    const { json } = await ask('POST', at(place, '/issues'), { title: draft.title, body: draft.text });
    return issueOf(object(json));
  },
  async find(ask, place, { mark, since }: Draft) {
    const query = new URLSearchParams({
      state: 'all',
      sort: 'created',
      since: since.subtract({ seconds: CLOCK_SKEW_SECONDS }).toString({ smallestUnit: 'second' }),
      per_page: String(FOUND_PER_PAGE),
    });
    const { json } = await ask('GET', at(place, `/issues?${query}`));
    const found = list(json).find((each) => text(each.body)?.includes(mark));
    return found && issueOf(found);
  },
  look,
  async change(ask, place, issueId, { title, text: body, state }: Change) {
    const { json } = await ask('PATCH', at(place, `/issues/${encodeURIComponent(issueId)}`), {
      ...(title === undefined ? {} : { title }),
      ...(body === undefined ? {} : { body }),
      ...(state === undefined ? {} : stateOf(state)),
    });
    return issueOf(object(json));
  },
  complaint: (hook, secret) =>
    signatureComplaint(hook, { name: 'X-Hub-Signature-256', prefix: 'sha256=', secret }),
  hint({ headers, json }) {
    if (headers['x-github-event'] !== 'issues') return undefined;
    const issueId = idIn(object(json.issue).number);
    return issueId ? { issueId, by: text(object(json.sender).login) } : undefined;
  },
};

function look(ask: Asker, place: Place, issueId: string): Promise<Issue> {
  const asks = async () =>
    issueOf(object((await ask('GET', at(place, `/issues/${encodeURIComponent(issueId)}`))).json));
  return orUnseen('github', asks, () => ask('GET', at(place)));
}

function stateOf(state: NonNullable<Change['state']>) {
  if (state === 'open') return { state: 'open', state_reason: 'reopened' };
  return { state: 'closed', state_reason: state === 'done' ? 'completed' : 'not_planned' };
}

function issueOf(json: Json): Issue {
  const id = needed(idIn(json.number), 'github');
  const closed = json.state === 'closed';
  const body = text(json.body)?.replaceAll('\r\n', '\n') ?? null;
  const assignee = text(object(json.assignee).login);
  return {
    id,
    shown: `#${id}`,
    url: link(json.html_url),
    title: titleOf(needed(text(json.title), 'github')),
    dueOn: null,
    state: closed ? (json.state_reason === 'not_planned' ? 'dropped' : 'done') : 'open',
    endedBy: closed ? text(object(json.closed_by).login) : null,
    text: body,
    assignee: assignee ? { name: assignee, email: null } : null,
  };
}
