/** Changes as rows, newest first: each opens its card. */
import { CHANGE_KIND_WORDS } from '#src/triage/relation.ts';
import '../pieces/records.css';
import { Time } from '../pieces/Time.tsx';
import { useNow } from '../words/clock.ts';
import { list } from '../words/count.ts';
import { clockIn, stretch } from '../words/time.ts';
import { ROLLBACK_WORDS } from './change.ts';
import { standing } from './lanes.ts';
import type { Listed } from './listed.ts';
import { Shape } from './Shape.tsx';

const SHOWN_MAX = 200;

type Props = { changes: Listed[]; label: string; choose: ((id: string) => void) | undefined };

export function ChangeList({ changes, label, choose }: Props) {
  const now = useNow();
  return (
    <ul className="rows change-rows" aria-label={label}>
      {changes.slice(0, SHOWN_MAX).map(({ change, services }) => (
        <li key={change.id}>
          <Row change={change} services={services} now={now} choose={choose} />
        </li>
      ))}
    </ul>
  );
}

type RowProps = Pick<Listed, 'change' | 'services'> & { now: number; choose: Props['choose'] };

function Row({ change, services, now, choose }: RowProps) {
  const inside = (
    <>
      <span className="change-shape">
        <Shape change={change} />
      </span>
      <span className="change-words">
        <span className="change-summary">{change.summary}</span>
        <span className="small quiet">
          {services.length
            ? list(services)
            : change.serviceNamed
              ? `“${change.serviceNamed}”`
              : 'no service stated'}{' '}
          · {CHANGE_KIND_WORDS[change.kind]}
          {change.state === 'done' ? '' : `, ${standing(change, now)}`}
          {change.environment ? ` · ${change.environment}` : ''}
          {change.rollback === 'unknown' ? '' : ` · ${ROLLBACK_WORDS[change.rollback]}`}
        </span>
      </span>
      <span className="change-time">
        {change.state === 'planned' && change.endsAt ? (
          <time dateTime={change.happenedAt} title={stretch(change.happenedAt, change.endsAt, now)}>
            {stretch(change.happenedAt, change.endsAt, now, 'UTC').replace(' to ', '–').replace(' UTC', '')}
          </time>
        ) : (
          <Time at={change.happenedAt} />
        )}
        <span className="small quiet" hidden={change.claimedAt === null}>
          {change.claimedAt ? `said ${clockIn(change.claimedAt)}` : ''}
        </span>
      </span>
    </>
  );
  return choose ? (
    <button type="button" className="change-row" onClick={() => choose(change.id)}>
      {inside}
    </button>
  ) : (
    <div className="change-row">{inside}</div>
  );
}
