/** What is only patched: first what has no owner and date, then by its date. */
import { Button, TextInput } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { TemporaryFix } from '#src/restore/fix-routes.ts';
import { get, post } from '../api/http.ts';
import { useMayAct } from '../api/session.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { useAct } from '../pieces/acting.ts';
import { PersonSelect } from '../pieces/Choosers.tsx';
import { Confirm } from '../pieces/Confirm.tsx';
import { Shown } from '../pieces/States.tsx';
import { nowMs } from '../words/clock.ts';
import { count } from '../words/count.ts';

type Fixes = { withoutDate: number; overdue: number; items: TemporaryFix[]; more: boolean };

const fixesQuery = queryOptions({
  queryKey: ['incidents', 'list', 'temporary-fixes'],
  queryFn: ({ signal }) => get<Fixes>('/temporary-fixes', {}, signal),
});

export function TemporaryFixes() {
  const fixes = useQuery(fixesQuery);
  return (
    <Shown of={fixes}>
      {({ items, withoutDate, overdue, more }) =>
        items.length ? (
          <>
            <p className={withoutDate || overdue ? 'amber' : 'quiet'}>
              {[
                withoutDate ? `${count(withoutDate, 'temporary fix', 'temporary fixes')} without a date` : '',
                overdue ? `${overdue} past the date` : '',
              ]
                .filter(Boolean)
                .join(', ') || 'Every temporary fix has an owner and a date.'}
            </p>
            <ul className="rows" aria-label="Temporary fixes">
              {items.map((fix) => (
                <Row key={fix.actionId} fix={fix} />
              ))}
            </ul>
            {more ? <p className="quiet small">There are more than can be listed.</p> : null}
          </>
        ) : (
          <p className="nothing">
            Nothing is only patched. Temporary fixes of incidents are listed here until they are gone.
          </p>
        )
      }
    </Shown>
  );
}

function Row({ fix }: { fix: TemporaryFix }) {
  const mayAct = useMayAct();
  const [open, setOpen] = useState(false);
  return (
    <li className="record">
      <span className="record-title">{fix.what}</span>
      <span className={fix.overdue ? 'record-end red' : fix.by ? 'record-end' : 'record-end amber'}>
        {fix.by ? (
          <>
            {fix.overdue ? 'late: was due ' : 'gone by '}
            <span className="mono">{fix.by}</span>
          </>
        ) : (
          'no date'
        )}
      </span>
      <span className="small quiet">
        {fix.ownerName ?? 'nobody owns it'} ·{' '}
        <Link to={`/incidents/${fix.incidentId}` as '/'}>INC-{fix.incidentNumber}</Link> {fix.incidentTitle}
      </span>
      {mayAct ? (
        <div className="small item-ending">
          {open ? (
            <Dating fix={fix} done={() => setOpen(false)} />
          ) : (
            <>
              <Button variant="subtle" size="compact-md" onClick={() => setOpen(true)}>
                {fix.by ? 'Another owner or date' : 'Give it an owner and a date'}
              </Button>
              <Gone fix={fix} />
            </>
          )}
        </div>
      ) : null}
    </li>
  );
}

function useSettle(fix: TemporaryFix, done?: () => void) {
  return useAct({
    does: (body: object) => post(`/incidents/${fix.incidentId}/actions/${fix.actionId}/settlement`, body),
    doubt: [['incidents']],
    done,
  });
}

function Dating({ fix, done }: { fix: TemporaryFix; done: () => void }) {
  const [ownerId, setOwnerId] = useState<string | null>(fix.ownerId);
  const [by, setBy] = useState(fix.by ?? '');
  const settle = useSettle(fix, done);
  return (
    <div className="stack">
      <div className="two">
        <PersonSelect label="Who removes it?" value={ownerId} choose={setOwnerId} />
        <TextInput
          label="By when?"
          type="date"
          size="md"
          min={new Date(nowMs()).toISOString().slice(0, 10)}
          value={by}
          onChange={(event) => setBy(event.currentTarget.value)}
        />
      </div>
      <div className="next-actions">
        <ActButton
          busy={settle.isPending}
          disabled={!ownerId || !by}
          onClick={() => settle.mutate({ ownerId, by })}
        >
          It has an owner and a date
        </ActButton>
        <Button variant="subtle" onClick={done}>
          Cancel
        </Button>
      </div>
    </div>
  );
}

function Gone({ fix }: { fix: TemporaryFix }) {
  const settle = useSettle(fix);
  return (
    <Confirm
      words="It is gone…"
      size="compact-md"
      title="Is it gone?"
      button="It is gone"
      busy={settle.isPending}
      act={(close) => settle.mutate({ gone: true }, { onSettled: close })}
    >
      <p>
        “{fix.what}” is taken off this list, and the timeline of INC-{fix.incidentNumber} says so.
      </p>
    </Confirm>
  );
}
