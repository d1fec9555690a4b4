/** Who would be called if something broke now. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type OnCall, onCallQuery } from '../api/oncall.ts';
import { useSession } from '../api/session.ts';
import { list } from '../words/count.ts';

export function OnCallNow() {
  const oncall = useQuery(onCallQuery);
  const me = useSession()?.personId;
  if (!oncall.data) return <>On call now</>;
  const primaries = distinct(
    oncall.data.items.map((each) => each.primary),
    me,
  );
  const backups = distinct(
    oncall.data.items.map((each) => each.backup),
    me,
  );
  return (
    <>
      On call now
      {primaries.length ? (
        <span className="strong">{list(primaries, 3)}</span>
      ) : (
        <Link to={'/on-call' as '/'} className="strong red">
          Nobody
        </Link>
      )}
      {backups.length ? <span>Backup {list(backups, 3)}</span> : <span>No backup</span>}
    </>
  );
}

function distinct(people: (OnCall['primary'] | undefined)[], me: string | null | undefined): string[] {
  const names = people.flatMap((each) => (each ? [each.personId === me ? 'You' : each.name] : []));
  return [...new Set(names)].sort((one, other) => Number(other === 'You') - Number(one === 'You'));
}
