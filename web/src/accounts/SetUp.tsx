/** The first run: whoever holds the one-time link becomes the administrator. Opening it changes nothing. */
import { TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { post } from '../api/http.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { refusals } from '../pieces/acting.ts';
import { Refusal } from '../pieces/Refusal.tsx';
import { ZoneSelect } from '../pieces/ZoneSelect.tsx';
import { ownZone } from '../words/time.ts';
import { Door } from './Door.tsx';
import { useEnter } from './entering.ts';
import { NewPassword } from './NewPassword.tsx';

export function SetUp() {
  const { token } = useParams({ strict: false }) as { token: string };
  const enter = useEnter();
  const [form, setForm] = useState({ name: '', email: '', password: '', zone: ownZone() });
  const set = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const setUp = useMutation({
    mutationFn: () => post('/setup', { ...form, token, name: form.name.trim(), email: form.email.trim() }),
    onSuccess: () => enter('/getting-started'),
  });
  const refused = refusals(setUp.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setUp.mutate();
  };
  return (
    <Door title="Set up Humdrum" lead="You become its first administrator. This link works once.">
      <form className="form" onSubmit={submit} style={{ marginTop: 16 }}>
        <TextInput
          label="Your name"
          autoComplete="name"
          size="md"
          value={form.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          error={refused('name')}
          required
          withAsterisk={false}
          autoFocus
        />
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          size="md"
          value={form.email}
          onChange={(event) => set({ email: event.currentTarget.value })}
          error={refused('email')}
          required
          withAsterisk={false}
        />
        <NewPassword
          value={form.password}
          change={(password) => set({ password })}
          error={refused('password')}
        />
        <ZoneSelect
          value={form.zone}
          choose={(zone) => set({ zone })}
          description="Nights and times are yours in this zone."
          error={refused('zone')}
        />
        <Refusal error={setUp.error} />
        <ActButton type="submit" busy={setUp.isPending || setUp.isSuccess} busyText="Creating…" fullWidth>
          Become the administrator
        </ActButton>
      </form>
    </Door>
  );
}
