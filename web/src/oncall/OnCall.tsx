/** Who is woken, service by service; what is missing for tonight; and the pages that rang at me. */
import { useQuery } from '@tanstack/react-query';
import '../pieces/records.css';
import './oncall.css';
import { post } from '../api/http.ts';
import { readinessQuery } from '../api/oncall.ts';
import { useSession } from '../api/session.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { useAct } from '../pieces/acting.ts';
import { Screen } from '../pieces/Screen.tsx';
import { Shown } from '../pieces/States.tsx';
import { DefaultCover } from './DefaultCover.tsx';
import { MyPages } from './MyPages.tsx';
import { Readiness } from './Readiness.tsx';
import { WhoIsWoken } from './WhoIsWoken.tsx';

export function OnCall() {
  const session = useSession();
  const readiness = useQuery(readinessQuery);
  const test = useAct({ does: () => post('/pages/test'), doubt: [['pages']] });
  const mayTest = session !== null && session.role !== 'viewer' && session.personId !== null;
  return (
    <Screen
      title="On call"
      action={
        mayTest ? (
          <ActButton busy={test.isPending} busyText="Ringing…" onClick={() => test.mutate()}>
            Ring at me, to test it
          </ActButton>
        ) : null
      }
    >
      <Shown of={readiness}>{(data) => <Readiness readiness={data} />}</Shown>
      <WhoIsWoken />
      <DefaultCover />
      <MyPages />
    </Screen>
  );
}
