/** The incident room. */
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { incidentQuery } from '../api/queries.ts';
import { Screen } from '../pieces/Screen.tsx';
import { Shown } from '../pieces/States.tsx';

export function IncidentRoom() {
  const { id } = useParams({ strict: false });
  const incident = useQuery(incidentQuery(id ?? ''));
  return <Shown of={incident}>{(view) => <Screen title={view.title} />}</Shown>;
}
