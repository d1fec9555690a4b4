/** One tap that lets people sleep: the last message is approved now, and goes out only if it stays quiet. */
import type { ReactNode } from 'react';
import type { IncidentView } from '#incident/view.ts';
import { ActButton } from '../../pieces/ActButton.tsx';
import { useNow } from '../../words/clock.ts';
import { clockWithDay } from '../../words/time.ts';
import { useCommand } from '../command.ts';
import { FinalTexts, useFinalTexts } from '../RestoredForm.tsx';
import type { Step } from './acting.ts';
import { ItIsBack } from './ItIsBack.tsx';

export function ApproveWatch({ incident }: Step) {
  const now = useNow();
  const until = incident.watchEndsAt ? clockWithDay(incident.watchEndsAt, now) : 'the end of the watch';
  return (
    <ApproveFinal incident={incident}>Watch for me until {until}, then resolve and send this</ApproveFinal>
  );
}

/** The last message, to be read once more, and the button that approves it. */
export function ApproveFinal({ incident, children }: { incident: IncidentView; children: ReactNode }) {
  const texts = useFinalTexts(incident);
  const approve = useCommand(incident.id, 'watch');
  return (
    <>
      <FinalTexts texts={texts} />
      <div className="next-actions">
        <ActButton
          busy={approve.isPending}
          disabled={!texts.impact.trim() || !texts.action.trim()}
          onClick={() => approve.mutate({ finalImpact: texts.impact, finalAction: texts.action })}
        >
          {children}
        </ActButton>
        <ItIsBack id={incident.id} />
      </div>
    </>
  );
}
