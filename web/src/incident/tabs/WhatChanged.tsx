/** Everything that changed, and where nothing did: absence is evidence only where somebody is listening. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { IncidentView } from '#incident/view.ts';
import { Shown } from '../../pieces/States.tsx';
import { changesQuery, type WhatChanged as Found } from '../changes.ts';
import { ChangeRow } from './ChangeRow.tsx';

export function WhatChanged({ incident }: { incident: IncidentView }) {
  const found = useQuery(changesQuery(incident.id));
  return <Shown of={found}>{(changes) => <Changes incident={incident} changes={changes} />}</Shown>;
}

function Changes({ incident, changes }: { incident: IncidentView; changes: Found }) {
  return (
    <>
      {changes.note ? <p className="quiet">{changes.note}</p> : null}
      {changes.items.length ? (
        <ul className="rows">
          {changes.items.map((change) => (
            <ChangeRow key={change.id} incident={incident} change={change} />
          ))}
        </ul>
      ) : (
        <p className="nothing">No change was recorded in the 24 hours before.</p>
      )}
      {changes.more ? <p className="quiet small">There were more than can be listed.</p> : null}
      <section className="section">
        <h2 className="label">Where changes are heard of</h2>
        <ul className="rows">
          {changes.services.map((service) => (
            <li className="row" key={service.serviceId}>
              <span>{service.name}</span>
              <span className={service.feed === 'connected' ? 'small quiet' : 'small amber'}>
                {service.note}
              </span>
            </li>
          ))}
        </ul>
      </section>
      {changes.thirdParties.length ? (
        <section className="section">
          <h2 className="label">Third parties</h2>
          <ul className="rows">
            {changes.thirdParties.map((party) => (
              <li className="row" key={party.id}>
                <span>
                  {party.sentence} <span className="quiet small">{party.services.join(', ')}</span>
                </span>
                {party.statusUrl ? (
                  <a href={party.statusUrl} target="_blank" rel="noreferrer">
                    their page
                  </a>
                ) : (
                  <Link to={`/providers/${party.id}` as '/'}>look</Link>
                )}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  );
}
