/** The tabs of the room; each loads when it is looked at. */

import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { IncidentView } from '#incident/view.ts';
import { changesQuery } from './changes.ts';
import type { Part } from './IncidentRoom.tsx';
import { Actions } from './tabs/Actions.tsx';
import { Alerts } from './tabs/Alerts.tsx';
import { Learning } from './tabs/Learning.tsx';
import { PeopleTold } from './tabs/PeopleTold.tsx';
import { Timeline } from './tabs/Timeline.tsx';
import { WhatChanged } from './tabs/WhatChanged.tsx';
import { TABS, type TabName } from './tabs.ts';
import { useTold } from './told.ts';

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
  const changes = useQuery(changesQuery(incident.id)).data?.items.length;
  const told = useTold(incident);
  if (phone) return <div className="room-tabs">{contentOf(props)}</div>;
  return (
    <Tabs value={tab} onChange={(value) => show(value as TabName)} className="room-tabs" keepMounted={false}>
      <Tabs.List>
        {TABS.map((each) => (
          <Tabs.Tab key={each.name} value={each.name}>
            {each.words(incident, { changes, told })}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={tab}>{contentOf(props)}</Tabs.Panel>
    </Tabs>
  );
}

function contentOf({ incident, me, tab, compose }: Props) {
  switch (tab) {
    case 'timeline':
      return <Timeline incident={incident} me={me} />;
    case 'changes':
      return <WhatChanged incident={incident} />;
    case 'told':
      return <PeopleTold incident={incident} compose={compose} />;
    case 'actions':
      return <Actions incident={incident} />;
    case 'alerts':
      return <Alerts incident={incident} />;
    case 'postmortem':
      return <Learning incident={incident} />;
  }
}
