/** Two people wrote at once: where the texts differ, choose one or keep both. Nothing is lost. */
import { Button, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { Time } from '../pieces/Time.tsx';
import type { Sections } from './postmortem.ts';
import { type Choice, differences, together } from './together.ts';
import type { Theirs } from './writing.ts';

export function Collision({
  mine,
  theirs,
  settle,
}: {
  mine: Sections;
  theirs: Theirs;
  settle: (sections: Sections) => void;
}) {
  const [choices, setChoices] = useState<Record<string, Choice>>({});
  const found = differences(mine, theirs.sections);
  return (
    <section className="notice" aria-labelledby="collision">
      <h2 id="collision">
        {theirs.savedBy} saved at <Time at={theirs.savedAt} /> while you were writing
      </h2>
      {found.length === 0 ? <p>The texts are the same.</p> : null}
      {found.map(({ name, label, mine: own, theirs: other }) => (
        <div key={name} className="collision">
          <div className="section-head">
            <h3 className="label">{label}</h3>
            <SegmentedControl
              aria-label={`${label}: which to keep`}
              data={[
                { value: 'both', label: 'Both' },
                { value: 'mine', label: 'Yours' },
                { value: 'theirs', label: 'Theirs' },
              ]}
              value={choices[name] ?? 'both'}
              onChange={(choice) => setChoices({ ...choices, [name]: choice as Choice })}
            />
          </div>
          <div className="collision-texts">
            <div>
              <p className="quiet small">Yours</p>
              <p className="collision-text">{own || 'empty'}</p>
            </div>
            <div>
              <p className="quiet small">{theirs.savedBy}</p>
              <p className="collision-text">{other || 'empty'}</p>
            </div>
          </div>
        </div>
      ))}
      <Button mt="md" onClick={() => settle(together(mine, theirs.sections, choices))}>
        Bring them together and save
      </Button>
    </section>
  );
}
