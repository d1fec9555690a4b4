/** The secret that a sender signs with: set, changed, shown once, forgotten. */
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { post, remove } from '../api/http.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { refusals, useAct } from '../pieces/acting.ts';
import { Confirm } from '../pieces/Confirm.tsx';
import { Copied } from '../pieces/Copied.tsx';
import { Time } from '../pieces/Time.tsx';
import type { Integration } from './kinds.ts';

type Set = { secret: string; oldUntil: string | null };

const DOUBT = [['integrations']];

// Some senders make the secret themselves and only show it.
const THEY_MAKE_IT = ['launchdarkly', 'standard_webhooks'];

export function Signing({
  integration,
  administrator,
}: {
  integration: Integration;
  administrator: boolean;
}) {
  const { id, kind, signing } = integration;
  const [given, setGiven] = useState('');
  const [shown, setShown] = useState<Set>();
  const set = useAct({
    does: (secret: string | undefined) =>
      post<Set>(`/integrations/${id}/signing-secret`, secret ? { secret } : {}),
    doubt: DOUBT,
    inForm: true,
    done: (answer) => {
      setShown(answer);
      setGiven('');
    },
  });
  const forget = useAct({
    does: () => remove(`/integrations/${id}/signing-secret`),
    doubt: DOUBT,
    done: () => setShown(undefined),
  });
  return (
    <section className="section no-print" style={{ maxWidth: 860 }}>
      <h2 className="label">Signing secret</h2>
      <p>
        {signing.set
          ? 'Every body must be signed with it. What is unsigned, wrong or old is refused.'
          : 'None is set: whoever has the address can send. With a secret, Humdrum verifies who sent it.'}
        {signing.oldUntil ? (
          <>
            {' '}
            The one before is good too until <Time at={signing.oldUntil} show="full" />.
          </>
        ) : null}
      </p>
      {shown ? (
        <div className="notice" role="status" style={{ marginTop: 12 }}>
          <p style={{ marginBottom: 8 }}>This secret is shown once, now. Give it to the sender.</p>
          <Copied label="Signing secret" text={shown.secret} wrapped />
        </div>
      ) : null}
      {administrator ? (
        <>
          <TextInput
            mt="md"
            maw={560}
            label="The secret that the sender shows"
            description={
              THEY_MAKE_IT.includes(kind)
                ? 'Copy it from there.'
                : 'Only if the sender has one already. Left empty, Humdrum makes one.'
            }
            size="md"
            autoComplete="off"
            spellCheck={false}
            value={given}
            onChange={(event) => setGiven(event.currentTarget.value)}
            error={refusals(set.error)('secret')}
          />
          <div className="form-end" style={{ marginTop: 12 }}>
            <ActButton
              variant="default"
              busy={set.isPending}
              busyText="Setting…"
              onClick={() => set.mutate(given.trim() || undefined)}
            >
              {given.trim() ? 'Use this secret' : signing.set ? 'Make a new secret' : 'Make a secret'}
            </ActButton>
            {signing.set ? (
              <Confirm
                words="Forget it"
                title="Forget the signing secret"
                button="Forget the secret"
                busy={forget.isPending}
                act={(close) => forget.mutate(undefined, { onSettled: close })}
              >
                <p>From then on whoever has the address can send, signed or not.</p>
              </Confirm>
            ) : null}
          </div>
        </>
      ) : null}
    </section>
  );
}
