/** The tabs of the room; each loads when it is looked at. */

import { Tabs, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import type { IncidentView } from '#incident/view.ts';
import { Loading } from '../pieces/States.tsx';
import type { Part } from './IncidentRoom.tsx';
import { questionsQuery } from './inbox/questions.ts';
import { laneQuery } from './lane/lane.ts';
import { Actions } from './tabs/Actions.tsx';
import { Alerts } from './tabs/Alerts.tsx';
import { Learning } from './tabs/Learning.tsx';
import { PeopleTold } from './tabs/PeopleTold.tsx';
import { Timeline } from './tabs/Timeline.tsx';
import { WhatChanged } from './tabs/WhatChanged.tsx';
import { TABS, type TabName } from './tabs.ts';
import { useTold } from './told.ts';

const Inbox = lazy(() => import('./inbox/Inbox.tsx').then((chunk) => ({ default: chunk.Inbox })));
const Duties = lazy(() => import('./duties/Duties.tsx').then((chunk) => ({ default: chunk.Duties })));

type Props = {
  incident: IncidentView;
  me: string | null;
  tab: TabName;
  show: (part: Part) => void;
  compose: () => void;
  phone: boolean;
};

export function RoomTabs(props: Props) {
  const { incident, tab, show, phone } = props;
  const changes = useQuery(laneQuery(incident.id)).data?.total;
  const told = useTold(incident);
  const asked = useQuery(questionsQuery(incident.id, 'open')).data?.items.length;
  if (phone)
    return (
      <div className="room-tabs">
        <VisuallyHidden component="h2">
          {TABS.find((each) => each.name === tab)?.words(incident, { changes, told, asked })}
        </VisuallyHidden>
        {contentOf(props)}
      </div>
    );
  return (
    <Tabs value={tab} onChange={(value) => show(value as TabName)} className="room-tabs" keepMounted={false}>
      <Tabs.List>
        {TABS.map((each) => (
          <Tabs.Tab key={each.name} value={each.name}>
            {each.words(incident, { changes, told, asked })}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={tab}>{contentOf(props)}</Tabs.Panel>
    </Tabs>
  );
}

function contentOf({ incident, me, tab, compose, phone }: Props) {
  switch (tab) {
    case 'timeline':
      return <Timeline incident={incident} me={me} />;
    case 'changes':
      return <WhatChanged incident={incident} />;
    case 'told':
      return <PeopleTold incident={incident} compose={compose} />;
    case 'questions':
      return (
        <Suspense fallback={<Loading />}>
          <Inbox incident={incident} />
        </Suspense>
      );
    case 'duties':
      return (
        <Suspense fallback={<Loading />}>
          <Duties incident={incident} />
        </Suspense>
      );
    case 'actions':
      return (
        <Actions incident={incident} me={me} cardAbove={!phone && incident.nextStep.kind === 'restore'} />
      );
    case 'alerts':
      return <Alerts incident={incident} />;
    case 'postmortem':
      return <Learning incident={incident} />;
  }
}
