/** Services that would reach nobody tonight: said before it matters. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { readinessQuery } from '../api/oncall.ts';
import { unpreparedWords } from '../oncall/missing.ts';
import { capital, list, numberWord } from '../words/count.ts';

const NAMED_MAX = 4;

export function ReachNobody() {
  const readiness = useQuery(readinessQuery).data;
  if (!readiness) return null;
  const nobody = readiness.items
    .filter((each) => each.gaps.some((gap) => gap.serious))
    .map((each) => each.serviceName);
  const unprepared = unpreparedWords(readiness.items);
  return (
    <section className="section">
      <h2 className="label">Tonight</h2>
      {nobody.length ? (
        <p className="tonight">
          <span className="red strong">
            {capital(numberWord(nobody.length))} {nobody.length === 1 ? 'service' : 'services'} would reach
            nobody
          </span>
          : {list(nobody, NAMED_MAX)}. <Link to={'/on-call' as '/'}>Name somebody</Link>
        </p>
      ) : (
        <p className="tonight">
          <span className="green">✓</span> Every service would reach somebody.
        </p>
      )}
      {unprepared ? (
        <p className="tonight">
          Not prepared: {unprepared} <Link to={'/on-call' as '/'}>See which</Link>
        </p>
      ) : null}
      {readiness.mailConfigured ? null : (
        <p className="tonight amber">No mail server is configured: no message reaches a client by mail.</p>
      )}
    </section>
  );
}
