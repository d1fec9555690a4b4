/** Who may sign in, as what; invitations that are open. */
import { Button, Select } from '@mantine/core';
import { useState } from 'react';
import { post, put, remove } from '../api/http.ts';
import { type Session, useSession } from '../api/session.ts';
import { useAct } from '../pieces/acting.ts';
import { Confirm } from '../pieces/Confirm.tsx';
import { Copied } from '../pieces/Copied.tsx';
import { Listed } from '../pieces/Listed.tsx';
import { useListing } from '../pieces/listing.ts';
import { Time } from '../pieces/Time.tsx';
import { Invitations } from './Invitations.tsx';
import { linkOf, type Offered } from './offered.ts';

type Login = {
  id: string;
  name: string;
  email: string;
  role: Session['role'];
  personId: string | null;
  createdAt: string;
  disabledAt: string | null;
  lastSeenAt: string | null;
};
const DOUBT = [['logins'], ['invitations'], ['session']];
export const ROLES: { value: Session['role']; label: string }[] = [
  { value: 'viewer', label: 'viewer' },
  { value: 'responder', label: 'responder' },
  { value: 'administrator', label: 'administrator' },
];

export function Logins() {
  const listing = useListing<Login>(['logins'], '/logins');
  return (
    <>
      <Invitations />
      <section className="section">
        <h2 className="label">Who may sign in</h2>
        <Listed
          of={listing}
          label="Logins"
          row={(each) => <Row key={each.id} login={each} />}
          empty={<p>Nobody.</p>}
        />
      </section>
    </>
  );
}

function Row({ login }: { login: Login }) {
  const me = useSession()?.loginId === login.id;
  const [link, setLink] = useState<string>();
  const role = useAct({ does: (to: string) => put(`/logins/${login.id}/role`, { role: to }), doubt: DOUBT });
  const disable = useAct({ does: () => post(`/logins/${login.id}/disablement`), doubt: DOUBT });
  const enable = useAct({ does: () => remove(`/logins/${login.id}/disablement`), doubt: DOUBT });
  const offer = useAct({
    does: () => post<Offered>(`/logins/${login.id}/password-link`),
    doubt: DOUBT,
    done: (offered) => setLink(linkOf(offered)),
  });
  return (
    <li className="record">
      <span className="record-title">
        {login.name} {me ? <span className="quiet small">you</span> : null}
      </span>
      <Select
        aria-label={`Role of ${login.name}`}
        size="sm"
        w={170}
        data={ROLES}
        value={login.role}
        disabled={role.isPending || login.disabledAt !== null}
        onChange={(to) => to && to !== login.role && role.mutate(to)}
      />
      <span className="small quiet">
        {login.email}
        {login.disabledAt ? (
          <span className="amber">
            {' '}
            · cannot sign in since <Time at={login.disabledAt} show="both" />
          </span>
        ) : login.lastSeenAt ? (
          <>
            {' '}
            · last seen <Time at={login.lastSeenAt} show="relative" />
          </>
        ) : (
          ' · never seen'
        )}
      </span>
      <span className="small login-acts">
        {login.disabledAt ? (
          <Button
            variant="subtle"
            size="compact-md"
            disabled={enable.isPending}
            onClick={() => enable.mutate()}
          >
            Let in again
          </Button>
        ) : (
          <>
            <Button
              variant="subtle"
              size="compact-md"
              disabled={offer.isPending}
              onClick={() => offer.mutate()}
            >
              Link for a new password
            </Button>
            {me ? null : (
              <Confirm
                words="Lock out"
                size="compact-md"
                title={`Lock out ${login.name}`}
                button={`Lock out ${login.name}`}
                danger
                busy={disable.isPending}
                act={(close) => disable.mutate(undefined, { onSettled: close })}
              >
                <p>
                  Their sessions end and their tokens stop at once. The person stays in the directory and can
                  still be called.
                </p>
              </Confirm>
            )}
          </>
        )}
      </span>
      {link ? (
        <div className="small">
          <Copied
            label={`For ${login.name}: works once, for seven days, shown now only`}
            text={link}
            wrapped
          />
        </div>
      ) : null}
    </li>
  );
}
