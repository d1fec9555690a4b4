/** One next step across everything I hold; its button names the incident. */
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Countdown } from '../incident/Countdown.tsx';
import { Severity } from '../pieces/Severity.tsx';
import { useNow } from '../words/clock.ts';
import { pressing } from '../words/pressing.ts';
import type { Held } from './mine.ts';

export function MyNextStep({ held: [first, ...then] }: { held: Held[] }) {
  const now = useNow('second');
  if (!first) return null;
  const { incident, nextStep } = first;
  const { dueAt, soonFrom } = nextStep;
  const near = dueAt === null ? 'later' : pressing({ dueAt, soonFrom }, now);
  return (
    <section className="my-next" id="my-next-step" data-due={near} aria-labelledby="my-next-title">
      <div className="my-next-top">
        <span className="label">Your next step</span>
        {nextStep.dueAt ? <Countdown dueAt={nextStep.dueAt} /> : null}
      </div>
      <h2 id="my-next-title">{nextStep.title}</h2>
      <p className="quiet">
        <Severity is={incident.severity} classified={incident.classified} /> {incident.title}
      </p>
      <Button component={Link} to={`/incidents/${incident.id}` as '/'} mt="md">
        {nextStep.title}, INC-{incident.number}
      </Button>
      {then.length ? (
        <ul className="rows my-then">
          {then.map((each) => (
            <li className="row" key={each.incident.id}>
              <span>
                Then: {each.nextStep.title},{' '}
                <Link to="/incidents/$id" params={{ id: each.incident.id }}>
                  INC-{each.incident.number}
                </Link>{' '}
                <span className="quiet">{each.incident.title}</span>
              </span>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}
