/** A new password for myself; every other session of mine ends. */
import { Button, PasswordInput } from '@mantine/core';
import { useState } from 'react';
import { NewPassword } from '../accounts/NewPassword.tsx';
import { put } from '../api/http.ts';
import { FormOutline } from '../directory/EntryForm.tsx';
import { refusals, useAct } from '../pieces/acting.ts';

export function Password() {
  const [open, setOpen] = useState(false);
  return (
    <section className="section">
      <h2 className="label">Password</h2>
      {open ? (
        <Change close={() => setOpen(false)} />
      ) : (
        <Button variant="default" mt="xs" onClick={() => setOpen(true)}>
          Change my password
        </Button>
      )}
    </section>
  );
}

function Change({ close }: { close: () => void }) {
  const [current, setCurrent] = useState('');
  const [fresh, setFresh] = useState('');
  const change = useAct({
    does: () => put('/session/password', { current, new: fresh }),
    doubt: [['sessions']],
    inForm: true,
    said: 'Your password is changed. Your other sessions have ended.',
    done: close,
  });
  const refused = refusals(change.error);
  return (
    <FormOutline
      button="Change my password"
      busy={change.isPending}
      error={change.error}
      submit={() => change.mutate()}
      cancel={close}
    >
      <PasswordInput
        label="Current password"
        autoComplete="current-password"
        size="md"
        value={current}
        onChange={(event) => setCurrent(event.currentTarget.value)}
        error={refused('current')}
        autoFocus
        required
        withAsterisk={false}
      />
      <NewPassword label="New password" value={fresh} change={setFresh} error={refused('new')} />
    </FormOutline>
  );
}
