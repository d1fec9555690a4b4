/** Nothing to do: Humdrum watches, and says what it will send. */
import { Time } from '../../pieces/Time.tsx';
import type { Step } from './acting.ts';
import { ItIsBack } from './ItIsBack.tsx';
import { ProofShown } from './ProofShown.tsx';

export function Watch({ incident }: Step) {
  const { watch } = incident;
  return (
    <>
      <ProofShown incident={incident} />
      {watch ? (
        <>
          <blockquote className="prepared">
            {watch.finalImpact} {watch.finalAction}
          </blockquote>
          <p className="quiet small">
            Approved by {watch.approvedBy}. At <Time at={watch.until} show="both" /> it resolves and sends
            this, if no alert fires until then.
          </p>
        </>
      ) : null}
      <div className="next-actions">
        <ItIsBack id={incident.id} />
      </div>
    </>
  );
}
