/** What is owed, by whom, by when; kept, late or still running: always a word beside the colour. */
import type { IncidentView, PromiseView } from '#incident/view.ts';
import { alike } from '../../pieces/alike.ts';
import { DueTime } from '../../pieces/DueTime.tsx';
import { Time } from '../../pieces/Time.tsx';
import { usePressing } from '../../words/clock.ts';
import { TONE } from '../../words/pressing.ts';
import { term } from '../../words/time.ts';

export function Promises({ incident, me }: { incident: IncidentView; me: string | null }) {
  const promises = alike(latestOfEach(incident.promises));
  const awaited =
    incident.postmortemWithinHours !== null &&
    !incident.restoredAt &&
    !promises.some((each) => each.kind === 'postmortem_published');
  return (
    <section className="section">
      <h2 className="label">Promises</h2>
      <ul className="rows">
        {promises.map((promise) => (
          <Row key={promise.id} promise={promise} me={me} />
        ))}
        {awaited ? (
          <li className="row quiet">
            Postmortem{' '}
            <span className="mono small">{term(incident.postmortemWithinHours ?? 0)} after restoring</span>
          </li>
        ) : null}
      </ul>
    </section>
  );
}

function Row({ promise, me }: { promise: PromiseView; me: string | null }) {
  const pressing = usePressing(promise);
  const near = promise.state === 'open' ? pressing : 'later';
  const mine = promise.ownerId === me;
  // That all of it is mine is plain; what is pressing, or another's, says whose it is.
  const whose =
    promise.ownerId === null || (mine && near === 'later') ? '' : ` · ${mine ? 'you' : promise.ownerName}`;
  return (
    <li
      className={`row ${TONE[near]}`}
      title={
        promise.nextStep
          ? `Then: ${promise.nextStep.do} ${promise.nextStep.who.replaceAll('_', ' ')}`
          : undefined
      }
    >
      <span>
        {promise.name}
        {promise.state === 'open' ? whose : ''}
      </span>
      <span className="mono small strong">{state(promise)}</span>
    </li>
  );
}

function state(promise: PromiseView) {
  switch (promise.state) {
    case 'open':
      return <DueTime at={promise.dueAt} soonFrom={promise.soonFrom} short />;
    case 'kept':
      return promise.missedAt ? (
        <span className="red">
          <Time at={promise.endedAt ?? promise.dueAt} /> kept late
        </span>
      ) : (
        <span className="green">
          <Time at={promise.endedAt ?? promise.dueAt} /> ✓
        </span>
      );
    case 'waived':
      return <span className="quiet">not needed</span>;
    case 'void':
      return <span className="quiet">void</span>;
  }
}

/** Open ones and the latest of what has ended; void ones say nothing to anybody. */
function latestOfEach(promises: PromiseView[]): PromiseView[] {
  const seen = new Set<string>();
  const shown = promises
    .filter((each) => each.state !== 'void')
    .toSorted(
      (one, other) =>
        Number(other.state === 'open') - Number(one.state === 'open') || other.cycle - one.cycle,
    );
  const latest = shown.filter(
    (each) => each.state === 'open' || (!seen.has(each.kind) && seen.add(each.kind)),
  );
  return latest.toSorted((one, other) =>
    (one.endedAt ?? one.dueAt).localeCompare(other.endedAt ?? other.dueAt),
  );
}
