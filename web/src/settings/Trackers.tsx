/** Trackers: where action items live a second life as issues. Administrators connect them; everybody sees how they are. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ShownTracker } from '#src/learn/trackers/shapes.ts';
import { KIND_WORDS } from '#src/learn/trackers/words.ts';
import { post, remove } from '../api/http.ts';
import { useSession } from '../api/session.ts';
import { trackersQuery } from '../learn/ItemIssue.tsx';
import { useAct } from '../pieces/acting.ts';
import { Confirm } from '../pieces/Confirm.tsx';
import { Copied } from '../pieces/Copied.tsx';
import { Shown } from '../pieces/States.tsx';
import { Time } from '../pieces/Time.tsx';
import { count } from '../words/count.ts';
import { TrackerForm } from './TrackerForm.tsx';

type Made = { name: string; hookSecret: string; hookUrl: string | null };
type Trial = { ok: boolean; words: string; caution: string | null };

export function Trackers() {
  const trackers = useQuery(trackersQuery);
  const administrator = useSession()?.role === 'administrator';
  const [editing, setEditing] = useState<ShownTracker | 'new'>();
  const [made, setMade] = useState<Made>();
  if (editing)
    return (
      <TrackerForm
        tracker={editing === 'new' ? undefined : editing}
        close={(secret) => {
          setEditing(undefined);
          setMade(secret);
        }}
      />
    );
  return (
    <section className="section">
      <div className="section-head">
        <h2 className="label">Trackers</h2>
        {administrator ? <Button onClick={() => setEditing('new')}>Connect a tracker</Button> : null}
      </div>
      <p className="quiet small">
        An action item becomes an issue where the work is done. What is closed there is done here, and what is
        changed on one side is taken over by the other.
      </p>
      {made ? <SecretOnce made={made} /> : null}
      <Shown of={trackers}>
        {({ items }) =>
          items.length ? (
            <ul className="rows" aria-label="Trackers">
              {items.map((tracker) => (
                <Row key={tracker.id} tracker={tracker} edit={() => setEditing(tracker)} />
              ))}
            </ul>
          ) : (
            <p className="nothing">
              None is connected. GitHub, GitLab, Jira and Linear can be: a token, and the place where issues
              are made.
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
        The secret for messages of “{made.name}” is shown once, now. Make a webhook there for changes of
        issues, as JSON, with this secret{made.hookUrl ? ' and this address' : ''}. Without it, Humdrum looks
        every half hour.
      </p>
      <Copied label="Secret" text={made.hookSecret} wrapped />
      {made.hookUrl ? <Copied label="Address" text={made.hookUrl} wrapped /> : null}
    </div>
  );
}

function Row({ tracker, edit }: { tracker: ShownTracker; edit: () => void }) {
  const administrator = useSession()?.role === 'administrator';
  const [trial, setTrial] = useState<Trial>();
  const tryOut = useAct({
    does: () => post<Trial>(`/trackers/${tracker.id}/trial`, {}),
    doubt: [['trackers']],
    done: setTrial,
  });
  const disconnect = useAct({
    does: () => remove(`/trackers/${tracker.id}`),
    doubt: [['trackers'], ['action_items']],
  });
  return (
    <li className="record">
      <span className="record-title">{tracker.name}</span>
      <span className="record-end">{count(tracker.issues, 'action item')} there</span>
      <span className="small quiet">
        {KIND_WORDS[tracker.kind]} · {tracker.place} ·{' '}
        {tracker.sends === 'agreed' ? 'takes what is agreed by itself' : 'only what somebody sends'} ·{' '}
        {tracker.audience === 'public' ? 'everybody reads it: roles, no names' : 'read inside'}
        {tracker.heardAt ? (
          <>
            {' '}
            · answered <Time at={tracker.heardAt} show="relative" />
          </>
        ) : (
          ' · not asked yet'
        )}
        {tracker.hookSecretSet ? '' : ' · no secret for messages, so it is looked at every half hour'}
      </span>
      {tracker.failure && !trial ? (
        <span className="small red">
          {tracker.failure}
          {tracker.failedAt ? (
            <>
              {' '}
              Since <Time at={tracker.failedAt} show="relative" />.
            </>
          ) : null}
        </span>
      ) : null}
      {trial ? (
        <span className={trial.ok ? 'small green' : 'small red'} role="status">
          {trial.words} {trial.caution ? <span className="amber">{trial.caution}</span> : null}
        </span>
      ) : null}
      {administrator ? (
        <div className="small record-acts">
          <Button
            variant="subtle"
            size="compact-md"
            disabled={tryOut.isPending}
            onClick={() => tryOut.mutate()}
          >
            {tryOut.isPending ? 'Asking…' : 'Try it'}
          </Button>
          <Button variant="subtle" size="compact-md" onClick={edit}>
            Change
          </Button>
          <Confirm
            words="Disconnect"
            title={`Disconnect ${tracker.name}?`}
            button="Disconnect it"
            size="compact-md"
            danger
            busy={disconnect.isPending}
            act={(close) => disconnect.mutate(undefined, { onSuccess: close })}
          >
            <p>Its issues and the action items stay as they are. Neither side follows the other any more.</p>
          </Confirm>
        </div>
      ) : null}
    </li>
  );
}
