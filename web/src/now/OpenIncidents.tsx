/** Incidents as rows: how serious, what, since when, what people have heard, and the most urgent promise. */
import { Link } from '@tanstack/react-router';
import type { IncidentSummary } from '#incident/view.ts';
import { useSession } from '../api/session.ts';
import { Beats } from '../incident/Beats.tsx';
import { DueTime } from '../pieces/DueTime.tsx';
import { Severity } from '../pieces/Severity.tsx';
import { Time } from '../pieces/Time.tsx';

export function OpenIncidents({ title, incidents }: { title: string; incidents: IncidentSummary[] }) {
  return (
    <section className="section">
      <h2 className="label">{title}</h2>
      <ul className="rows">
        {incidents.map((incident) => (
          <IncidentRow key={incident.id} incident={incident} />
        ))}
      </ul>
    </section>
  );
}

export function IncidentRow({ incident }: { incident: IncidentSummary }) {
  const { urgent } = incident;
  const me = useSession()?.personId ?? null;
  return (
    <li className="now-row">
      <Severity is={incident.severity} classified={incident.classified} over={incident.endedAt !== null} />
      <div className="incident-what">
        <Link to="/incidents/$id" params={{ id: incident.id }} className="incident-title">
          {incident.title}
        </Link>
        <p className="quiet small">
          INC-{incident.number} · since <Time at={incident.detectedAt} /> UTC,{' '}
          <Time at={incident.detectedAt} show="relative" /> · {leadWords(incident, me)}
          {incident.drill ? ' · drill' : ''}
        </p>
      </div>
      <div className="incident-beats">
        <Beats beats={incident.beats} small />
      </div>
      <div className="incident-owed">
        {urgent ? (
          <>
            <span>{urgent.name}</span> <DueTime at={urgent.dueAt} soonFrom={urgent.soonFrom} />
          </>
        ) : (
          <span className="quiet">nothing owed</span>
        )}
        {incident.overdue > 1 ? <span className="red small">{incident.overdue} late</span> : null}
      </div>
    </li>
  );
}

function leadWords({ lead }: IncidentSummary, me: string | null): string {
  if (!lead) return 'nobody leads';
  return lead.personId === me ? 'you lead' : `${lead.name} leads`;
}
