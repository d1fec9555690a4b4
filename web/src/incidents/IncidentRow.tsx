/** One incident in a list: how severe, what, in which state since when, what people have heard, what is most urgent. */
import { Link } from '@tanstack/react-router';
import type { IncidentSummary } from '#incident/view.ts';
import { Beats } from '../incident/Beats.tsx';
import { Severity } from '../pieces/Severity.tsx';
import { Time } from '../pieces/Time.tsx';
import { list } from '../words/count.ts';

export function IncidentRow({ incident }: { incident: IncidentSummary }) {
  const { id, number, title, severity, classified, services, state } = incident;
  const over = incident.endedAt !== null || state === 'resolved';
  return (
    <li className="incident-row" data-over={over}>
      <div>
        <Severity is={severity} classified={classified} over={over} />{' '}
        <Link to="/incidents/$id" params={{ id }} className="record-title">
          {title}
        </Link>
        {incident.drill ? <span className="quiet small"> · drill</span> : null}
        {incident.restricted ? <span className="amber small"> · restricted</span> : null}
        <p className="quiet small">
          INC-{number} ·{' '}
          {list(
            services.map((each) => each.name),
            3,
          ) || 'service not known yet'}{' '}
          · <State incident={incident} />
        </p>
      </div>
      <div className="incident-row-beats">
        <Beats beats={incident.beats} small />
      </div>
      <Urgent incident={incident} over={over} />
    </li>
  );
}

function State({ incident }: { incident: IncidentSummary }) {
  const [word, at] = stateOf(incident);
  return (
    <>
      {word} <Time at={at} show="clock" /> UTC
    </>
  );
}

function stateOf(incident: IncidentSummary): [string, string] {
  switch (incident.state) {
    case 'detected':
      return ['detected', incident.detectedAt];
    case 'restored':
      return ['works again since', incident.restoredAt ?? incident.detectedAt];
    case 'resolved':
      return ['resolved', incident.resolvedAt ?? incident.detectedAt];
    case 'closed':
    case 'dismissed':
    case 'merged':
      return [incident.state, incident.endedAt ?? incident.detectedAt];
    default:
      return ['confirmed, since', incident.detectedAt];
  }
}

function Urgent({ incident: { urgent, overdue }, over }: { incident: IncidentSummary; over: boolean }) {
  if (!urgent)
    return <span className="incident-row-end quiet small">{over ? '' : 'nothing is owed now'}</span>;
  return (
    <span className={`incident-row-end small ${overdue > 0 ? 'red' : 'quiet'}`}>
      {urgent.name} <br />
      {overdue > 0 ? 'late since' : 'by'}{' '}
      <span className="mono">
        <Time at={urgent.dueAt} />
      </span>
    </span>
  );
}
