/** The first lever of a kind of failure: what to do, what not to do, what to collect meanwhile. */
import type { Card } from './changes.ts';
import { EvidenceLines } from './playbooks/EvidenceLines.tsx';

type Props = { card: Card; incidentId: string; restrictFirst?: boolean | undefined };

export function LeverCard({ card, incidentId, restrictFirst }: Props) {
  return (
    <div className="lever-card">
      {restrictFirst ? (
        <p className="small">
          <span className="red strong">Everybody can read this incident.</span> Restrict it to named people
          under “More…” before you write into it.
        </p>
      ) : null}
      <p>
        <span className="strong">{card.name}.</span> {card.firstLever}
      </p>
      <p className="quiet small">{card.because}</p>
      {card.doNot.length ? (
        <p className="small">
          <span className="red">Not now:</span> {card.doNot.join(' ')}
        </p>
      ) : null}
      {card.evidence.length ? <EvidenceLines incidentId={incidentId} lines={card.evidence} /> : null}
    </div>
  );
}
