/** A quiet strip for whoever repairs: what is late or soon due, instead of another call. */
import type { IncidentView } from '#incident/view.ts';
import { useMayAct } from '../api/session.ts';
import { Time } from '../pieces/Time.tsx';

// Everything late at once would push the next step off a phone.
const LINES_MAX = 3;

export function Reminders({ incident }: { incident: IncidentView }) {
  const open = incident.promises.filter((each) => each.state === 'open');
  const late = open.filter((each) => each.missedAt);
  const over = useOver(incident);
  return (
    <>
      {late.length ? <Late promises={late} /> : over.length ? null : <Soon incident={incident} />}
      {over.length ? (
        <div className="person-strip soon" role="status">
          {over.map(({ runId, open: step, title }) => (
            <p key={runId}>
              Time box over: step {step?.number} of “{title}”, {step?.what}. Go on, skip it, or get help.
            </p>
          ))}
        </div>
      ) : null}
    </>
  );
}

/** Steps whose time box is over, apart from the one that the card shows: it says so itself. */
function useOver({ playbooks, nextStep }: IncidentView) {
  const mayAct = useMayAct();
  const running = playbooks.filter((each) => each.running);
  const elsewhere = mayAct && nextStep.kind === 'restore' ? running.slice(1) : running;
  return elsewhere.filter((each) => each.open?.over);
}

function Late({ promises: late }: { promises: IncidentView['promises'] }) {
  const lines = late.map((each) => (
    <p key={each.id}>
      Late: {each.name}, promised for <Time at={each.dueAt} />.{' '}
      {each.nextStep ? (
        <>
          Next called, at <Time at={each.nextStep.at} />: {each.nextStep.who.replaceAll('_', ' ')}.
        </>
      ) : (
        'Everybody on its ladder has been called.'
      )}
    </p>
  ));
  const shown = lines.length > LINES_MAX ? LINES_MAX - 1 : lines.length;
  return (
    <div className="person-strip" role="status">
      {lines.slice(0, shown)}
      {lines.length > shown ? (
        <details>
          <summary>And {lines.length - shown} more that are late</summary>
          {lines.slice(shown)}
        </details>
      ) : null}
    </div>
  );
}

/** What the card asks for anyway is not said twice. */
function Soon({ incident }: { incident: IncidentView }) {
  const due = incident.promises.find(
    (promise) =>
      promise.state === 'open' &&
      promise.kind !== incident.nextStep.promiseKind &&
      incident.reminders.some((reminder) => reminder.promise === promise.kind),
  );
  if (!due) return null;
  return (
    <div className="person-strip soon" role="status">
      <p>
        Soon due: {due.name}, by <Time at={due.dueAt} />.
      </p>
    </div>
  );
}
