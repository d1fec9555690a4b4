/** A quiet strip for whoever repairs: what is due, instead of another call. */
import type { IncidentView } from '#incident/view.ts';
import { Time } from '../pieces/Time.tsx';

export function Reminders({ incident }: { incident: IncidentView }) {
  const late = incident.promises.filter((each) => each.state === 'open' && each.missedAt);
  // What the card asks for anyway is not said twice.
  const reminders = incident.reminders
    .filter((each) => each.promise !== incident.nextStep.promiseKind)
    .slice(0, 1);
  if (late.length === 0 && reminders.length === 0) return null;
  return (
    <div className="person-strip" role="status">
      {late.map((each) => (
        <p key={each.id}>
          Late: {each.name}, promised for <Time at={each.dueAt} />.{' '}
          {each.nextStep ? (
            <>
              {each.nextStep.who.replaceAll('_', ' ')} is called at <Time at={each.nextStep.at} />.
            </>
          ) : (
            'Everybody on its ladder has been called.'
          )}
        </p>
      ))}
      {late.length === 0
        ? incident.reminders.slice(0, 1).map((each) => <p key={each.at}>Reminder: {each.name}.</p>)
        : null}
    </div>
  );
}
