/** What a provider was, a bar for each day: height and colour together, so that neither is needed alone. */
import './providers.css';
import { type Day, dayInWords, daysInWords } from './provider.ts';

export function Bars({ days }: { days: readonly Day[] }) {
  return (
    <span className="bars" role="img" aria-label={daysInWords(days)}>
      {days.map((each) => (
        <span key={each.day} className="bar" data-state={each.state ?? 'none'} title={dayInWords(each)} />
      ))}
    </span>
  );
}

/** What the bars mean. */
export function Legend() {
  return (
    <p className="legend small quiet">
      {(
        [
          ['operational', 'green'],
          ['degraded', 'degraded or in maintenance'],
          ['major', 'down or partly down'],
          ['unknown', 'not known'],
          ['none', 'not asked'],
        ] as const
      ).map(([state, words]) => (
        <span key={state}>
          <span className="bar" data-state={state} /> {words}
        </span>
      ))}
    </p>
  );
}
