/** What is wrong, since when, for whom: the first two lines of the room, readable at arm's length. */

import { Link } from '@tanstack/react-router';
import type { IncidentView } from '#incident/view.ts';
import { STATE_NAMES } from '#incident/words.ts';
import { Severity } from '../pieces/Severity.tsx';
import { Time } from '../pieces/Time.tsx';

export function Header({ incident, me }: { incident: IncidentView; me: string | null }) {
  const parts = [
    impactWords(incident),
    dataWords(incident.data),
    leadWords(incident, me),
    stateWords(incident),
  ];
  return (
    <header className="room-head">
      <h1>
        <Severity is={incident.severity} classified={incident.classified} over={isOver(incident)} />{' '}
        {incident.title}
      </h1>
      <p className="quiet">
        INC-{incident.number}
        {incident.splitFrom ? (
          <>
            , split off from{' '}
            <Link to="/incidents/$id" params={{ id: incident.splitFrom.id }}>
              INC-{incident.splitFrom.number}
            </Link>
          </>
        ) : null}{' '}
        · since <Time at={incident.impactStartedAt ?? incident.detectedAt} show="both" />
        {parts.filter(Boolean).map((part) => ` · ${part}`)}
      </p>
      {incident.drill ? <p className="room-mark">This is a drill. Nobody outside hears of it.</p> : null}
      {incident.restricted ? (
        <p className="room-mark">
          Restricted to {incident.viewers.map((each) => each.name).join(', ')}. Elsewhere it is a number.
        </p>
      ) : null}
    </header>
  );
}

export function isOver(incident: Pick<IncidentView, 'state'>): boolean {
  return incident.state === 'closed' || incident.state === 'dismissed' || incident.state === 'merged';
}

function stateWords(incident: IncidentView): string {
  if (incident.mergedInto) return `merged into INC-${incident.mergedInto.number}`;
  if (incident.state === 'detected' || incident.state === 'confirmed') return '';
  return STATE_NAMES[incident.state] ?? incident.state;
}

/** Who cannot do what, as it was last said; else how many users; else what is affected. */
function impactWords(incident: IncidentView): string {
  const users = usersWords(incident.usersAffected);
  const names = incident.services.map((each) => each.publicName ?? each.name).join(', ');
  return [names, users].filter(Boolean).join(', ');
}

export function usersWords(users: IncidentView['usersAffected']): string {
  if (!users || (users.low === null && users.high === null)) return '';
  if (users.low === null) return `up to ${users.high} users`;
  if (users.high === null || users.high === users.low) return `about ${users.low} users`;
  return `${users.low} to ${users.high} users`;
}

function dataWords(data: IncidentView['data']): string {
  switch (data) {
    case 'unasked':
      return '';
    case 'safe':
      return 'data: not affected';
    case 'checking':
      return 'data: being checked';
    case 'affected':
      return 'data: affected';
  }
}

function leadWords(incident: IncidentView, me: string | null): string {
  const { lead } = incident;
  if (!lead) return isOver(incident) ? '' : 'nobody leads yet';
  return lead.personId === me ? 'you lead' : `${lead.name} leads`;
}
