/** Inviting somebody by a link that is given to them by hand; open ones can be withdrawn. */
import { Button, Select, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { post, remove } from '../api/http.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { refusals, useAct } from '../pieces/acting.ts';
import { Copied } from '../pieces/Copied.tsx';
import { Listed } from '../pieces/Listed.tsx';
import { useListing } from '../pieces/listing.ts';
import { Refusal } from '../pieces/Refusal.tsx';
import { Time } from '../pieces/Time.tsx';
import { ROLES } from './Logins.tsx';
import { linkOf, type Offered } from './offered.ts';

type Invitation = {
  id: string;
  email: string;
  role: string;
  kind: 'invitation' | 'password';
  createdAt: string;
  expiresAt: string;
};

export function Invitations() {
  const listing = useListing<Invitation>(['invitations'], '/invitations');
  return (
    <section>
      <h2 className="label">Invite somebody</h2>
      <Invite />
      {listing.items?.length ? (
        <Listed
          of={listing}
          label="Open invitations"
          row={(each) => <Row key={each.id} invitation={each} />}
          empty={null}
        />
      ) : null}
    </section>
  );
}

function Invite() {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState('responder');
  const [offered, setOffered] = useState<Offered>();
  const invite = useAct({
    does: () => post<Offered>('/invitations', { email: email.trim(), role }),
    doubt: [['invitations']],
    inForm: true,
    done: (made) => {
      setOffered(made);
      setEmail('');
    },
  });
  const refused = refusals(invite.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate();
  };
  return (
    <form className="form" onSubmit={submit} style={{ marginTop: 8, marginBottom: 16 }}>
      <div className="pair">
        <TextInput
          label="Email"
          type="email"
          size="md"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={refused('email')}
          required
          withAsterisk={false}
        />
        <Select
          label="As"
          size="md"
          data={ROLES}
          value={role}
          onChange={(value) => setRole(value ?? 'responder')}
        />
      </div>
      <Refusal error={invite.error} />
      <div className="form-end">
        <ActButton type="submit" busy={invite.isPending} busyText="Making the link…">
          Make the invitation link
        </ActButton>
      </div>
      {offered ? (
        <div role="status">
          <p className="quiet small">
            Give it to {offered.email} yourself. It works once, until{' '}
            <Time at={offered.expiresAt} show="both" />, and is shown now only.
          </p>
          <Copied label={`Invitation for ${offered.email}`} text={linkOf(offered)} wrapped />
        </div>
      ) : null}
    </form>
  );
}

function Row({ invitation: { id, email, role, kind, expiresAt } }: { invitation: Invitation }) {
  const withdraw = useAct({ does: () => remove(`/invitations/${id}`), doubt: [['invitations']] });
  return (
    <li className="record">
      <span className="record-title">{email}</span>
      <span className="record-end">
        <Button
          variant="subtle"
          size="compact-md"
          disabled={withdraw.isPending}
          onClick={() => withdraw.mutate()}
          aria-label={`Withdraw the link for ${email}`}
        >
          Withdraw
        </Button>
      </span>
      <span className="small quiet">
        {kind === 'password' ? 'for a new password' : `as ${role}`} · until{' '}
        <Time at={expiresAt} show="both" />
      </span>
    </li>
  );
}
