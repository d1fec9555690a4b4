/** Reports that belong to no incident yet: each is a signal that waits, and its reporter is owed an answer. */
import { SegmentedControl } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import '../pieces/records.css';
import type { Question } from '../incident/inbox/questions.ts';
import { Thread } from '../incident/inbox/Thread.tsx';
import { Listed } from '../pieces/Listed.tsx';
import { useListing } from '../pieces/listing.ts';
import { Screen } from '../pieces/Screen.tsx';
import { InboxPlaces } from './InboxPlaces.tsx';

export function LooseInbox() {
  const [state, setState] = useState('open');
  const listing = useListing<Question>(['questions'], '/questions', { state });
  return (
    <Screen title="Inbox">
      <InboxPlaces current="reports" />
      <p className="quiet">
        What clients report and what belongs to no incident. The signal of each stands under{' '}
        <Link to="/integrations/waiting">what waits for a person</Link>: declare an incident from it there, or
        say to which one it belongs.
      </p>
      <SegmentedControl
        aria-label="Which"
        my="md"
        data={[
          { value: 'open', label: 'Waiting' },
          { value: 'done', label: 'Answered' },
        ]}
        value={state}
        onChange={setState}
      />
      <Listed
        of={listing}
        label="Reports"
        row={(each) => <Thread key={each.id} question={each} base={`/questions/${each.id}`} />}
        empty={<p>{state === 'open' ? 'Nobody waits for an answer.' : 'Nothing has been answered yet.'}</p>}
      />
    </Screen>
  );
}
