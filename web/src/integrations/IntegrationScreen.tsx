/** One way in: what to paste, its rules, what arrived lately; a new key, or its end. */
import { Button } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import '../pieces/records.css';
import { get, patch, post, remove } from '../api/http.ts';
import { useSession } from '../api/session.ts';
import { useAct } from '../pieces/acting.ts';
import { Confirm } from '../pieces/Confirm.tsx';
import { Back, OneOf } from '../pieces/OneOf.tsx';
import { Screen } from '../pieces/Screen.tsx';
import { IntegrationFacts } from './IntegrationFacts.tsx';
import { IntegrationForm } from './IntegrationForm.tsx';
import { ShownKey, Snippets } from './Key.tsx';
import { bringsAlerts, type Integration, type Keyed, sendsChanges } from './kinds.ts';
import { SignalList } from './SignalList.tsx';
import { Signing } from './Signing.tsx';
import { Topic } from './Topic.tsx';

const DOUBT = [['integrations'], ['alerts']];
const BACK = <Back to="/integrations" words="Integrations" />;

const integrationQuery = (id: string) =>
  queryOptions({
    queryKey: ['integrations', 'one', id],
    queryFn: ({ signal }) => get<Integration>(`/integrations/${id}`, {}, signal),
  });

export function IntegrationScreen() {
  const { id } = useParams({ strict: false }) as { id: string };
  return id === 'new' ? <NewIntegration /> : <Known key={id} id={id} />;
}

function NewIntegration() {
  const navigate = useNavigate();
  const [made, setMade] = useState<Keyed>();
  const create = useAct({
    does: (body: object) => post<Keyed>('/integrations', body),
    doubt: DOUBT,
    inForm: true,
    done: setMade,
  });
  if (made)
    return (
      <Screen
        title={made.name}
        lead={BACK}
        action={
          <Button component={Link} to={`/integrations/${made.id}`}>
            I have copied it
          </Button>
        }
      >
        <ShownKey value={made.key} />
        <Snippets integration={made} value={made.key} />
        {made.signing.canSign && sendsChanges(made.kind) ? (
          <Signing integration={made} administrator />
        ) : null}
      </Screen>
    );
  return (
    <Screen title="Connect a tool" lead={BACK}>
      <IntegrationForm
        integration={undefined}
        button="Make it and show the key"
        busy={create.isPending}
        error={create.error}
        send={create.mutate}
        cancel={() => void navigate({ to: '/integrations' })}
      />
    </Screen>
  );
}

function Known({ id }: { id: string }) {
  return (
    <OneOf of={useQuery(integrationQuery(id))} title="Integration" lead={BACK}>
      {(integration) => <Opened integration={integration} />}
    </OneOf>
  );
}

function Opened({ integration }: { integration: Integration }) {
  const administrator = useSession()?.role === 'administrator';
  const [editing, setEditing] = useState(false);
  const [key, setKey] = useState<string>();
  const save = useAct({
    does: (body: object) => patch(`/integrations/${integration.id}`, body),
    doubt: DOUBT,
    inForm: true,
    done: () => setEditing(false),
  });
  if (editing)
    return (
      <Screen title={integration.name} lead={BACK}>
        <IntegrationForm
          integration={integration}
          button="Save"
          busy={save.isPending}
          error={save.error}
          send={save.mutate}
          cancel={() => setEditing(false)}
        />
      </Screen>
    );
  return (
    <Screen
      title={integration.name}
      lead={BACK}
      action={administrator ? <Button onClick={() => setEditing(true)}>Edit</Button> : null}
    >
      {key ? <ShownKey value={key} /> : null}
      <IntegrationFacts integration={integration} />
      <Snippets integration={integration} value={key} />
      {integration.signing.canSign ? (
        <Signing integration={integration} administrator={administrator} />
      ) : null}
      {integration.kind === 'sns' ? <Topic integration={integration} administrator={administrator} /> : null}
      {bringsAlerts(integration.kind) ? (
        <section className="section">
          <h2 className="label">What arrived lately</h2>
          <SignalList
            asked={{ integrationId: integration.id, limit: 10 }}
            empty="Nothing has arrived in the last 30 days."
          />
        </section>
      ) : null}
      {administrator ? <Keep integration={integration} shown={setKey} /> : null}
    </Screen>
  );
}

function Keep({ integration, shown }: { integration: Integration; shown: (key: string) => void }) {
  const navigate = useNavigate();
  const rotate = useAct({
    does: () => post<Keyed>(`/integrations/${integration.id}/key`),
    doubt: DOUBT,
    done: ({ key }) => shown(key),
  });
  const archive = useAct({
    does: () => remove(`/integrations/${integration.id}`),
    doubt: DOUBT,
    done: () => void navigate({ to: '/integrations' }),
  });
  return (
    <div className="section form-end no-print">
      <Confirm
        words="Make a new key"
        title="Make a new key"
        button="Make a new key"
        busy={rotate.isPending}
        act={(close) =>
          rotate.mutate(undefined, {
            onSettled: () => {
              close();
              scrollTo({ top: 0 });
            },
          })
        }
      >
        <p>
          The old key, which ends in {integration.keyHint}, stops at once. Whatever still uses it is refused
          until it has the new one.
        </p>
      </Confirm>
      <Confirm
        words="Archive it"
        title={`Archive ${integration.name}`}
        button={`Archive ${integration.name}`}
        busy={archive.isPending}
        act={(close) => archive.mutate(undefined, { onSettled: close })}
      >
        <p>
          Its key stops at once. What it sent stays on record; its open alerts stay open until somebody
          settles them.
        </p>
      </Confirm>
    </div>
  );
}
