/** One playbook: to be read and printed, edited by who may, with its versions and where it was carried out. */
import { Button, Menu, Modal, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import '../pieces/records.css';
import './playbooks.css';
import { post, remove } from '../api/http.ts';
import { Fact, Facts } from '../directory/EntryFacts.tsx';
import { ActButton } from '../pieces/ActButton.tsx';
import { useAct } from '../pieces/acting.ts';
import { Screen } from '../pieces/Screen.tsx';
import { Shown } from '../pieces/States.tsx';
import { Time } from '../pieces/Time.tsx';
import { nowMs } from '../words/clock.ts';
import { count } from '../words/count.ts';
import { FindingList } from './FindingList.tsx';
import { NewPlaybook, PlaybookEditor } from './PlaybookEditor.tsx';
import { PlaybookVersions } from './PlaybookVersions.tsx';
import { PLAYBOOK_KEYS, type PlaybookView, playbookQuery, purposeWords, sizeWords } from './playbook.ts';
import { Reading } from './Reading.tsx';

const BACK = (
  <Link to="/playbooks" className="back">
    ← Playbooks
  </Link>
);

export function PlaybookScreen() {
  const { id } = useParams({ strict: false }) as { id: string };
  return id === 'new' ? <NewPlaybook /> : <Known key={id} id={id} />;
}

type Part = 'read' | 'edit' | 'versions';

function Known({ id }: { id: string }) {
  const playbook = useQuery(playbookQuery(id));
  const { part } = useSearch({ strict: false }) as { part?: Part };
  const navigate = useNavigate();
  const show = (to: Part) =>
    void navigate({ to: '.', search: (to === 'read' ? {} : { part: to }) as never, replace: true });
  if (!playbook.data)
    return (
      <Screen title="Playbook" lead={BACK}>
        <Shown of={playbook}>{() => null}</Shown>
      </Screen>
    );
  const it = playbook.data;
  if (part === 'edit' && it.mayEdit && !it.archivedAt)
    return <PlaybookEditor playbook={it} done={() => show('read')} />;
  return (
    <Screen title={it.title} lead={BACK} action={<Acts it={it} edit={() => show('edit')} />}>
      <nav className="places no-print" aria-label="Parts of the playbook">
        <Place name="Read" current={part !== 'versions'} show={() => show('read')} />
        <Place
          name={`Versions · ${it.version}`}
          current={part === 'versions'}
          show={() => show('versions')}
        />
      </nav>
      {part === 'versions' ? <PlaybookVersions id={it.id} /> : <Read it={it} />}
    </Screen>
  );
}

function Place({ name, current, show }: { name: string; current: boolean; show: () => void }) {
  return (
    <a
      href="."
      aria-current={current ? 'page' : undefined}
      onClick={(event) => {
        event.preventDefault();
        show();
      }}
    >
      {name}
    </a>
  );
}

function Acts({ it, edit }: { it: PlaybookView; edit: () => void }) {
  const [reviewing, setReviewing] = useState(false);
  const archive = useAct({
    does: () => (it.archivedAt ? remove(`/playbooks/${it.id}/archive`) : post(`/playbooks/${it.id}/archive`)),
    doubt: PLAYBOOK_KEYS,
    said: it.archivedAt ? 'It is offered again.' : 'Archived. Incidents that use it go on.',
  });
  return (
    <div className="screen-acts">
      {it.mayEdit && !it.archivedAt ? <Button onClick={edit}>Edit</Button> : null}
      {it.source === 'folder' && it.link ? (
        <Button component="a" href={it.link} target="_blank" rel="noreferrer">
          Open its file
        </Button>
      ) : null}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default">More…</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => window.print()}>Print it</Menu.Item>
          <Menu.Item component="a" href="/api/v1/playbooks/export">
            Download all playbooks
          </Menu.Item>
          {it.mayReview ? <Menu.Item onClick={() => setReviewing(true)}>It is still right…</Menu.Item> : null}
          {it.mayEdit ? (
            <Menu.Item onClick={() => archive.mutate()}>
              {it.archivedAt ? 'Use it again' : 'Archive it'}
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {reviewing ? <Review it={it} close={() => setReviewing(false)} /> : null}
    </div>
  );
}

function Review({ it, close }: { it: PlaybookView; close: () => void }) {
  const [testedOn, setTestedOn] = useState('');
  const review = useAct({
    does: () => post(`/playbooks/${it.id}/review`, testedOn ? { testedOn } : {}),
    doubt: PLAYBOOK_KEYS,
    said: 'Written down.',
    done: close,
  });
  return (
    <Modal opened onClose={close} title="It is still right">
      <p className="quiet">Version {it.version} was read and needs no change. It is due again in 180 days.</p>
      <TextInput
        label="Tried on (may stay empty)"
        type="date"
        size="md"
        mt="md"
        max={new Date(nowMs()).toISOString().slice(0, 10)}
        value={testedOn}
        onChange={(event) => setTestedOn(event.currentTarget.value)}
      />
      <div className="next-actions">
        <ActButton busy={review.isPending} onClick={() => review.mutate()}>
          It is still right
        </ActButton>
      </div>
    </Modal>
  );
}

function Read({ it }: { it: PlaybookView }) {
  return (
    <div className="playbook-read">
      {it.archivedAt ? (
        <p className="notice">
          Archived <Time at={it.archivedAt} show="both" />: it is offered in no incident.
        </p>
      ) : null}
      {it.source === 'folder' ? (
        <p className="notice no-print">
          It is read from <code>{it.path}</code> and changed there.
        </p>
      ) : null}
      <p className="quiet">
        {purposeWords(it)} · {sizeWords(it)}
      </p>
      <Reading parts={it.parts} />
      <div className="no-print">
        {it.findings.length ? (
          <section className="section">
            <h2 className="label">What it is missing</h2>
            <FindingList findings={it.findings} />
          </section>
        ) : null}
        <section className="section">
          <h2 className="label">How fresh it is</h2>
          <Facts>
            <Fact name="Changed">
              version {it.version} by {it.updatedBy === 'folder' ? 'its folder' : it.updatedBy},{' '}
              <Time at={it.updatedAt} show="both" />
            </Fact>
            <Fact name="Reviewed">
              {it.reviewedAt ? (
                <>
                  by {it.reviewedBy}, <Time at={it.reviewedAt} show="both" />
                </>
              ) : (
                'not since it was changed'
              )}
            </Fact>
            <Fact name="Review due">
              <span className={it.reviewOverdue ? 'amber' : undefined}>
                <Time at={it.reviewDueAt} show="day" />
                {it.reviewOverdue ? ' · overdue' : ''}
              </span>
            </Fact>
            <Fact name="Tried on">{it.testedOn ?? 'nobody has said so'}</Fact>
          </Facts>
        </section>
        <section className="section">
          <h2 className="label">Where it was carried out</h2>
          {it.executions.length ? (
            <ul className="rows" aria-label="Where it was carried out">
              {it.executions.map((each) => (
                <li key={`${each.incidentId}${each.startedAt}`} className="record">
                  <Link to={`/incidents/${each.incidentId}` as '/'} className="record-title">
                    INC-{each.number} {each.title}
                  </Link>
                  <span className="record-end">
                    <Time at={each.startedAt} show="both" /> · version {each.version}
                    {each.drill ? ' · drill' : ''}
                  </span>
                </li>
              ))}
            </ul>
          ) : (
            <p className="quiet">
              In no incident that you may see. {count(it.steps, 'step')} wait to be tried.
            </p>
          )}
        </section>
      </div>
    </div>
  );
}
