/** The postmortem as a file, in four forms. */
import { Button } from '@mantine/core';
import type { Postmortem } from './postmortem.ts';
import './library.css';

const FORMS = [
  { ending: 'pdf', name: 'PDF' },
  { ending: 'html', name: 'HTML' },
  { ending: 'md', name: 'Markdown' },
  { ending: 'json', name: 'JSON' },
];

export function TakeAlong({ postmortem }: { postmortem: Postmortem }) {
  return (
    <section className="section" aria-labelledby="take-along">
      <h2 id="take-along">Download</h2>
      <p className="quiet prose">
        {postmortem.published
          ? 'The published copy: roles instead of people.'
          : 'What would be published, marked as a draft: roles instead of people.'}
      </p>
      <div className="take-along">
        {FORMS.map(({ ending, name }) => (
          <Button
            key={ending}
            component="a"
            variant="default"
            href={`/api/v1/postmortems/${postmortem.id}/export.${ending}`}
            download
          >
            {name}
          </Button>
        ))}
      </div>
    </section>
  );
}
