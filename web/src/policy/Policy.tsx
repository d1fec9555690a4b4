/** The process that everybody agreed to: in sentences first, then as the document, then how it came to be. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import '../pieces/records.css';
import './policy.css';
import { useSession } from '../api/session.ts';
import { Screen } from '../pieces/Screen.tsx';
import { Shown } from '../pieces/States.tsx';
import { PolicyPlaces } from './PolicyPlaces.tsx';
import { policyQuery } from './policy.ts';
import { Sentences } from './Sentences.tsx';

export function Policy() {
  const policy = useQuery(policyQuery);
  const administrator = useSession()?.role === 'administrator';
  return (
    <Screen
      title="Policy"
      lead={
        policy.data
          ? `${policy.data.readable.name} · version ${policy.data.version}, in force for incidents declared from now on`
          : undefined
      }
      action={
        administrator ? (
          <Button component={Link} to="/policy/edit">
            Change the policy
          </Button>
        ) : null
      }
    >
      <PolicyPlaces current="sentences" />
      <Shown of={policy} rows={8}>
        {(data) => <Sentences policy={data.readable} />}
      </Shown>
    </Screen>
  );
}
