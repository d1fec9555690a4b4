/** Beside the changes: everything else that is odd, and what was seen before, last, so that memory does not anchor. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { IncidentView } from '#incident/view.ts';
import { Shown } from '../../pieces/States.tsx';
import { Time } from '../../pieces/Time.tsx';
import { oddQuery, type Similar, similarQuery } from './lane.ts';

const KIND_WORDS: Record<string, string> = {
  third_party: 'provider',
  expiry: 'expiry',
  job: 'scheduled job',
  capacity: 'capacity',
  alert: 'alert',
};

export function OddThings({ incident }: { incident: IncidentView }) {
  const found = useQuery(oddQuery(incident.id));
  return (
    <Shown of={found}>
      {({ items }) =>
        items.length ? (
          <ul className="rows">
            {items.map((item) => (
              <li className="odd" key={`${item.kind}${item.text}${item.at}`}>
                <span className={item.odd ? '' : 'quiet'}>
                  {item.odd ? <span className="amber strong">! </span> : null}
                  {item.text}
                  <span className="quiet small"> · {KIND_WORDS[item.kind]}</span>
                </span>
                <span className="small odd-when">
                  {item.href ? (
                    <a href={item.href} target="_blank" rel="noreferrer">
                      status page
                    </a>
                  ) : null}
                  {item.at ? <Time at={item.at} /> : null}
                </span>
              </li>
            ))}
          </ul>
        ) : (
          <p className="nothing">
            Nothing else is known to be odd: no provider, no expiry, no scheduled job, no alert of a service
            nearby.
          </p>
        )
      }
    </Shown>
  );
}

export function SeenBefore({ incident }: { incident: IncidentView }) {
  const found = useQuery(similarQuery(incident.id));
  return (
    <Shown of={found}>
      {({ items }) =>
        items.length ? (
          <>
            <p className="quiet small">
              Look at the changes first: what was true last time need not be true now.
            </p>
            <ul className="rows">
              {items.map((each) => (
                <Past key={each.id} past={each} />
              ))}
            </ul>
          </>
        ) : (
          <p className="nothing">No past incident looks like this one.</p>
        )
      }
    </Shown>
  );
}

function Past({ past }: { past: Similar }) {
  return (
    <li className="past">
      <details>
        <summary>
          <span className="strong">{past.title}</span>{' '}
          <span className="quiet small">
            INC-{past.number} · {past.severity} · <Time at={past.detectedAt} />
          </span>
        </summary>
        <p className="quiet small">Alike in {past.because.join('; ')}.</p>
        {past.trigger ? <p>Set off by: {past.trigger}</p> : null}
        {past.worked.map((each) => (
          <p key={each.what}>
            <span className="green strong">Worked:</span> {each.what}
            {each.note ? <span className="quiet"> · {each.note}</span> : null}
          </p>
        ))}
        {past.didNotWork.map((what) => (
          <p key={what}>
            <span className="red strong">Did not work:</span> {what}
          </p>
        ))}
        {past.worked.length + past.didNotWork.length ? null : (
          <p className="quiet">Nobody wrote down what worked.</p>
        )}
        {past.learned ? <LearnedThen learned={past.learned} /> : null}
        <p>
          <Link to="/incidents/$id" params={{ id: past.id }}>
            Open INC-{past.number}
          </Link>
          {past.learned ? (
            <>
              {' · '}
              <Link to={`/postmortems/${past.learned.postmortemId}` as '/'}>
                {past.learned.state === 'draft' ? 'Read the draft of its postmortem' : 'Read its postmortem'}
              </Link>
            </>
          ) : null}
        </p>
      </details>
    </li>
  );
}

function LearnedThen({ learned }: { learned: NonNullable<Similar['learned']> }) {
  const { state, rootCause, done, open } = learned;
  return (
    <>
      {rootCause ? (
        <p>
          <span className="strong">{state === 'draft' ? 'Cause, as a draft says:' : 'Cause:'}</span>{' '}
          {rootCause}
        </p>
      ) : null}
      {done.map((each) => (
        <p key={each.what}>
          <span className="green strong">Done since:</span> {each.what}
          {each.evidence ? <span className="quiet"> {each.evidence}</span> : null}
        </p>
      ))}
      {open ? (
        <p className="amber">
          {open === 1
            ? 'One thing that was agreed is not done yet.'
            : `${open} things that were agreed are not done yet.`}
        </p>
      ) : null}
    </>
  );
}
