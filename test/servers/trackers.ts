/** The four trackers as their documentation says they answer, holding issues in memory; each refuses what the real one would refuse. */
import { type Answering, type Asked, startVendor, type Vendor } from './vendor.ts';

export type Kept = {
  id: string;
  title: string;
  text: string;
  dueOn: string | null;
  state: 'open' | 'done' | 'dropped';
  by: string | null;
  assignee: { name: string; email: string | null } | null;
  labels: string[];
};

export type FakeTracker = {
  kind: 'github' | 'gitlab' | 'jira' | 'linear';
  vendor: Vendor;
  place: string;
  issues: Map<string, Kept>;
  /** What it answers instead, from now on; undefined: itself again. */
  instead: Answering | ((asked: Asked) => Answering | undefined) | undefined;
  /** What was asked that changes something. */
  writes(): Asked[];
  stop(): Promise<void>;
};

const TOKEN = 'sesame';
// biome-ignore lint/suspicious/noExplicitAny: bodies of four vendors
type Any = any;
const refuse = (status: number, body: object): Answering => ({ status, body });
const jsonIn = ({ body }: Asked): Any => (body ? JSON.parse(body) : {});

export async function startTracker(kind: FakeTracker['kind']): Promise<FakeTracker> {
  const vendor = await startVendor();
  const tracker: FakeTracker = {
    kind,
    vendor,
    place: { github: 'acme/shop', gitlab: 'acme/ops/shop', jira: 'OPS', linear: 'team-1' }[kind],
    issues: new Map(),
    instead: undefined,
    writes: () =>
      vendor.asked.filter(({ method, body }) => method !== 'GET' && !/^\{"query":"query/.test(body)),
    stop: () => vendor.stop(),
  };
  const answer = { github, gitlab, jira, linear }[kind];
  vendor.answer('/', (asked) => {
    const { instead } = tracker;
    const other = typeof instead === 'function' ? instead(asked) : instead;
    return other ?? { headers: { 'content-type': 'application/json' }, ...answer(tracker, asked) };
  });
  return tracker;
}

function newIssue(tracker: FakeTracker, more: Partial<Kept> & { title: string }): Kept {
  const id = more.id ?? String(tracker.issues.size + 1);
  const issue: Kept = {
    text: '',
    dueOn: null,
    state: 'open',
    by: null,
    assignee: null,
    labels: [],
    ...more,
    id,
  };
  tracker.issues.set(id, issue);
  return issue;
}

function github(tracker: FakeTracker, asked: Asked): Answering {
  if (asked.headers.authorization !== `Bearer ${TOKEN}`) return refuse(401, { message: 'Bad credentials' });
  const { pathname } = new URL(asked.path, 'http://x');
  const shown = (issue: Kept) => ({
    number: Number(issue.id),
    html_url: `https://github.example/acme/shop/issues/${issue.id}`,
    title: issue.title,
    body: issue.text,
    state: issue.state === 'open' ? 'open' : 'closed',
    state_reason: issue.state === 'dropped' ? 'not_planned' : issue.state === 'done' ? 'completed' : null,
    closed_by: issue.by ? { login: issue.by } : null,
    assignee: issue.assignee ? { login: issue.assignee.name } : null,
  });
  if (pathname === '/repos/acme/shop')
    return { body: { full_name: 'acme/shop', private: false, has_issues: true } };
  const [, id] = /^\/repos\/acme\/shop\/issues(?:\/(\d+))?$/.exec(pathname) ?? [];
  if (!pathname.startsWith('/repos/acme/shop/issues')) return refuse(404, { message: 'Not Found' });
  if (id === undefined) {
    if (asked.method === 'GET') return { body: [...tracker.issues.values()].map(shown) };
    const { title, body } = jsonIn(asked);
    if (typeof title !== 'string') return refuse(422, { message: 'Validation Failed' });
    return { status: 201, body: shown(newIssue(tracker, { title, text: body })) };
  }
  const issue = tracker.issues.get(id);
  if (!issue) return refuse(410, { message: 'This issue was deleted' });
  if (asked.method === 'PATCH') {
    const { title, body, state, state_reason } = jsonIn(asked);
    if (title !== undefined) issue.title = title;
    if (body !== undefined) issue.text = body;
    if (state === 'open') issue.state = 'open';
    if (state === 'closed') issue.state = state_reason === 'not_planned' ? 'dropped' : 'done';
  }
  return { body: shown(issue) };
}

function gitlab(tracker: FakeTracker, asked: Asked): Answering {
  if (asked.headers['private-token'] !== TOKEN) return refuse(401, { message: '401 Unauthorized' });
  const url = new URL(asked.path, 'http://x');
  const shown = (issue: Kept) => ({
    iid: Number(issue.id),
    web_url: `https://gitlab.example/acme/ops/shop/-/issues/${issue.id}`,
    title: issue.title,
    description: issue.text,
    due_date: issue.dueOn,
    state: issue.state === 'open' ? 'opened' : 'closed',
    closed_by: issue.by ? { name: issue.by, username: 'x' } : null,
    assignee: issue.assignee ? { name: issue.assignee.name, username: 'y' } : null,
  });
  const base = '/api/v4/projects/acme%2Fops%2Fshop';
  if (url.pathname === base)
    return { body: { name_with_namespace: 'Acme / Ops / Shop', visibility: 'private' } };
  if (!url.pathname.startsWith(`${base}/issues`)) return refuse(404, { message: '404 Project Not Found' });
  const id = url.pathname.slice(`${base}/issues/`.length);
  if (!id) {
    if (asked.method === 'GET') {
      const search = url.searchParams.get('search') ?? '';
      return { body: [...tracker.issues.values()].filter((each) => each.text.includes(search)).map(shown) };
    }
    const { title, description, due_date } = jsonIn(asked);
    return { status: 201, body: shown(newIssue(tracker, { title, text: description, dueOn: due_date })) };
  }
  const issue = tracker.issues.get(id);
  if (!issue) return refuse(404, { message: '404 Not found' });
  if (asked.method === 'PUT') {
    const { title, description, due_date, state_event } = jsonIn(asked);
    if (title !== undefined) issue.title = title;
    if (description !== undefined) issue.text = description;
    if (due_date !== undefined) issue.dueOn = due_date;
    if (state_event) issue.state = state_event === 'close' ? 'done' : 'open';
  }
  return { body: shown(issue) };
}

const STEPS = [
  { id: '11', name: 'To do', to: { name: 'To Do', statusCategory: { key: 'new' } } },
  { id: '21', name: 'Will not do', to: { name: "Won't do", statusCategory: { key: 'done' } } },
  { id: '31', name: 'Finish', to: { name: 'Done', statusCategory: { key: 'done' } } },
];

function jira(tracker: FakeTracker, asked: Asked): Answering {
  const basic = `Basic ${Buffer.from(`bot@acme.example:${TOKEN}`).toString('base64')}`;
  if (asked.headers.authorization !== basic)
    return refuse(401, { errorMessages: ['You are not authenticated.'] });
  const url = new URL(asked.path, 'http://x');
  const shown = (issue: Kept) => ({
    id: issue.id,
    key: `OPS-${issue.id}`,
    fields: {
      summary: issue.title,
      duedate: issue.dueOn,
      labels: issue.labels,
      status: {
        name: issue.state === 'open' ? 'To Do' : issue.state === 'done' ? 'Done' : "Won't do",
        statusCategory: { key: issue.state === 'open' ? 'new' : 'done' },
      },
      resolution: null,
      assignee: issue.assignee
        ? { displayName: issue.assignee.name, emailAddress: issue.assignee.email ?? undefined }
        : null,
    },
    changelog: {
      histories: issue.by ? [{ author: { displayName: issue.by }, items: [{ field: 'status' }] }] : [],
    },
  });
  if (url.pathname === '/rest/api/3/project/OPS') return { body: { key: 'OPS', name: 'Operations' } };
  if (url.pathname === '/rest/api/3/search/jql') {
    const label = /labels = "([^"]+)"/.exec(url.searchParams.get('jql') ?? '')?.[1] ?? '';
    return {
      body: { issues: [...tracker.issues.values()].filter((each) => each.labels.includes(label)).map(shown) },
    };
  }
  if (url.pathname === '/rest/api/3/issue' && asked.method === 'POST') {
    const { fields } = jsonIn(asked);
    if (fields.description?.type !== 'doc' || fields.description.version !== 1)
      return refuse(400, { errors: { description: 'Operation value must be an Atlassian Document' } });
    if (fields.labels.some((label: string) => /\s/.test(label)))
      return refuse(400, { errors: { labels: 'The label contains spaces which is invalid.' } });
    const text = fields.description.content.map((each: Any) => each.content[0].text).join('\n');
    const { summary: title, duedate: dueOn, labels } = fields;
    const { id } = newIssue(tracker, { title, text, dueOn: dueOn ?? null, labels });
    return { status: 201, body: { id, key: `OPS-${id}` } };
  }
  const [, id = '', rest = ''] = /^\/rest\/api\/3\/issue\/(\w+)(\/transitions)?$/.exec(url.pathname) ?? [];
  const issue = tracker.issues.get(id);
  if (!issue)
    return refuse(404, { errorMessages: ['Issue does not exist or you do not have permission to see it.'] });
  if (rest && asked.method === 'GET') return { body: { transitions: STEPS } };
  if (rest) {
    const { transition } = jsonIn(asked);
    issue.state = transition.id === '31' ? 'done' : transition.id === '21' ? 'dropped' : 'open';
    return { status: 204, body: '' };
  }
  if (asked.method === 'PUT') {
    const { fields } = jsonIn(asked);
    if (fields.summary !== undefined) issue.title = fields.summary;
    if (fields.duedate !== undefined) issue.dueOn = fields.duedate;
    return { status: 204, body: '' };
  }
  return { body: shown(issue) };
}

