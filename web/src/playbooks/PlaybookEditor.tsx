/** Writes a playbook: the text on the left with what is missing at its lines, how it reads on the right; nothing is lost on the way. */
import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useRef } from 'react';
import '../pieces/records.css';
import './playbooks.css';
import { post, put } from '../api/http.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { refusals, useAct } from '../pieces/acting.ts';
import { ServicesSelect } from '../pieces/Choosers.tsx';
import { Refusal } from '../pieces/Refusal.tsx';
import { Screen } from '../pieces/Screen.tsx';
import { count } from '../words/count.ts';
import { FindingList } from './FindingList.tsx';
import { forget, type Text, useKeptText } from './kept.ts';
import { LinedText } from './LinedText.tsx';
import {
  CATEGORY_WORDS,
  type Category,
  type CheckedView,
  PLAYBOOK_KEYS,
  type PlaybookView,
} from './playbook.ts';
import { Reading } from './Reading.tsx';

const PAUSE_MS = 350;
const EXAMPLE = `When to use it, in one sentence.

- [ ] First make it stop getting worse @hands (5 min)

  \`\`\`sh
  kubectl -n {{service.slug}} rollout pause deploy/web
  \`\`\`
- [ ] Then get users working again @hands (10 min)
- [ ] Look whether it worked: [the board](https://example.com/{{service.slug}}) @lead (3 min)
- [ ] Tell {{client.name}} what still works @comms (5 min)
`;

export function NewPlaybook() {
  const navigate = useNavigate();
  const asked = useSearch({ strict: false }) as { service?: string; category?: string };
  const empty: Text = {
    title: '',
    category: asked.category ?? null,
    serviceIds: asked.service ? [asked.service] : [],
    body: EXAMPLE,
    note: '',
  };
  return (
    <Editor
      id="new"
      heading="Write a playbook"
      saved={empty}
      version={0}
      leave={() => void navigate({ to: '/playbooks' as '/' })}
      save={(text) => post<PlaybookView>('/playbooks', text)}
      done={(made) => void navigate({ to: `/playbooks/${made.id}` as '/' })}
    />
  );
}

export function PlaybookEditor({ playbook: it, done }: { playbook: PlaybookView; done: () => void }) {
  const saved: Text = {
    title: it.title,
    category: it.category,
    serviceIds: it.services.map((each) => each.id),
    body: it.body,
    note: '',
  };
  return (
    <Editor
      id={it.id}
      heading={it.title}
      saved={saved}
      version={it.version}
      newest={it}
      leave={done}
      save={(text, basedOn) => put<PlaybookView>(`/playbooks/${it.id}`, { ...text, basedOn })}
      done={done}
    />
  );
}

type Props = {
  id: string;
  heading: string;
  saved: Text;
  version: number;
  newest?: PlaybookView;
  save: (text: Text, basedOn: number) => Promise<PlaybookView>;
  done: (made: PlaybookView) => void;
  leave: () => void;
};

