/** After set-up: what is still missing before the first night, each with the way to mend it. It reads what is, not what was ticked. */
import { Button, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import '../pieces/records.css';
import { get } from '../api/http.ts';
import { readinessQuery } from '../api/oncall.ts';
import { type Page, servicesQuery } from '../api/queries.ts';
import { useSession } from '../api/session.ts';
import type { Views } from '../directory/kinds.ts';
import { PersonChannels } from '../directory/PersonChannels.tsx';
import type { Integration } from '../integrations/kinds.ts';
import { Copied } from '../pieces/Copied.tsx';
import { Screen } from '../pieces/Screen.tsx';
import { OrganisationForm, organisationQuery } from '../settings/Organisation.tsx';

const MAIL_COMMAND =
  'SMTP_URL=smtp://user:password@mail.example.com:587 MAIL_FROM=status@example.com npm start';

export function GettingStarted() {
  const session = useSession();
  const organisation = useQuery(organisationQuery).data;
  const readiness = useQuery(readinessQuery).data;
  const services = useQuery(servicesQuery).data?.items;
  const integrations = useQuery({
    queryKey: ['integrations', 'any'],
    queryFn: ({ signal }) => get<Page<Integration>>('/integrations', {}, signal),
  }).data?.items;
  const me = useQuery({
    queryKey: ['persons', 'one', session?.personId],
    queryFn: ({ signal }) => get<Views['people']>(`/people/${session?.personId}`, {}, signal),
    enabled: Boolean(session?.personId),
  }).data;
  const heard = integrations?.some((each) => each.lastReceivedAt);
  const proven = me?.channels.some((each) => each.testedAt);
  const steps = [
    Boolean(organisation?.name),
    readiness?.mailConfigured,
    Boolean(services?.length),
    proven,
    heard,
  ];
  const left = steps.filter((done) => !done).length;
  return (
    <Screen
      title="Before the first night"
      lead={left ? `${left} of ${steps.length} things are still missing.` : 'Everything is there.'}
      action={
        <Button component={Link} to="/" variant={left ? 'default' : 'filled'}>
          {left ? 'Later' : 'Go to Now'}
        </Button>
      }
    >
      <ol className="rows">
        <Step
          done={Boolean(organisation?.name)}
          title={
            organisation?.name ? `Clients know you as ${organisation.name}` : 'Say what clients call you'
          }
        >
          {organisation && !organisation.name ? <OrganisationForm organisation={organisation} /> : null}
        </Step>
        <Step
          done={readiness?.mailConfigured}
          title={readiness?.mailConfigured ? 'A mail server is configured' : 'Give Humdrum a mail server'}
        >
          {readiness && !readiness.mailConfigured ? (
            <>
              <p className="quiet">
                Until then messages to clients are shown as “not sent: no mail server configured”. Start it
                with:
              </p>
              <Copied label="Command" text={MAIL_COMMAND} />
            </>
          ) : null}
        </Step>
        <Step
          done={Boolean(services?.length)}
          title={
            services?.length
              ? `${services.length === 1 ? 'One service is' : `${services.length} services are`} known`
              : 'Add the first service'
          }
        >
          {services && !services.length ? (
            <p>
              <Link to={'/directory/services/new' as '/'}>Add a service</Link> with who is woken, or{' '}
              <Link to={'/directory/file' as '/'}>import a whole organisation</Link> from one file.
            </p>
          ) : null}
        </Step>
        <Step
          done={proven}
          title={proven ? 'A test page has reached you' : 'Let a test page ring, and answer it'}
        >
          {me && !proven ? <PersonChannels person={me} /> : null}
        </Step>
        <Step done={heard} title={heard ? 'A first signal has arrived' : 'Connect your monitoring'}>
          {integrations && !heard ? (
            <p>
              {integrations.length ? (
                <Link to={`/integrations/${integrations[0]!.id}` as '/'}>
                  {integrations[0]!.name} has not been heard yet: see what to paste
                </Link>
              ) : (
                <Link to={'/integrations/new' as '/'}>Connect a tool</Link>
              )}
              .
            </p>
          ) : null}
        </Step>
      </ol>
    </Screen>
  );
}

function Step({ done, title, children }: { done: boolean | undefined; title: string; children: ReactNode }) {
  return (
    <li className="getting-step">
      <h2>
        <span className={done ? 'green mono' : 'quiet mono'} aria-hidden="true">
          {done ? '✓' : '○'}
        </span>{' '}
        {title}
        <VisuallyHidden>{done ? ', done' : ', still missing'}</VisuallyHidden>
      </h2>
      {children}
    </li>
  );
}
