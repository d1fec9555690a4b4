/** Now: what is wrong, what I owe, who is on call; and when nothing is, that nothing is. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type NowView, nowQuery } from '../api/queries.ts';
import { useMayAct } from '../api/session.ts';
import { Screen } from '../pieces/Screen.tsx';
import { Shown } from '../pieces/States.tsx';
import { useKey } from '../shell/keyboard.ts';
import './now.css';
import { DueNext } from './DueNext.tsx';
import { MyNextStep } from './MyNextStep.tsx';
import { inOrder } from './mine.ts';
import { OnCall } from './OnCall.tsx';
import { OpenIncidents } from './OpenIncidents.tsx';
import { Quiet } from './Quiet.tsx';
import { ReachNobody } from './ReachNobody.tsx';

const RUNNING = ['detected', 'confirmed', 'restored'];

export function Now() {
  const now = useQuery(nowQuery);
  useKey('n', () => document.querySelector<HTMLElement>('#my-next-step a')?.focus());
  const declare = useMayAct() ? (
    <Button component={Link} to="/declare" variant="default">
      Declare an incident
    </Button>
  ) : null;
  return (
    <Screen title="Now" action={declare}>
      <Shown of={now} rows={5}>
        {(view) => <Everything view={view} />}
      </Shown>
    </Screen>
  );
}

function Everything({ view }: { view: NowView }) {
  const running = view.incidents.filter((each) => RUNNING.includes(each.state));
  const afterwards = view.incidents.filter((each) => !RUNNING.includes(each.state));
  const mine = inOrder(view.incidents);
  return (
    <>
      {running.length === 0 ? <Quiet view={view} /> : null}
      {mine.length ? <MyNextStep held={mine} /> : null}
      {running.length ? <OpenIncidents title="Open incidents" incidents={running} /> : null}
      {afterwards.length ? <OpenIncidents title="Over, something still owed" incidents={afterwards} /> : null}
      <div className="now-columns">
        <DueNext promises={view.promises} />
        <div>
          <OnCall />
          <ReachNobody />
        </div>
      </div>
    </>
  );
}
