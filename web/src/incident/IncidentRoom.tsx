/** The incident room: what is wrong, what to do next, what people have heard, and everything behind it. */
import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import type { IncidentView } from '#incident/view.ts';
import { incidentQuery } from '../api/queries.ts';
import { useMayAct, useSession } from '../api/session.ts';
import { KnownBefore } from '../learn/KnownBefore.tsx';
import { useTitle } from '../pieces/Screen.tsx';
import { Shown } from '../pieces/States.tsx';
import { useKey } from '../shell/keyboard.ts';
import { say } from '../shell/toast.ts';
import { count } from '../words/count.ts';
import './room.css';
import { Beats } from './Beats.tsx';
import { Header, isOver } from './Header.tsx';
import { LifeLine } from './LifeLine.tsx';
import type { UpdateKind } from './message/drafts.ts';
import { unsentOf } from './message/unsent.ts';
import { More } from './more/More.tsx';
import { NextStepCard } from './NextStepCard.tsx';
import { PhoneTabs } from './PhoneTabs.tsx';
import { Reminders } from './Reminders.tsx';
import { RoomTabs } from './RoomTabs.tsx';
import { Affected } from './side/Affected.tsx';
import { Promises } from './side/Promises.tsx';
import { Roles } from './side/Roles.tsx';
import { ThirdParties } from './side/ThirdParties.tsx';
import { isTab, type TabName } from './tabs.ts';

const Composer = lazy(() => import('./message/Composer.tsx').then((chunk) => ({ default: chunk.Composer })));

export function IncidentRoom() {
  const { id = '' } = useParams({ strict: false });
  const incident = useQuery(incidentQuery(id));
  if (incident.data) return <Room key={id} incident={incident.data} />;
  return (
    <div className="screen">
      <Shown of={incident} rows={6}>
        {() => null}
      </Shown>
      {incident.isError ? <Link to="/incidents">All incidents</Link> : null}
    </div>
  );
}

/** On a phone one part at a time: `next` is the first, with everything that is open at a glance. */
export type Part = TabName | 'next';

function Room({ incident }: { incident: IncidentView }) {
  const me = useSession()?.personId ?? null;
  const { part, show } = usePart();
  const [composing, setComposing] = useState(() => unsentOf(incident.id)?.kind);
  useUnsentSaid(incident);
  const mayAct = useMayAct();
  const phone = useMediaQuery('(max-width: 767px)');
  useTitle(`${incident.severity} ${incident.title}`);
  useKey('u', mayAct && !isOver(incident) ? () => setComposing(usualKind(incident)) : undefined);
  useKey('c', () => show('changes'));
  useKey('n', () =>
    document.getElementById('next-step')?.querySelector<HTMLElement>('button, input, textarea')?.focus(),
  );
  const first = !phone || part === 'next';
  const step = { incident, me, compose: setComposing, show: (tab: string) => show(tab as Part) };
  return (
    <>
      <div className="room">
        <div className="room-middle">
          <Header incident={incident} me={me} />
          <div className="wide-only">
            <LifeLine stages={incident.stages} />
          </div>
          {first ? (
            <>
              <Reminders incident={incident} />
              <NextStepCard {...step} />
              <KnownBefore incidentId={incident.id} />
              <section className="beats-block">
                <div className="beats-head">
                  <h2 className="beats-title">Beats: what people have heard</h2>
                  <span>{cadenceWords(incident)}</span>
                </div>
                <Beats beats={incident.beats} />
              </section>
            </>
          ) : null}
          {phone && part === 'next' ? null : (
            <RoomTabs
              incident={incident}
              me={me}
              tab={part === 'next' ? 'timeline' : part}
              show={show}
              compose={() => setComposing(usualKind(incident))}
              phone={phone ?? false}
            />
          )}
        </div>
        {first ? (
          <aside className="room-side" aria-label="Promises, roles and who is affected">
            <Promises incident={incident} me={me} />
            <Roles incident={incident} me={me} />
            <Affected incident={incident} />
            {/* The lane of changes says itself how they are. */}
            {part === 'changes' ? null : <ThirdParties incident={incident} />}
            <More incident={incident}>
              <Button variant="default" mt="lg" fullWidth>
                More…
              </Button>
            </More>
          </aside>
        ) : null}
      </div>
      {phone ? <PhoneTabs part={part} show={show} /> : null}
      <Suspense fallback={null}>
        {composing ? (
          <Composer incident={incident} kind={composing} close={() => setComposing(undefined)} />
        ) : null}
      </Suspense>
    </>
  );
}

/** Whoever is called away while writing hears where the words are. */
function useUnsentSaid({ id, number }: IncidentView): void {
  useEffect(
    () => () => {
      if (unsentOf(id))
        say(`Your message for INC-${number} is kept, not sent. It opens when you go back there.`);
    },
    [id, number],
  );
}

function usePart(): { part: Part; show: (part: Part) => void } {
  const navigate = useNavigate();
  const { part } = useSearch({ strict: false }) as { part?: unknown };
  return {
    part: isTab(part) ? part : 'next',
    show: (to) =>
      void navigate({
        to: '.',
        search: (({ part: _, ...rest }: object & { part?: unknown }) =>
          to === 'next' ? rest : { ...rest, part: to }) as never,
        replace: true,
      }),
  };
}

/** Which message fits the state when somebody just wants to write. */
function usualKind(incident: IncidentView): UpdateKind {
  if (!incident.firstMessage || incident.firstMessage.notNeeded) return 'first';
  if (incident.state === 'resolved') return 'final';
  if (incident.nextStep.kind === 'tell_works_again') return 'works_again';
  if (incident.nextStep.kind === 'tell_is_back') return 'is_back';
  return 'next';
}

function cadenceWords(incident: IncidentView): string {
  if (incident.state === 'resolved' || isOver(incident))
    return `${incident.severity} · ${count(incident.updatesSent, 'message')} sent`;
  if (incident.cadenceMinutes === null) return `${incident.severity} · when something is new`;
  return `${incident.severity} · every ${incident.cadenceMinutes === 1 ? 'minute' : `${incident.cadenceMinutes} minutes`}${incident.cadenceStretch > 1 ? ', stretched' : ''}`;
}
