/** The folder that playbooks are read from: when it was read, and every problem with its file and line. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { post } from '../api/http.ts';
import { useMayAct } from '../api/session.ts';
import { useAct } from '../pieces/acting.ts';
import { Time } from '../pieces/Time.tsx';
import { count } from '../words/count.ts';
import { PLAYBOOK_KEYS, sourceQuery } from './playbook.ts';

const PROBLEMS_SHOWN = 10;

export function FolderState() {
  const source = useQuery(sourceQuery).data;
  const mayAct = useMayAct();
  const read = useAct({ does: () => post('/playbooks/source/reading'), doubt: PLAYBOOK_KEYS });
  if (!source?.from) return null;
  const { failure, problems } = source;
  return (
    <div className={failure || problems.length ? 'notice' : 'folder-state'} role="status">
      <div className="folder-state-head">
        <p>
          {failure ? (
            <>
              The folder <code>{source.from}</code> cannot be read: {failure}. What was read before stays.
            </>
          ) : (
            <>
              Read from <code>{source.from}</code>
              {source.revision ? ` at ${source.revision}` : ''}: {count(source.files, 'file')}
              {source.readAt ? (
                <>
                  , <Time at={source.readAt} show="both" />
                </>
              ) : null}
              {problems.length ? `. ${count(problems.length, 'problem')}:` : '.'}
            </>
          )}
        </p>
        {mayAct ? (
          <Button size="compact-md" variant="subtle" disabled={read.isPending} onClick={() => read.mutate()}>
            {read.isPending ? 'Reading…' : 'Read it now'}
          </Button>
        ) : null}
      </div>
      {problems.length ? (
        <ul className="folder-problems">
          {problems.slice(0, PROBLEMS_SHOWN).map((each) => (
            <li key={`${each.path}${each.line}${each.message}`}>
              <span className="mono small">
                {each.path}:{each.line}
              </span>{' '}
              {each.message}
            </li>
          ))}
          {problems.length > PROBLEMS_SHOWN ? <li>and {problems.length - PROBLEMS_SHOWN} more</li> : null}
        </ul>
      ) : null}
    </div>
  );
}
