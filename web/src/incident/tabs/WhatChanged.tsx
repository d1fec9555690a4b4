/** What changed: the ranked lane first, then everything else that is odd, and what was seen before last. */
import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type KeyboardEvent, useState } from 'react';
import type { IncidentView } from '#incident/view.ts';
import { useMayAct } from '../../api/session.ts';
import { Because } from '../../pieces/Because.tsx';
import { Shown } from '../../pieces/States.tsx';
import { useCommand } from '../command.ts';
import { OddThings, SeenBefore } from '../lane/Beside.tsx';
import { Hypotheses } from '../lane/Hypotheses.tsx';
import { type Lane, laneQuery, type Suspect, type Tried } from '../lane/lane.ts';
import '../lane/lane.css';
import { NameTrigger } from '../lane/NameTrigger.tsx';
import { OnsetChart } from '../lane/OnsetChart.tsx';
import { SuspectRow } from '../lane/SuspectRow.tsx';

const PARTS = [
  { part: 'changes', name: 'Changes' },
  { part: 'odd', name: 'Everything else that is odd' },
  { part: 'before', name: 'Seen before' },
] as const;
type PartName = (typeof PARTS)[number]['part'];
const SHOWN_FIRST = 20;
const SHOWN_MORE = 200;
const TRIED_AFTER_MS = 150;

export function WhatChanged({ incident }: { incident: IncidentView }) {
  const { part, setPart } = useLanePart();
  const turn = (event: KeyboardEvent) => {
    const at = PARTS.findIndex((each) => each.part === part);
    const to = event.key === 'ArrowRight' ? at + 1 : event.key === 'ArrowLeft' ? at - 1 : at;
    const next = PARTS[(to + PARTS.length) % PARTS.length];
    if (to === at || !next) return;
    setPart(next.part);
    document.getElementById(`lane-${next.part}`)?.focus();
  };
  return (
    <>
      <div className="lane-tabs" role="tablist" aria-label="Where to look, in this order" onKeyDown={turn}>
        {PARTS.map((each) => (
          <button
            type="button"
            role="tab"
            key={each.part}
            id={`lane-${each.part}`}
            aria-selected={each.part === part}
            aria-controls="lane-part"
            tabIndex={each.part === part ? 0 : -1}
            onClick={() => setPart(each.part)}
          >
            {each.name}
          </button>
        ))}
      </div>
      <div id="lane-part" role="tabpanel" aria-labelledby={`lane-${part}`}>
        {contentOf(part, incident)}
      </div>
    </>
  );
}

/** In the address, so that it stays where it was whatever is drawn anew. */
function useLanePart(): { part: PartName; setPart: (part: PartName) => void } {
  const navigate = useNavigate();
  const { lane } = useSearch({ strict: false }) as { lane?: unknown };
  return {
    part: PARTS.find((each) => each.part === lane)?.part ?? 'changes',
    setPart: (to) =>
      void navigate({
        to: '.',
        search: (({ lane: _, ...rest }: object & { lane?: unknown }) =>
          to === 'changes' ? rest : { ...rest, lane: to }) as never,
        replace: true,
      }),
  };
}

function contentOf(part: PartName, incident: IncidentView) {
  switch (part) {
    case 'changes':
      return <Changes incident={incident} />;
    case 'odd':
      return <OddThings incident={incident} />;
    case 'before':
      return <SeenBefore incident={incident} />;
  }
}

