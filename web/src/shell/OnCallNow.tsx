/** Who would be called if something broke now. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { onCallQuery, type Reachable } from '../api/oncall.ts';
import { useSession } from '../api/session.ts';
import { count, list } from '../words/count.ts';

const NAMED_MAX = 3;

export function OnCallNow() {
  const oncall = useQuery(onCallQuery);
  const me = useSession()?.personId ?? null;
  if (!oncall.data) return <>On call now</>;
  const first = distinct(oncall.data.items.map((each) => each.callsFirst));
  const backups = distinct(oncall.data.items.map((each) => each.backup)).filter(
    (each) => !first.some((one) => one.id === each.id),
  );
  return (
    <>
      On call now
      {first.length ? (
        <span className="strong">{list(names(first, me, 'You'), NAMED_MAX)}</span>
      ) : (
        <Link to={'/on-call' as '/'} className="strong red">
          Nobody
        </Link>
      )}
      <span>{backupWords(backups, me)}</span>
    </>
  );
}

function backupWords(backups: Reachable[], me: string | null): string {
  if (backups.length === 0) return 'No backup';
  const [only] = backups;
  const rings = only?.channels.filter((each) => each.canRing).length ?? 0;
  if (backups.length === 1)
    return `Backup: ${names(backups, me, 'you')[0]}, ${rings ? `rings on ${count(rings, 'channel')}` : 'cannot be rung'}`;
  return `Backup: ${list(names(backups, me, 'you'), NAMED_MAX)}`;
}

/** The reader first. */
function names(people: Reachable[], me: string | null, you: string): string[] {
  return people
    .toSorted((one, other) => Number(other.id === me) - Number(one.id === me))
    .map((each) => (each.id === me ? you : each.name));
}

function distinct(people: (Reachable | null)[]): Reachable[] {
  return [...new Map(people.flatMap((each) => (each ? [[each.id, each] as const] : []))).values()];
}
