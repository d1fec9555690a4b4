/** Now: what is wrong, what I owe, who is on call; and when nothing is, that nothing is. */
import { useQuery } from '@tanstack/react-query';
import { nowQuery } from '../api/queries.ts';
import { Screen } from '../pieces/Screen.tsx';
import { Shown } from '../pieces/States.tsx';

export function Now() {
  const now = useQuery(nowQuery);
  return (
    <Screen title="Now">
      <Shown of={now}>{(view) => <p>{view.incidents.length}</p>}</Shown>
    </Screen>
  );
}