function Changes({ incident }: { incident: IncidentView }) {
  const [tried, setTried] = useState<Tried>();
  const [asked] = useDebouncedValue(tried, TRIED_AFTER_MS);
  const [shown, setShown] = useState(SHOWN_FIRST);
  const found = useQuery(laneQuery(incident.id, tried && asked, shown));
  return (
    <Shown of={found} rows={5}>
      {(lane) => (
        <>
          <OnsetChart incident={incident} lane={lane} tried={tried} attempt={setTried} />
          {lane.note ? <p className="small amber lane-heading">{lane.note}</p> : null}
          <NameTrigger incident={incident} />
          <Ranked incident={incident} lane={lane} />
          {lane.next && shown < SHOWN_MORE ? (
            <Button variant="default" mt="xs" onClick={() => setShown(SHOWN_MORE)}>
              Show the other {Math.min(lane.total, SHOWN_MORE) - lane.items.length}
            </Button>
          ) : null}
          <None incident={incident} lane={lane} />
          <Evidence lane={lane} />
          <Hypotheses incident={incident} />
        </>
      )}
    </Shown>
  );
}

const HEADINGS: [string, (each: Suspect) => boolean][] = [
  ['Suspected', (each) => each.mark?.state === 'suspect'],
  ['Worth checking first', (each) => !each.mark && !each.after && each.group === 'strong'],
  ['Plausible', (each) => !each.mark && !each.after && each.group === 'plausible'],
  ['Weak', (each) => !each.mark && !each.after && each.group === 'weak'],
  ['After it began', (each) => !each.mark && each.after],
  ['Ruled out', (each) => each.mark?.state === 'ruled_out'],
];

function Ranked({ incident, lane }: { incident: IncidentView; lane: Lane }) {
  if (lane.items.length === 0)
    return <p className="nothing">No change was recorded near it in the 48 hours before it began.</p>;
  return (
    <>
      {nothingFits(lane) ? (
        <p className="lane-heading">
          <span className="strong">Nothing that changed fits well.</span>{' '}
          <span className="quiet">
            The best is weak: look at what is odd, too, and at what nobody tells us.
          </span>
        </p>
      ) : null}
      <Groups incident={incident} lane={lane} />
    </>
  );
}

/** Neither worth checking first nor plausible, and nobody suspects anything. */
function nothingFits({ items }: Lane): boolean {
  return items.every((each) => each.mark?.state !== 'suspect' && (each.after || each.group === 'weak'));
}

function Groups({ incident, lane }: { incident: IncidentView; lane: Lane }) {
  return HEADINGS.map(([heading, belongs]) => {
    const part = lane.items.filter(belongs);
    return part.length ? (
      <section key={heading}>
        <h2 className="label lane-heading">{heading}</h2>
        <ul className="rows">
          {part.map((each) => (
            <SuspectRow key={each.id} incident={incident} suspect={each} grouped />
          ))}
        </ul>
      </section>
    ) : null;
  });
}

function None({ incident, lane }: { incident: IncidentView; lane: Lane }) {
  const mayAct = useMayAct();
  const none = useCommand<{ reason: string }>(incident.id, 'suspects/none');
  return (
    <div className="none-row">
      <p className="strong">None of these, not a change</p>
      <p className="quiet small">{lane.none.text}</p>
      {lane.none.mark ? <p className="small">Said so: {lane.none.mark.reason}</p> : null}
      {mayAct ? (
        <Because
          words={lane.none.mark ? 'Say another reason…' : 'It is none of these, because…'}
          label="Why is it not a change?"
          placeholder="The disk has been filling for nine days"
          button="It is none of these"
          busy={none.isPending}
          send={(reason) => none.mutate({ reason })}
        />
      ) : null}
    </div>
  );
}

const SIGNS = { absent: '✓', unknown: '?', present: '!' };

function Evidence({ lane }: { lane: Lane }) {
  if (lane.evidence.length === 0) return null;
  return (
    <section className="section">
      <h2 className="label">What did not change, and what nobody tells us</h2>
      <ul className="lane-evidence">
        {lane.evidence.map((each) => (
          <li key={each.text} data-tells={each.tells}>
            <span className="lane-evidence-sign mono" aria-hidden="true">
              {SIGNS[each.tells]}
            </span>
            <span className={each.tells === 'unknown' ? 'quiet' : ''}>{each.text}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
