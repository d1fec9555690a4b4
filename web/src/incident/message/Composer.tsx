/** The composer: four fields, checked while one writes, read as each channel will show it, sent with one button that says to whom. */
import { Button, Drawer, SegmentedControl, Textarea } from '@mantine/core';
import { useDebouncedValue, useMediaQuery } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { IncidentView } from '#incident/view.ts';
import { ActButton } from '../../pieces/ActButton.tsx';
import { Shown } from '../../pieces/States.tsx';
import { useCommand } from '../command.ts';
import { AskTwice } from './AskTwice.tsx';
import { AudienceFields } from './AudienceFields.tsx';
import {
  type Audience,
  audiencesOf,
  type Draft,
  draftQuery,
  type Finding,
  KIND_WORDS,
  MAY_END,
  messageOf,
  preview,
  type Readers,
  type Sending,
  STATUS_WORDS,
  type Status,
  type UpdateKind,
  type Wording,
} from './drafts.ts';
import { Findings } from './Findings.tsx';
import { NextTime } from './NextTime.tsx';
import { OwnWords } from './OwnWords.tsx';
import { Propose } from './Propose.tsx';
import { SideBySide } from './SideBySide.tsx';
import { StartFrom } from './StartFrom.tsx';
import { forgetUnsent, keepUnsent, unsentOf } from './unsent.ts';

const CHECK_AFTER_MS = 400;
const CHARACTERS_MAX = 2000;

type Props = { incident: IncidentView; kind: UpdateKind; close: () => void };

export function Composer({ incident, kind, close: shut }: Props) {
  const close = () => {
    forgetUnsent(incident.id);
    shut();
  };
  const phone = useMediaQuery('(max-width: 767px)');
  const draft = useQuery({
    ...draftQuery(incident.id, kind),
    refetchInterval: false,
    staleTime: 0,
    gcTime: 0,
  });
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      size={phone ? '100%' : 720}
      title={KIND_WORDS[kind]}
      closeButtonProps={{ 'aria-label': 'Close; what you wrote is not kept' }}
    >
      <Shown of={draft}>
        {(prepared) => <Fields phone={phone ?? false} incident={incident} draft={prepared} close={close} />}
      </Shown>
    </Drawer>
  );
}

function Fields({
  phone,
  incident,
  draft,
  close,
}: {
  incident: IncidentView;
  draft: Draft;
  close: () => void;
  phone: boolean;
}) {
  const [first] = useState(draft);
  const [message, setMessage] = useState<Sending>(() => {
    const unsent = unsentOf(incident.id);
    return unsent?.kind === first.kind ? unsent : messageOf(first);
  });
  const [confirmed, setConfirmed] = useState<string[]>([]);
  const set = (part: Partial<Sending>) => setMessage({ ...message, ...part });
  const write = (part: Partial<Sending>) => set({ ...part, nothingNew: false });
  const [untouched] = useState(message);
  const begin = useRef<HTMLTextAreaElement>(null);
  // The fields come after the drawer, which by then has the focus on its own button.
  useEffect(() => begin.current?.focus(), []);
  useEffect(() => {
    if (message !== untouched) keepUnsent(incident.id, message);
  }, [incident.id, message, untouched]);
  const [settled] = useDebouncedValue(message, CHECK_AFTER_MS);
  const checked = useQuery({
    queryKey: ['incidents', incident.id, 'preview', settled],
    queryFn: () => preview(incident.id, settled),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const send = useCommand<Sending>(incident.id, 'updates', {
    said: 'Sent. Who has it is under People told.',
    done: close,
  });
  const findings = checked.data?.findings ?? [];
  const asked = findings.filter(
    (each) => each.level === 'ask' && each.confirms && !confirmed.includes(each.confirms),
  );
  const stopped = findings.some((each) => each.level === 'stop');
  const of = (field: Finding['field'], audience: string | null = null) =>
    findings.filter((each) => each.field === field && each.audience === audience);
  const readers = checked.data?.audience ?? first.audience;
  const nameOf = (key: string) =>
    audiencesOf(readers, message.audience).find((each) => each.key === key)?.name ?? key;
  const rewrite = (field: 'impact' | 'action') => (text: string) => write({ [field]: text });
  return (
    <div className="stack">
      <StartFrom
        id={incident.id}
        kind={message.kind}
        choose={({ impact, action }) => write({ impact, action })}
      />
      <Propose id={incident.id} kind={message.kind} choose={(words) => write(words)} />
      <div>
        <p className="field-label">Status, in public words</p>
        <SegmentedControl
          aria-label="Status"
          fullWidth
          orientation={phone ? 'vertical' : 'horizontal'}
          size={phone ? 'md' : 'xs'}
          data={Object.entries(STATUS_WORDS).map(([value, label]) => ({ value, label }))}
          value={message.status}
          onChange={(value) => write({ status: value as Status })}
          className="status-choice"
        />
      </div>
      <div>
        <Textarea
          label="Impact"
          description="Who cannot do what, since when, how many, and a way around it"
          size="md"
          autosize
          minRows={2}
          maxRows={8}
          maxLength={CHARACTERS_MAX}
          value={message.impact}
          onChange={(event) => write({ impact: event.currentTarget.value })}
          ref={begin}
        />
        <Findings findings={of('impact')} text={message.impact} rewrite={rewrite('impact')} />
      </div>
      <div>
        <Textarea
          label="Action"
          description="What we are doing now"
          size="md"
          autosize
          minRows={2}
          maxRows={8}
          maxLength={CHARACTERS_MAX}
          value={message.action}
          onChange={(event) => write({ action: event.currentTarget.value })}
        />
        <Findings findings={of('action')} text={message.action} rewrite={rewrite('action')} />
      </div>
      <div>
        <NextTime
          value={message.nextAt}
          change={(nextAt) => set({ nextAt })}
          mayEnd={MAY_END.includes(message.kind)}
          cadenceMinutes={incident.cadenceMinutes}
        />
        <Findings findings={of('nextAt')} text="" />
      </div>
      <AudienceFields
        readers={readers}
        value={message.audience}
        said={(checked.data?.nobody ?? []).map(({ who, words }) => `${who}: ${words}`)}
        change={(audience: Audience) =>
          set({ audience, wordings: stillRead(message.wordings, readers, audience) })
        }
      />
      <OwnWords
        message={message}
        audiences={audiencesOf(readers, message.audience)}
        change={(wordings) => write({ wordings })}
        findings={of}
      />
      {checked.data ? (
        <SideBySide preview={checked.data} own={message.wordings.map((each) => each.audience)} />
      ) : null}
      <div className="composer-foot">
        <AskTwice asked={asked} nameOf={nameOf} confirm={(what) => setConfirmed([...confirmed, what])} />
        <ActButton
          busy={send.isPending}
          disabled={stopped || asked.length > 0 || !checked.data}
          onClick={() => send.mutate({ ...message, confirmed })}
        >
          {stopped ? 'Something is missing above' : (checked.data?.audience.button ?? first.audience.button)}
        </ActButton>
        <Button variant="subtle" onClick={close}>
          Not now
        </Button>
      </div>
    </div>
  );
}

/** Whoever is ticked off takes its own words along. */
function stillRead(wordings: Wording[], readers: Readers, audience: Audience): Wording[] {
  const keys = audiencesOf(readers, audience).map((each) => each.key);
  return wordings.filter((each) => keys.includes(each.audience));
}
