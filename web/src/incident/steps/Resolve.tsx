/** The watch period is over: resolved and the last message sent with one tap; with an alert still firing, only with a reason. */
import type { IncidentView } from '#incident/view.ts';
import { ActButton } from '../../pieces/ActButton.tsx';
import { Because } from '../../pieces/Because.tsx';
import { useCommand } from '../command.ts';
import { ApproveFinal } from './ApproveWatch.tsx';
import type { Step } from './acting.ts';
import { ItIsBack } from './ItIsBack.tsx';

export function Resolve({ incident }: Step) {
  if (incident.stillFires) return <StillFiring incident={incident} what={incident.stillFires} />;
  return incident.updatesSent ? (
    // Approving a watch that is over resolves at once and sends the last message.
    <ApproveFinal incident={incident}>Resolve it and send this</ApproveFinal>
  ) : (
    <Silently incident={incident} />
  );
}

function StillFiring({ incident, what }: { incident: IncidentView; what: string }) {
  const resolve = useCommand<{ note: string }>(incident.id, 'resolution');
  return (
    <>
      <p>
        {what.slice(0, 1).toUpperCase()}
        {what.slice(1)}.
      </p>
      <div className="next-actions">
        <ItIsBack id={incident.id} main />
        <Because
          words="Resolve it all the same, because…"
          label="Why is it resolved while an alert fires?"
          placeholder="The probe is broken; users pay without errors"
          button="Resolve it all the same"
          busy={resolve.isPending}
          send={(note) => resolve.mutate({ note })}
        />
      </div>
    </>
  );
}

function Silently({ incident }: { incident: IncidentView }) {
  const resolve = useCommand(incident.id, 'resolution');
  return (
    <div className="next-actions">
      <ActButton busy={resolve.isPending} onClick={() => resolve.mutate({ note: '' })}>
        Resolve it: it stayed stable
      </ActButton>
      <ItIsBack id={incident.id} />
    </div>
  );
}
