/** What an import would do, entry by entry, before anything is done. */
import { count } from '../words/count.ts';

export type Imported = {
  dryRun: boolean;
  changes: { kind: string; name: string; change: 'create' | 'update'; fields: string[] }[];
  unchanged: number;
};

export function ImportChanges({ imported: { changes, unchanged } }: { imported: Imported }) {
  if (changes.length === 0)
    return (
      <p className="notice">
        Nothing would change: all {count(unchanged, 'entry', 'entries')} are like that already.
      </p>
    );
  const created = changes.filter((each) => each.change === 'create').length;
  return (
    <section>
      <p>
        <span className="strong">
          {count(created, 'new entry', 'new entries')}, {count(changes.length - created, 'changed one')}
        </span>
        <span className="quiet"> · {unchanged} stay as they are</span>
      </p>
      <ul className="rows changes-list">
        {changes.map((each) => (
          <li className="record" key={`${each.kind} ${each.name}`}>
            <span>
              <span className={each.change === 'create' ? 'green mono' : 'amber mono'} aria-hidden="true">
                {each.change === 'create' ? '+' : '~'}
              </span>{' '}
              {each.change === 'create' ? 'add' : 'change'} {each.kind}{' '}
              <span className="strong">{each.name}</span>
            </span>
            {each.change === 'update' ? (
              <span className="small quiet">{each.fields.map(inWords).join(', ')}</span>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

function inWords(field: string): string {
  return field
    .replace(/Ids?$/, '')
    .replaceAll(/([A-Z])/g, ' $1')
    .toLowerCase();
}
