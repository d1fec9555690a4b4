/** Who would be called first, and for what. */
import { useQuery } from '@tanstack/react-query';
import { type Cover, onCallQuery } from '../api/oncall.ts';
import { useSession } from '../api/session.ts';
import { Shown } from '../pieces/States.tsx';
import { list } from '../words/count.ts';

const SERVICES_NAMED_MAX = 4;

export function OnCall() {
  const oncall = useQuery(onCallQuery);
  const me = useSession()?.personId;
  return (
    <section className="section">
      <h2 className="label">On call now</h2>
      <Shown of={oncall}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="nothing">There is no service yet. The directory is where they are kept.</p>
          ) : (
            <ul className="rows">
              {byPerson(items).map(({ id, name, services }) => (
                <li className="row" key={id}>
                  <span className="strong">{id === me ? 'You' : name}</span>
                  <span className="quiet small">{list(services, SERVICES_NAMED_MAX)}</span>
                </li>
              ))}
            </ul>
          )
        }
      </Shown>
    </section>
  );
}

function byPerson(covers: Cover[]): { id: string; name: string; services: string[] }[] {
  const people = new Map<string, { id: string; name: string; services: string[] }>();
  for (const { callsFirst, serviceName } of covers) {
    if (!callsFirst) continue;
    const known = people.get(callsFirst.id) ?? { id: callsFirst.id, name: callsFirst.name, services: [] };
    people.set(callsFirst.id, { ...known, services: [...known.services, serviceName] });
  }
  return [...people.values()];
}
