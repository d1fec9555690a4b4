/** The room on a phone: its parts at the bottom, the next step first. */
import { Menu } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { PLACES } from '../shell/places.ts';
import type { Part } from './IncidentRoom.tsx';

const PARTS: { part: Part; name: string }[] = [
  { part: 'next', name: 'Next' },
  { part: 'changes', name: 'Changes' },
  { part: 'told', name: 'Tell' },
  { part: 'timeline', name: 'Timeline' },
];
const REST: { part: Part; name: string }[] = [
  { part: 'questions', name: 'Questions' },
  { part: 'actions', name: 'Actions' },
  { part: 'alerts', name: 'Alerts' },
  { part: 'postmortem', name: 'Postmortem' },
  { part: 'duties', name: 'Duties to notify' },
];

export function PhoneTabs({ part, show }: { part: Part; show: (part: Part) => void }) {
  const navigate = useNavigate();
  return (
    <nav className="bottom-tabs" aria-label="Parts of the room">
      {PARTS.map((each) => (
        <button
          type="button"
          key={each.part}
          aria-current={each.part === part ? 'page' : undefined}
          onClick={() => show(each.part)}
        >
          {each.name}
        </button>
      ))}
      <Menu position="top-end">
        <Menu.Target>
          <button type="button">More</button>
        </Menu.Target>
        <Menu.Dropdown>
          {REST.map((each) => (
            <Menu.Item key={each.part} onClick={() => show(each.part)}>
              {each.name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          {PLACES.map((place) => (
            <Menu.Item key={place.to} onClick={() => void navigate({ to: place.to })}>
              {place.name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </nav>
  );
}
