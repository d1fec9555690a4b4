/** Whoever takes over sees which step is open, and where. */
import type { IncidentView } from '#incident/view.ts';
import { Time } from '../../pieces/Time.tsx';

export function OpenSteps({ incident }: { incident: IncidentView }) {
  const running = incident.playbooks.filter((each) => each.running && each.open);
  if (!running.length) return null;
  return (
    <ul className="open-steps" aria-label="Open steps">
      {running.map(({ runId, title, done, total, open }) => (
        <li key={runId} className="small">
          <span className="strong">
            Step {open?.number}: {open?.what}
          </span>{' '}
          <span className="quiet">
            is under way in “{title}” ({done} of {total} done{open?.ownerName ? `, ${open.ownerName}` : ''}
            {open?.dueAt ? (
              <>
                , {open.over ? 'time box was over' : 'time box ends'} <Time at={open.dueAt} />
              </>
            ) : null}
            ).
          </span>
        </li>
      ))}
    </ul>
  );
}
