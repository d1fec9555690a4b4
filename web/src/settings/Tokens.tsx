/** Tokens for programs: named, limited, shown once, stopped at any time. */
import { Checkbox, Select, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { post, remove } from '../api/http.ts';
import { useSession } from '../api/session.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { refusals, useAct } from '../pieces/acting.ts';
import { Confirm } from '../pieces/Confirm.tsx';
import { Copied } from '../pieces/Copied.tsx';
import { Listed } from '../pieces/Listed.tsx';
import { useListing } from '../pieces/listing.ts';
import { Refusal } from '../pieces/Refusal.tsx';
import { Time } from '../pieces/Time.tsx';

type Token = {
  id: string;
  name: string;
  start: string;
  loginName: string | null;
  role: 'viewer' | 'responder' | 'administrator';
  scopes: string[];
  lastUsedAt: string | null;
  expiresAt: string | null;
};
const DAYS = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'one year' },
  { value: '', label: 'until somebody stops it' },
];
const LEVELS = ['viewer', 'responder', 'administrator'] as const;

export function Tokens() {
  const listing = useListing<Token>(['tokens'], '/tokens');
  return (
    <>
      <NewToken />
      <section className="section">
        <h2 className="label">Tokens in use</h2>
        <Listed
          of={listing}
          label="API tokens"
          row={(each) => <Row key={each.id} token={each} />}
          empty={<p>None. A pipeline needs one to tell of its changes.</p>}
        />
      </section>
    </>
  );
}

function NewToken() {
  const session = useSession();
  const [form, setForm] = useState({
    name: '',
    role: session?.role === 'viewer' ? 'viewer' : 'responder',
    write: session?.role !== 'viewer',
    days: '365',
  });
  const set = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const [made, setMade] = useState<{ name: string; token: string }>();
  const create = useAct({
    does: () =>
      post<{ name: string; token: string }>('/tokens', {
        name: form.name,
        role: form.role,
        scopes: form.write ? ['read', 'write'] : ['read'],
        expiresInDays: form.days ? Number(form.days) : null,
      }),
    doubt: [['tokens']],
    inForm: true,
    done: (token) => {
      setMade(token);
      set({ name: '' });
    },
  });
  const refused = refusals(create.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  const offered = LEVELS.slice(0, LEVELS.indexOf(session?.role ?? 'viewer') + 1);
  return (
    <section>
      <h2 className="label">A new token</h2>
      <form className="form" onSubmit={submit} style={{ marginTop: 8 }}>
        <TextInput
          label="Name"
          placeholder="ci of checkout"
          size="md"
          value={form.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          error={refused('name')}
          required
          withAsterisk={false}
        />
        <div className="pair">
          <Select
            label="May do what a"
            size="md"
            data={[...offered]}
            value={form.role}
            onChange={(role) => set({ role: role ?? 'viewer' })}
          />
          <Select
            label="Works for"
            size="md"
            data={DAYS}
            value={form.days}
            onChange={(days) => set({ days: days ?? '365' })}
          />
        </div>
        <Checkbox
          size="md"
          label="May change things, not only read"
          checked={form.write}
          onChange={(event) => set({ write: event.currentTarget.checked })}
        />
        <Refusal error={create.error} />
        <div className="form-end">
          <ActButton type="submit" busy={create.isPending} busyText="Making it…">
            Make the token
          </ActButton>
        </div>
      </form>
      {made ? (
        <div className="notice" role="status" style={{ marginTop: 16, maxWidth: 640 }}>
          <p style={{ marginBottom: 8 }}>
            This token is shown once, now. Send it as “Authorization: Bearer …”.
          </p>
          <Copied label={made.name} text={made.token} wrapped />
        </div>
      ) : null}
    </section>
  );
}

function Row({ token }: { token: Token }) {
  const revoke = useAct({ does: () => remove(`/tokens/${token.id}`), doubt: [['tokens']] });
  return (
    <li className="record">
      <span className="record-title">{token.name}</span>
      <span className="record-end">
        <Confirm
          words="Stop it"
          size="compact-md"
          title={`Stop ${token.name}`}
          button={`Stop ${token.name}`}
          danger
          busy={revoke.isPending}
          act={(close) => revoke.mutate(undefined, { onSettled: close })}
        >
          <p>Whatever uses it is refused from now on. This cannot be undone; a new token can be made.</p>
        </Confirm>
      </span>
      <span className="small quiet">
        <span className="mono">{token.start}…</span> · {token.role},{' '}
        {token.scopes.includes('write') ? 'reads and changes' : 'reads only'}
        {token.loginName ? ` · of ${token.loginName}` : ''} ·{' '}
        {token.lastUsedAt ? (
          <>
            last used <Time at={token.lastUsedAt} show="relative" />
          </>
        ) : (
          'never used'
        )}{' '}
        ·{' '}
        {token.expiresAt ? (
          <>
            until <Time at={token.expiresAt} show="both" />
          </>
        ) : (
          'without an end'
        )}
      </span>
    </li>
  );
}
