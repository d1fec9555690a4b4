/** Whether near misses may be reported here, and who owes the answers. */
import { Switch } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { NearMissSettings as All } from '#src/learn/near-misses/settings.ts';
import { get, put } from '../api/http.ts';
import { REPORT_PAGE } from '../learn/near-misses/pages.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { useAct } from '../pieces/acting.ts';
import { PersonSelect } from '../pieces/Choosers.tsx';
import { Refusal } from '../pieces/Refusal.tsx';
import { Shown } from '../pieces/States.tsx';

const settingsQuery = queryOptions({
  queryKey: ['near_miss', 'settings'],
  queryFn: ({ signal }) => get<All>('/settings/near-misses', {}, signal),
});

export function NearMissSettings() {
  const settings = useQuery(settingsQuery);
  return <Shown of={settings}>{(all) => <Form all={all} />}</Shown>;
}

function Form({ all }: { all: All }) {
  const [settings, setSettings] = useState(all);
  const save = useAct({
    does: () => put('/settings/near-misses', settings),
    doubt: [['near_miss']],
    inForm: true,
    said: 'Saved.',
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form className="form" onSubmit={submit}>
      <p>
        Near misses are reported at <a href={REPORT_PAGE}>{REPORT_PAGE}</a> without an account. Who reports is
        kept nowhere. In a proxy before Humdrum, leave that path out of the access log.
      </p>
      <Switch
        size="md"
        label="Whoever reaches the page may report"
        description="Closed, receipts still open their reports."
        checked={settings.open}
        onChange={(event) => setSettings({ ...settings, open: event.currentTarget.checked })}
      />
      <PersonSelect
        label="Learning owner"
        description="Hears every morning of what is new, and at once of what could happen again this week. Without one, everybody who administers does."
        value={settings.learningOwnerId}
        choose={(learningOwnerId) => setSettings({ ...settings, learningOwnerId })}
      />
      <Refusal error={save.error} />
      <div className="form-end">
        <ActButton type="submit" busy={save.isPending} busyText="Saving…">
          Save
        </ActButton>
      </div>
    </form>
  );
}
