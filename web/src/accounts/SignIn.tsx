/** Signing in with email and password; afterwards one is where one wanted to go. */
import { PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { get, post } from '../api/http.ts';
import { sessionQuery } from '../api/session.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { Refusal } from '../pieces/Refusal.tsx';
import { Door } from './Door.tsx';
import { useEnter } from './entering.ts';

export function SignIn() {
  const next = (useLocation().search as { next?: unknown }).next;
  const enter = useEnter();
  const session = useQuery(sessionQuery).data;
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => post('/session', { email: email.trim(), password }),
    onSuccess: () => enter(next),
  });
  const setUp = useQuery({
    queryKey: ['setup'],
    queryFn: ({ signal }) => get<{ needed: boolean }>('/setup', {}, signal),
  });
  // Who is signed in already has nothing to do here.
  const here = Boolean(session) && signIn.isIdle;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it turns out
  useEffect(() => {
    if (here) void enter(next);
  }, [here]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (email.trim() && password) signIn.mutate();
  };
  return (
    <Door title="Sign in">
      {setUp.data?.needed ? (
        <p className="notice">
          Nobody can sign in yet. Open the set-up link that Humdrum printed when it started.
        </p>
      ) : null}
      <form className="form" onSubmit={submit} style={{ marginTop: 16 }}>
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          size="md"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          autoFocus
          required
          withAsterisk={false}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          size="md"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          required
          withAsterisk={false}
        />
        <Refusal error={signIn.error} />
        <ActButton type="submit" busy={signIn.isPending || signIn.isSuccess} busyText="Signing in…" fullWidth>
          Sign in
        </ActButton>
      </form>
      <p className="quiet small" style={{ marginTop: 16 }}>
        Password forgotten? An administrator can give you a link for a new one. Clients look at the{' '}
        <a href="/status/">status page</a>.
      </p>
    </Door>
  );
}
