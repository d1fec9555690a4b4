/** Users can do it again, with proof; and one tap that lets people sleep: watch for me, then resolve and send this. */
import { Button, Checkbox, Select, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { IncidentView } from '#incident/view.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { TimeField } from '../pieces/TimeField.tsx';
import { nowMs } from '../words/clock.ts';
import { clockIn } from '../words/time.ts';
import { useCommand } from './command.ts';
import { draftQuery } from './message/drafts.ts';

export function RestoredForm({ incident, cancel }: { incident: IncidentView; cancel: () => void }) {
  const [check, setCheck] = useState('');
  const [shows, setShows] = useState('');
  const [since, setSince] = useState<string | null>(new Date(nowMs()).toISOString());
  const [alertId, setAlertId] = useState<string | null>(null);
  const [link, setLink] = useState('');
  const [workaround, setWorkaround] = useState('');
  const [watch, setWatch] = useState(incident.watchMinutes > 0);
  const texts = useFinalTexts(incident);
  const restore = useCommand(incident.id, 'restoration', { done: cancel });
  const ready =
    check.trim() && shows.trim() && since && (!watch || (texts.impact.trim() && texts.action.trim()));
  const until = clockIn(nowMs() + incident.watchMinutes * 60_000);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    restore.mutate({
      proof: {
        check: check.trim(),
        shows: shows.trim(),
        since,
        ...(alertId ? { alertId } : {}),
        ...(link.trim() ? { link: link.trim() } : {}),
      },
      workaround,
      ...(watch ? { watch: { finalImpact: texts.impact, finalAction: texts.action } } : {}),
    });
  };
  return (
    <form className="stack" onSubmit={submit}>
      <ProofByAlert
        incident={incident}
        value={alertId}
        choose={(alert) => {
          setAlertId(alert?.alertId ?? null);
          if (alert) {
            setCheck(`Alert: ${alert.title}`);
            setShows('quiet');
          }
        }}
      />
      <div className="two">
        <TextInput
          label="Which check?"
          placeholder="Test payment by card"
          size="md"
          value={check}
          onChange={(event) => setCheck(event.currentTarget.value)}
          data-autofocus
          autoFocus
        />
        <TextInput
          label="What does it show?"
          placeholder="20 of 20 succeed"
          size="md"
          value={shows}
          onChange={(event) => setShows(event.currentTarget.value)}
        />
      </div>
      <div className="two">
        <TimeField label="Since when" direction="past" value={since} change={setSince} />
        <TextInput
          label="Workaround, if it is one"
          placeholder="Only over the mobile site"
          size="md"
          value={workaround}
          onChange={(event) => setWorkaround(event.currentTarget.value)}
        />
      </div>
      <TextInput
        label="Where can it be seen? (may stay empty)"
        placeholder="https://grafana.example/d/checkout"
        type="url"
        size="md"
        value={link}
        onChange={(event) => setLink(event.currentTarget.value)}
      />
      {incident.watchMinutes > 0 ? (
        <Checkbox
          size="md"
          checked={watch}
          onChange={(event) => setWatch(event.currentTarget.checked)}
          label={`Watch for me until ${until} UTC, then resolve and send this`}
          description="If an alert fires before that, nothing resolves, it is open again, and the lead is called."
        />
      ) : null}
      {watch ? <FinalTexts texts={texts} /> : null}
      <div className="next-actions">
        <ActButton type="submit" busy={restore.isPending} disabled={!ready}>
          {watch ? `It works again; watch until ${until}` : 'It works again'}
        </ActButton>
        <Button variant="subtle" onClick={cancel}>
          Not yet
        </Button>
      </div>
    </form>
  );
}

type AlertShown = IncidentView['alerts'][number];

/** An alert that we hold is the best proof: if it fires again, the incident opens by itself. */
function ProofByAlert({
  incident,
  value,
  choose,
}: {
  incident: IncidentView;
  value: string | null;
  choose: (alert: AlertShown | undefined) => void;
}) {
  const quiet = incident.alerts.filter((alert) => !alert.firing);
  const fires = incident.stillFires;
  return (
    <>
      {fires ? <p className="amber small">This still fires, so it is no proof: {fires}.</p> : null}
      {quiet.length ? (
        <Select
          label="An alert that went quiet (or say it in words below)"
          placeholder="None: in words"
          size="md"
          clearable
          data={quiet.map((alert) => ({ value: alert.alertId, label: alert.title }))}
          value={value}
          onChange={(id) => choose(quiet.find((alert) => alert.alertId === id))}
        />
      ) : null}
    </>
  );
}

export type FinalTextsState = {
  impact: string;
  action: string;
  setImpact: (text: string) => void;
  setAction: (text: string) => void;
};

/** The last message, written now by the one who is awake; prepared from the record. */
export function useFinalTexts(incident: IncidentView): FinalTextsState {
  const draft = useQuery(draftQuery(incident.id, 'final')).data;
  const [impact, setImpact] = useState<string>();
  const [action, setAction] = useState<string>();
  return {
    impact:
      impact ??
      draft?.impact ??
      `${incident.services.map((each) => each.publicName ?? each.name).join(', ') || 'Our service'} works again.`,
    action:
      action ??
      draft?.action ??
      'We have watched it and it has stayed stable. We are now finding out why it happened.',
    setImpact,
    setAction,
  };
}

export function FinalTexts({ texts }: { texts: FinalTextsState }) {
  return (
    <div className="stack">
      <Textarea
        label="Final message: impact"
        size="md"
        autosize
        minRows={2}
        value={texts.impact}
        onChange={(event) => texts.setImpact(event.currentTarget.value)}
      />
      <Textarea
        label="Final message: what we did"
        size="md"
        autosize
        minRows={2}
        value={texts.action}
        onChange={(event) => texts.setAction(event.currentTarget.value)}
      />
    </div>
  );
}
