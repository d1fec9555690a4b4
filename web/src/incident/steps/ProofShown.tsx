/** What stands for it being back: which check, what it shows, since when, how it is now; and the clock of the watch. */
import type { IncidentView } from '#incident/view.ts';
import { Time } from '../../pieces/Time.tsx';
import { useNow } from '../../words/clock.ts';

export function ProofShown({ incident }: { incident: IncidentView }) {
  const { proof, watchEndsAt } = incident;
  if (!proof) return null;
  return (
    <div className="proof">
      <p>
        <span className="strong">{proof.check}:</span> {proof.shows}, since{' '}
        <Time at={proof.since} show="both" />
        {proof.link ? (
          <>
            {' '}
            ·{' '}
            <a href={proof.link} target="_blank" rel="noreferrer">
              look at it
            </a>
          </>
        ) : null}
      </p>
      {proof.alert ? (
        <p className={proof.alert.firing ? 'small red' : 'small green'}>
          {proof.alert.firing
            ? 'It fires again now'
            : 'It is quiet now; if it fires again, this opens by itself'}
        </p>
      ) : null}
      {watchEndsAt ? <WatchClock until={watchEndsAt} minutes={incident.watchMinutes} /> : null}
    </div>
  );
}

function WatchClock({ until, minutes }: { until: string; minutes: number }) {
  const now = useNow('second');
  const left = Math.max(0, Date.parse(until) - now);
  const passed = minutes > 0 ? 1 - left / (minutes * 60_000) : 1;
  const clock = `${Math.floor(left / 60_000)}:${String(Math.floor(left / 1000) % 60).padStart(2, '0')}`;
  return (
    <div className="watch-clock">
      <div className="watch-bar" aria-hidden="true">
        <span style={{ width: `${Math.round(Math.min(1, Math.max(0, passed)) * 100)}%` }} />
      </div>
      <p className="small">
        {left > 0 ? (
          <>
            Watched for <span className="mono">{clock}</span> more, until <Time at={until} />
          </>
        ) : (
          'The watch period is over.'
        )}
      </p>
    </div>
  );
}
