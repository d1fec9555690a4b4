/** Where I am signed in; any of it can be ended. */
import { Button } from '@mantine/core';
import { browserIn } from '#directory/browser-name.ts';
import { remove } from '../api/http.ts';
import { useAct } from '../pieces/acting.ts';
import { Listed } from '../pieces/Listed.tsx';
import { useListing } from '../pieces/listing.ts';
import { Time } from '../pieces/Time.tsx';

type Session = {
  id: string;
  createdAt: string;
  expiresAt: string;
  address: string | null;
  browser: string | null;
  current: boolean;
};

export function Sessions() {
  const listing = useListing<Session>(['sessions'], '/sessions');
  return (
    <section className="section">
      <h2 className="label">Where I am signed in</h2>
      <Listed
        of={listing}
        label="My sessions"
        row={(each) => <Row key={each.id} session={each} />}
        empty={<p>Nowhere.</p>}
      />
    </section>
  );
}

function Row({ session: { id, createdAt, expiresAt, address, browser, current } }: { session: Session }) {
  const end = useAct({ does: () => remove(`/sessions/${id}`), doubt: [['sessions']] });
  return (
    <li className="record">
      <span className="record-title">{browserIn(browser)}</span>
      <span className="record-end">
        {current ? (
          'this one'
        ) : (
          <Button variant="subtle" size="compact-md" disabled={end.isPending} onClick={() => end.mutate()}>
            End it
          </Button>
        )}
      </span>
      <span className="small quiet">
        since <Time at={createdAt} show="both" /> · until <Time at={expiresAt} show="both" />
        {address ? ` · from ${address}` : ''}
      </span>
    </li>
  );
}
