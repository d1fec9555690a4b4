/** Levers: what other programs do for us when somebody pulls it. Administrators define them; everybody sees what they would do. */
import { Button } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ShownLever } from '#src/restore/levers/shapes.ts';
import { get } from '../api/http.ts';
import { useSession } from '../api/session.ts';
import { DOES_WORDS, TARGET_WORDS } from '../incident/levers/levers.ts';
import '../incident/levers/levers.css';
import { Copied } from '../pieces/Copied.tsx';
import { Shown } from '../pieces/States.tsx';
import { LeverForm } from './LeverForm.tsx';
import { LeverTrial } from './LeverTrial.tsx';
import { LEVERS_KEY, type Made } from './lever-draft.ts';

const leversQuery = queryOptions({
  queryKey: LEVERS_KEY,
  queryFn: ({ signal }) => get<{ items: ShownLever[] }>('/levers', {}, signal),
});

export function Levers() {
  const levers = useQuery(leversQuery);
  const administrator = useSession()?.role === 'administrator';
  const [editing, setEditing] = useState<ShownLever | 'new'>();
  const [made, setMade] = useState<Made>();
  if (editing)
    return (
      <LeverForm
        lever={editing === 'new' ? undefined : editing}
        close={(secret) => {
          setEditing(undefined);
          setMade(secret);
        }}
      />
    );
  return (
    <section className="section">
      <div className="section-head">
        <h2 className="label">Levers</h2>
        {administrator ? <Button onClick={() => setEditing('new')}>Define a lever</Button> : null}
      </div>
      <p className="quiet small">
        A rollback, a flag, a failover, a switch: another program carries it out, after somebody has read and
        confirmed what it will do. Its answer lands on the timeline.
      </p>
      {made ? <SecretOnce made={made} /> : null}
      <Shown of={levers}>
        {({ items }) =>
          items.length ? (
            <ul className="rows" aria-label="Levers">
              {items.map((lever) => (
                <Row key={lever.id} lever={lever} edit={() => setEditing(lever)} />
              ))}
            </ul>
          ) : (
            <p className="nothing">
              None yet. The first to define is the rollback of the service that is deployed most often: a
              GitHub workflow, a GitLab pipeline, or a webhook of your own.
            </p>
          )
        }
      </Shown>
    </section>
  );
}

function SecretOnce({ made }: { made: Made }) {
  return (
    <div className="notice" role="status" style={{ margin: '16px 0', maxWidth: 640 }}>
      <p style={{ marginBottom: 8 }}>
        The signing secret of “{made.name}” is shown once, now. The target checks every request with it
        (Standard Webhooks).
      </p>
      <Copied label="Signing secret" text={made.signingSecret} wrapped />
    </div>
  );
}

function Row({ lever, edit }: { lever: ShownLever; edit: () => void }) {
  const administrator = useSession()?.role === 'administrator';
  const [trying, setTrying] = useState(false);
  return (
    <li className="record">
      <span className="record-title">{lever.name}</span>
      <span className="small">{lever.effect}</span>
      <span className="small quiet">
        {DOES_WORDS[lever.does]} ·{' '}
        {lever.services.length ? lever.services.map((each) => each.name).join(', ') : 'any service'}
        {lever.thirdParty ? ` · ${lever.thirdParty.name}` : ''} · {TARGET_WORDS[lever.target.kind]}:{' '}
        {whereOf(lever)} · waits {lever.timeOutMinutes} min
      </span>
      {administrator ? (
        <div className="small record-acts">
          <Button variant="subtle" size="compact-md" onClick={edit}>
            Change
          </Button>
          <Button variant="subtle" size="compact-md" onClick={() => setTrying(!trying)}>
            {trying ? 'Close the dry run' : 'Dry run'}
          </Button>
        </div>
      ) : null}
      {trying ? (
        <div className="pull-whole" style={{ gridColumn: '1 / -1' }}>
          <LeverTrial lever={lever} />
        </div>
      ) : null}
    </li>
  );
}

function whereOf({ target }: ShownLever): string {
  switch (target.kind) {
    case 'webhook':
      return hostOf(target.url);
    case 'github_workflow':
      return `${target.repository}, ${target.workflow}${target.tokenSet ? '' : ', no token'}`;
    case 'github_deployment':
      return `${target.repository}, ${target.environment}${target.tokenSet ? '' : ', no token'}`;
    case 'gitlab_pipeline':
      return `${target.project}${target.tokenSet ? '' : ', no token'}`;
  }
}

function hostOf(url: string): string {
  return /^https?:\/\/([^/?#]+)/.exec(url)?.[1] ?? url;
}
