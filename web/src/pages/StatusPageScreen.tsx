/** One status page: what it is, its picture, who is told through it; or the form that makes and changes it. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import '../pieces/records.css';
import './pages.css';
import { post, put, remove } from '../api/http.ts';
import { useSession } from '../api/session.ts';
import { Fact, Facts } from '../directory/EntryFacts.tsx';
import { useAct } from '../pieces/acting.ts';
import { Confirm } from '../pieces/Confirm.tsx';
import { Back, OneOf } from '../pieces/OneOf.tsx';
import { Screen } from '../pieces/Screen.tsx';
import { Logo } from './Logo.tsx';
import { PageForm } from './PageForm.tsx';
import { nameOf, type StatusPageView, statusPageQuery } from './page.ts';
import { Subscribers } from './Subscribers.tsx';

const DOUBT = [['status_pages']];
const BACK = <Back to="/status-pages" words="Status pages" />;

export function StatusPageScreen() {
  const { id } = useParams({ strict: false }) as { id: string };
  return id === 'new' ? <NewPage /> : <Known key={id} id={id} />;
}

function NewPage() {
  const navigate = useNavigate();
  const create = useAct({
    does: (body: object) => post<StatusPageView>('/status-pages', body),
    doubt: DOUBT,
    inForm: true,
    done: (made) => void navigate({ to: `/status-pages/${made.id}` as '/' }),
  });
  return (
    <Screen title="Make a page" lead={BACK}>
      <PageForm
        page={undefined}
        button="Make the page"
        busy={create.isPending}
        error={create.error}
        send={create.mutate}
        cancel={() => void navigate({ to: '/status-pages' as '/' })}
      />
    </Screen>
  );
}

function Known({ id }: { id: string }) {
  return (
    <OneOf of={useQuery(statusPageQuery(id))} title="Status page" lead={BACK}>
      {(page) => <Opened page={page} />}
    </OneOf>
  );
}

function Opened({ page }: { page: StatusPageView }) {
  const administrator = useSession()?.role === 'administrator';
  const [editing, setEditing] = useState(false);
  const save = useAct({
    does: (body: object) => put(`/status-pages/${page.id}`, body),
    doubt: DOUBT,
    inForm: true,
    said: 'Saved. Readers see it within five seconds.',
    done: () => setEditing(false),
  });
  if (editing)
    return (
      <Screen title={nameOf(page)} lead={BACK}>
        <PageForm
          page={page}
          button="Save"
          busy={save.isPending}
          error={save.error}
          send={save.mutate}
          cancel={() => setEditing(false)}
        />
      </Screen>
    );
  return (
    <Screen
      title={nameOf(page)}
      lead={BACK}
      action={administrator ? <Button onClick={() => setEditing(true)}>Edit</Button> : null}
    >
      <PageFacts page={page} />
      {administrator ? (
        <>
          <Logo page={page} />
          <Subscribers page={page} />
          <Keep page={page} />
        </>
      ) : null}
    </Screen>
  );
}

function PageFacts({ page }: { page: StatusPageView }) {
  return (
    <Facts>
      <Fact name="Where">
        <a href={page.path} target="_blank" rel="noreferrer" className="mono">
          {page.path}
        </a>
      </Fact>
      <Fact name="Who may read it">
        {page.client ? (
          <>
            the contacts of <Link to={`/directory/clients/${page.client.id}` as '/'}>{page.client.name}</Link>
            {page.readers.length ? `, and ${page.readers.join(', ')}` : ''}
          </>
        ) : (
          'everybody'
        )}
      </Fact>
      <Fact name="Shows">
        {page.services.map((each) => each.name).join(', ') || <span className="amber">no service yet</span>}
        {page.slug === null ? (
          <span className="quiet"> · services are put on this page in the directory</span>
        ) : null}
      </Fact>
      <Fact name="Language and zone">
        {page.language === 'de' ? 'German' : 'English'} · {page.zone ?? 'the zone of the organisation'}
      </Fact>
      <Fact name="Colour">
        {page.accent ? (
          <>
            <span className="swatch" style={{ background: page.accent }} />
            <span className="mono">{page.accent}</span>
          </>
        ) : (
          'the usual blue'
        )}
      </Fact>
    </Facts>
  );
}

function Keep({ page }: { page: StatusPageView }) {
  const navigate = useNavigate();
  const end = useAct({
    does: () => remove(`/status-pages/${page.id}/sessions`),
    doubt: DOUBT,
    said: 'Everybody was signed out.',
  });
  const archive = useAct({
    does: () => remove(`/status-pages/${page.id}`),
    doubt: DOUBT,
    said: 'The page is gone.',
    done: () => void navigate({ to: '/status-pages' as '/' }),
  });
  if (page.slug === null) return null;
  return (
    <section className="section">
      <h2 className="label">Keep or end</h2>
      {page.client ? (
        <Confirm
          words="Sign all readers out…"
          title="Sign all readers out?"
          button="Sign them out"
          busy={end.isPending}
          act={(close) => end.mutate(undefined, { onSuccess: close })}
        >
          <p>Each needs a new link, and the addresses of feeds and calendars must be taken anew.</p>
        </Confirm>
      ) : null}
      <Confirm
        words="Take the page away…"
        title={`Take ${nameOf(page)} away?`}
        button="Take it away"
        danger
        busy={archive.isPending}
        act={(close) => archive.mutate(undefined, { onSuccess: close })}
      >
        <p>
          Nobody can read it any more, and its {page.subscribers} subscribers are told nothing more. This
          cannot be undone.
        </p>
      </Confirm>
    </section>
  );
}