function Editor({ id, heading, saved, version, newest, save, done, leave }: Props) {
  const kept = useKeptText(id, saved, version);
  const { text, write } = kept;
  const area = useRef<HTMLTextAreaElement>(null);
  const act = useAct({
    does: () => save(text, kept.basedOn),
    doubt: PLAYBOOK_KEYS,
    inForm: true,
    said: 'Saved.',
    done: (made: PlaybookView) => {
      forget(id);
      done(made);
    },
  });
  const [body] = useDebouncedValue(text.body, PAUSE_MS);
  const checked = useQuery({
    queryKey: ['playbooks', 'check', body],
    queryFn: () => post<CheckedView>('/playbooks/check', { body }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  const refused = refusals(act.error);
  const findings = checked.data?.findings ?? [];
  const stale = newest !== undefined && kept.basedOn < version;
  return (
    <Screen
      title={heading}
      lead={
        <Link to="/playbooks" className="back">
          ← Playbooks
        </Link>
      }
    >
      {kept.found && kept.changed ? (
        <p className="notice">
          This is what you wrote here before and did not save.{' '}
          <button type="button" className="linkish" onClick={kept.drop}>
            Throw it away
          </button>
        </p>
      ) : null}
      {stale ? (
        <p className="notice">
          {newest.updatedBy} saved version {version} while you were writing. Yours is kept here.{' '}
          <Link to="." search={{ part: 'versions' } as never}>
            See what changed
          </Link>
          , bring it in, then{' '}
          <button type="button" className="linkish" onClick={kept.onTop}>
            save on top of version {version}
          </button>
          .
        </p>
      ) : null}
      <div className="playbook-fields">
        <TextInput
          label="Title"
          placeholder="Roll checkout back"
          size="md"
          value={text.title}
          error={refused('title')}
          onChange={(event) => write({ title: event.currentTarget.value })}
        />
        <ServicesSelect
          label="For which services"
          placeholder="Every service"
          value={text.serviceIds}
          choose={(serviceIds) => write({ serviceIds })}
        />
        <Select
          label="For which kind of failure"
          placeholder="Whatever it is"
          size="md"
          clearable
          data={(Object.keys(CATEGORY_WORDS) as Category[]).map((value) => ({
            value,
            label: CATEGORY_WORDS[value],
          }))}
          value={text.category}
          onChange={(category) => write({ category })}
        />
      </div>
      <div className="playbook-sides">
        <section aria-label="The text">
          <LinedText
            label="The text, in Markdown"
            value={text.body}
            findings={findings}
            area={area}
            write={(value) => write({ body: value })}
          />
          {refused('body') ? <p className="red small">{refused('body')}</p> : null}
          <p className="small quiet">
            A step is “- [ ] …”, its owner @lead, @comms or @hands, its time box (5 min). {'{{service.name}}'}
            , {'{{client.name}}'} and {'{{incident.reference}}'} are filled in; {'{{anything}}'},{' '}
            {'{{size: number}}'} and {'{{region: eu, us}}'} are asked for when it starts.
          </p>
          {findings.length ? (
            <FindingList findings={findings} go={(line) => goTo(area.current, line)} />
          ) : checked.data ? (
            <p className="green small">Nothing is missing.</p>
          ) : null}
        </section>
        <section aria-label="How it reads" className="playbook-preview">
          <h2 className="label">
            How it reads{checked.data ? ` · ${count(checked.data.steps, 'step')}` : ''}
          </h2>
          {checked.isError ? (
            <p className="quiet">It cannot be shown while the server is away. What you write is kept here.</p>
          ) : null}
          {checked.data ? <Reading parts={checked.data.parts} /> : null}
        </section>
      </div>
      <div className="playbook-save">
        <TextInput
          label="Why (may stay empty)"
          placeholder="For those who read the history"
          size="md"
          value={text.note}
          maxLength={500}
          onChange={(event) => write({ note: event.currentTarget.value })}
        />
        <Refusal error={act.error} />
        <div className="form-end">
          <ActButton
            busy={act.isPending}
            disabled={!kept.changed && id !== 'new'}
            onClick={() => act.mutate()}
          >
            {id === 'new' ? 'Save the playbook' : `Save version ${version + 1}`}
          </ActButton>
          <Button variant="subtle" onClick={leave}>
            {kept.changed ? 'Leave it for later' : 'Back'}
          </Button>
          {kept.changed ? <span className="quiet small">Kept in this browser until it is saved.</span> : null}
        </div>
      </div>
    </Screen>
  );
}

function goTo(area: HTMLTextAreaElement | null, line: number): void {
  if (!area) return;
  const before = area.value.split('\n').slice(0, line - 1);
  const from = before.reduce((sum, each) => sum + each.length + 1, 0);
  const to = area.value.indexOf('\n', from);
  area.focus();
  area.setSelectionRange(from, to < 0 ? area.value.length : to);
}
