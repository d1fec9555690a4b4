/** The form of each kind; all of them give the whole body, and what the server refuses stands at its field. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { ActButton } from '../pieces/ActButton.tsx';
import { Refusal } from '../pieces/Refusal.tsx';
import { ClientForm } from './ClientForm.tsx';
import type { KindName, Views } from './kinds.ts';
import { PersonForm } from './PersonForm.tsx';
import { ServiceForm } from './ServiceForm.tsx';
import { TeamForm } from './TeamForm.tsx';
import { ThirdPartyForm } from './ThirdPartyForm.tsx';

export type FormOf<View> = {
  entry: View | undefined;
  button: string;
  busy: boolean;
  error: unknown;
  send: (body: object) => void;
  cancel: () => void;
};

export function EntryForm({ kind, entry, ...rest }: FormOf<Views[KindName]> & { kind: KindName }) {
  switch (kind) {
    case 'services':
      return <ServiceForm entry={entry as Views['services'] | undefined} {...rest} />;
    case 'people':
      return <PersonForm entry={entry as Views['people'] | undefined} {...rest} />;
    case 'teams':
      return <TeamForm entry={entry as Views['teams'] | undefined} {...rest} />;
    case 'clients':
      return <ClientForm entry={entry as Views['clients'] | undefined} {...rest} />;
    case 'third-parties':
      return <ThirdPartyForm entry={entry as Views['third-parties'] | undefined} {...rest} />;
  }
}

type Outline = Omit<FormOf<unknown>, 'entry' | 'send'> & { submit: () => void; children: ReactNode };

/** The end of every form: why it was refused, the button, the way back. */
export function FormOutline({ button, busy, error, submit, cancel, children }: Outline) {
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {children}
      <Refusal error={error} />
      <div className="form-end">
        <ActButton type="submit" busy={busy} busyText="Saving…">
          {button}
        </ActButton>
        <Button variant="subtle" onClick={cancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
