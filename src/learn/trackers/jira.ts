/** Jira Cloud's issues. Docs: REST API v3, "Issues", "Issue search", and webhooks. An end is a step of the project's own workflow, so it is looked for. */
import { Failed } from '#platform/errors.ts';
import {
  type Asker,
  type Change,
  type Draft,
  dayIn,
  type End,
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

const FIELDS = 'summary,status,duedate,assignee,resolution,labels';
const NOT_DONE =
  /\b(?:won['’]?t|not (?:be )?(?:do|done|fix|planned)|declin|cancel|reject|obsolete|duplicate|abandon)/i;

const issueAt = (issueId: string, rest = ''): string =>
  `/rest/api/3/issue/${encodeURIComponent(issueId)}${rest}`;
const projectAt = ({ place }: Place): string => `/rest/api/3/project/${encodeURIComponent(place)}`;
// A label holds no spaces; the id is the last word of the mark.
const labelOf = (mark: string): string => `humdrum-${mark.split(' ').at(-1)}`;

export const jira: TrackerKind = {
  keepsDue: true,
  async reach(ask, place) {
    const json = object((await ask('GET', projectAt(place))).json);
    return { words: `${needed(text(json.name), 'jira')} (${text(json.key) ?? place.place})`, isPublic: null };
  },
  async make(ask, place, draft) {
    const fields = {
      project: { key: place.place },
      issuetype: { name: place.issueType || 'Task' },
      summary: draft.title,
      description: documentOf(draft.text),
      labels: [labelOf(draft.mark)],
    };
    const make = (more: object) => ask('POST', '/rest/api/3/issue', { fields: { ...fields, ...more } });
    const made = await make({ duedate: draft.dueOn }).catch((error: unknown) => {
      // A project may keep no due date on its screens; the day stands in the text, too.
      if (error instanceof Failed && /\bduedate\b/.test(error.message)) return make({});
      throw error;
    });
    return look(ask, place, needed(idIn(object(made.json).id), 'jira'));
  },
  async find(ask, place, { mark }: Draft) {
    const query = new URLSearchParams({
      jql: `labels = "${labelOf(mark)}"`,
      fields: FIELDS,
      maxResults: '1',
    });
    const { json } = await ask('GET', `/rest/api/3/search/jql?${query}`);
    const [found] = list(object(json).issues);
    return found && issueOf(found, place);
  },
  look,
  async change(ask, place, issueId, { title, dueOn, state }: Change) {
    const fields = {
      ...(title === undefined ? {} : { summary: title }),
      ...(dueOn === undefined ? {} : { duedate: dueOn }),
    };
    if (Object.keys(fields).length) await ask('PUT', issueAt(issueId), { fields });
    if (state !== undefined) await step(ask, issueId, state);
    return look(ask, place, issueId);
  },
  complaint: (hook, secret) =>
    signatureComplaint(hook, { name: 'X-Hub-Signature', prefix: 'sha256=', secret }),
  hint({ json }) {
    const issueId = idIn(object(json.issue).id);
    return issueId ? { issueId, by: text(object(json.user).displayName) } : undefined;
  },
};

function look(ask: Asker, place: Place, issueId: string): Promise<Issue> {
  const asks = async () =>
    issueOf(object((await ask('GET', issueAt(issueId, `?fields=${FIELDS}&expand=changelog`))).json), place);
  return orUnseen('jira', asks, () => ask('GET', projectAt(place)));
}

/** Each project has its own steps; the one that leads to the wanted end is taken. */
async function step(ask: Asker, issueId: string, state: End): Promise<void> {
  const { json } = await ask('GET', issueAt(issueId, '/transitions'));
  const steps = list(object(json).transitions).map((each) => ({
    id: idIn(each.id),
    name: `${text(each.name) ?? ''} ${text(object(each.to).name) ?? ''}`,
    category: text(object(object(each.to).statusCategory).key),
  }));
  const ending = steps.filter((each) => each.category === 'done');
  const chosen =
    state === 'open'
      ? (steps.find((each) => each.category === 'new') ?? steps.find((each) => each.category !== 'done'))
      : state === 'done'
        ? (ending.find((each) => !NOT_DONE.test(each.name)) ?? ending[0])
        : (ending.find((each) => NOT_DONE.test(each.name)) ?? ending[0]);
  if (!chosen?.id)
    throw new Failed(
      `Jira offers no step from where the issue stands to ${state === 'open' ? 'an open state' : 'an end'}. Move it there by hand.`,
      { permanent: true },
    );
  await ask('POST', issueAt(issueId, '/transitions'), { transition: { id: chosen.id } });
}

/** Atlassian's document format: one paragraph for each line. */
function documentOf(lines: string): object {
  return {
    type: 'doc',
    version: 1,
    content: lines
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => ({ type: 'paragraph', content: [{ type: 'text', text: line }] })),
  };
}

function issueOf(json: Json, { baseUrl }: Place): Issue {
  const fields = object(json.fields);
  const shown = needed(text(json.key), 'jira');
  const ended = text(object(object(fields.status).statusCategory).key) === 'done';
  const how = `${text(object(fields.resolution).name) ?? ''} ${text(object(fields.status).name) ?? ''}`;
  const assignee = object(fields.assignee);
  const name = text(assignee.displayName);
  return {
    id: needed(idIn(json.id), 'jira'),
    shown,
    url: link(`${baseUrl.replace(/\/+$/, '')}/browse/${encodeURIComponent(shown)}`),
    title: titleOf(needed(text(fields.summary), 'jira')),
    dueOn: dayIn(fields.duedate),
    state: ended ? (NOT_DONE.test(how) ? 'dropped' : 'done') : 'open',
    endedBy: ended ? lastMover(json) : null,
    text: null,
    assignee: name ? { name, email: text(assignee.emailAddress) } : null,
  };
}

/** The changelog begins with the latest. */
function lastMover(json: Json): string | null {
  const moves = list(object(json.changelog).histories).filter((each) =>
    list(each.items).some((item) => item.field === 'status'),
  );
  return text(object(moves[0]?.author).displayName);
}
