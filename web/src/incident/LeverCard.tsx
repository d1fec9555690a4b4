/** The first lever of a kind of failure: what to do, what not to do, what to collect meanwhile. */
import type { Card } from './changes.ts';

export function LeverCard({ card }: { card: Card }) {
  return (
    <div className="lever-card">
      <p>
        <span className="strong">{card.name}.</span> {card.firstLever}
      </p>
      <p className="quiet small">{card.because}</p>
      {card.doNot.length ? (
        <p className="small">
          <span className="red">Not now:</span> {card.doNot.join(' ')}
        </p>
      ) : null}
      {card.evidence.length ? <p className="small quiet">Keep meanwhile: {card.evidence.join(' ')}</p> : null}
    </div>
  );
}
