/** A link that lets somebody in, or gives them a new password. Opening it changes nothing; the button does. */
import { TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { post } from '../api/http.ts';
import type { Session } from '../api/session.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { refusals } from '../pieces/acting.ts';
import { Refusal } from '../pieces/Refusal.tsx';
import { Shown } from '../pieces/States.tsx';
import { Time } from '../pieces/Time.tsx';
import { ZoneSelect } from '../pieces/ZoneSelect.tsx';
import { ownZone } from '../words/time.ts';
import { Door } from './Door.tsx';
import { useEnter } from './entering.ts';
import { NewPassword } from './NewPassword.tsx';

type Offer = { email: string; role: Session['role']; expiresAt: string; kind: 'invitation' | 'password' };

export function Invitation() {
  const { token } = useParams({ strict: false }) as { token: string };
  const offer = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => post<Offer>('/invitations/lookup', { token }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const title = offer.data?.kind === 'password' ? 'Choose a new password' : 'You are invited';
  return (
    <Door title={offer.isError ? 'This link does not work' : title}>
      <Shown of={offer}>{(found) => <Accept token={token} offer={found} />}</Shown>
    </Door>
  );
}

function Accept({ token, offer }: { token: string; offer: Offer }) {
  const enter = useEnter();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [zone, setZone] = useState(ownZone());
  const isNew = offer.kind === 'invitation';
  const accept = useMutation({
    mutationFn: () =>
      post('/invitations/acceptance', { token, password, zone, ...(isNew ? { name: name.trim() } : {}) }),
    onSuccess: () => enter('/'),
  });
  const refused = refusals(accept.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    accept.mutate();
  };
  return (
    <form className="form" onSubmit={submit}>
      <p className="quiet">
        For {offer.email}
        {isNew ? `, as ${offer.role}` : ''}. Works once, until <Time at={offer.expiresAt} show="both" />.
      </p>
      {isNew ? (
        <TextInput
          label="Your name"
          autoComplete="name"
          size="md"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={refused('name')}
          required
          withAsterisk={false}
          autoFocus
        />
      ) : null}
      <NewPassword value={password} change={setPassword} error={refused('password')} />
      {isNew ? (
        <ZoneSelect value={zone} choose={setZone} description="Nights and times are yours in this zone." />
      ) : null}
      <Refusal error={accept.error} />
      <ActButton type="submit" busy={accept.isPending || accept.isSuccess} busyText="One moment…" fullWidth>
        {isNew ? 'Accept and sign in' : 'Set the password and sign in'}
      </ActButton>
    </form>
  );
}
