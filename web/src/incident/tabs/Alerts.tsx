/** The alerts behind it: which fire, which have recovered. */
import type { IncidentView } from '#incident/view.ts';
import { count } from '../../words/count.ts';

export function Alerts({ incident }: { incident: IncidentView }) {
  if (incident.alerts.length === 0)
    return <p className="nothing">No alert belongs to it; a person noticed it.</p>;
  const serviceName = (id: string | null) => incident.services.find((each) => each.id === id)?.name ?? '';
  return (
    <ul className="rows">
      {incident.alerts.map((alert) => (
        <li className="row" key={alert.alertId}>
          <span>
            {alert.title}{' '}
            <span className="quiet small">
              {[serviceName(alert.serviceId), alert.source].filter(Boolean).join(' · ')}
            </span>
          </span>
          <span className={alert.firing ? 'red small' : 'green small'}>
            {alert.firing ? '▲ fires' : '✓ recovered'}
          </span>
        </li>
      ))}
      {incident.alertsMore > 0 ? (
        <li className="row quiet">and {count(incident.alertsMore, 'more alert')} of the same storm</li>
      ) : null}
    </ul>
  );
}