function linear(tracker: FakeTracker, asked: Asked): Answering {
  if (asked.headers.authorization !== `Bearer ${TOKEN}`)
    return refuse(400, {
      errors: [{ message: 'Authentication required', extensions: { code: 'AUTHENTICATION_ERROR' } }],
    });
  const { query, variables } = jsonIn(asked) as { query: string; variables: Any };
  const types = { open: 'unstarted', done: 'completed', dropped: 'canceled' } as const;
  const shown = (issue: Kept) => ({
    id: issue.id,
    identifier: `OPS-${[...tracker.issues.keys()].indexOf(issue.id) + 1}`,
    url: `https://linear.example/acme/issue/${issue.id}`,
    title: issue.title,
    dueDate: issue.dueOn,
    trashed: null,
    state: { type: types[issue.state] },
    assignee: issue.assignee,
    history: {
      nodes: issue.by
        ? [
            {
              createdAt: '2026-11-24T00:00:00Z',
              actor: { name: issue.by },
              toState: { type: types[issue.state] },
            },
          ]
        : [],
    },
  });
  const none = { body: { data: null, errors: [{ message: 'Entity not found: Issue' }] } };
  if (query.includes('states')) {
    const nodes = [
      { id: 'state-todo', type: 'unstarted', position: 1 },
      { id: 'state-done', type: 'completed', position: 2 },
      { id: 'state-no', type: 'canceled', position: 3 },
    ];
    return { body: { data: { team: { states: { nodes } } } } };
  }
  if (query.includes('team(id'))
    return { body: { data: { team: { id: 'team-1', name: 'Operations', key: 'OPS' } } } };
  if (query.includes('issueCreate')) {
    const { id, title, description, dueDate, teamId } = variables.input;
    if (
      !/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id) ||
      teamId !== 'team-1'
    )
      return { body: { errors: [{ message: 'Argument Validation Error' }] } };
    if (tracker.issues.has(id)) return { body: { errors: [{ message: 'conflict on insert of Issue' }] } };
    const issue = newIssue(tracker, { id, title, text: description, dueOn: dueDate });
    return { body: { data: { issueCreate: { success: true, issue: shown(issue) } } } };
  }
  const issue = tracker.issues.get(variables.id);
  if (!issue) return none;
  if (!query.includes('issueUpdate')) return { body: { data: { issue: shown(issue) } } };
  const { title, dueDate, stateId } = variables.input;
  if (title !== undefined) issue.title = title;
  if (dueDate !== undefined) issue.dueOn = dueDate;
  if (stateId) issue.state = stateId === 'state-done' ? 'done' : stateId === 'state-no' ? 'dropped' : 'open';
  return { body: { data: { issueUpdate: { success: true, issue: shown(issue) } } } };
}
