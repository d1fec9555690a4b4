/** Everything that is rarely needed: severity, merging, splitting, restricting, the title, the cadence, a false alarm. */
import { Menu, Modal } from '@mantine/core';
import { type ComponentType, type ReactElement, useState } from 'react';
import type { IncidentView } from '#incident/view.ts';
import { useMayAct } from '../../api/session.ts';
import { isOver } from '../Header.tsx';
import { ClassifyForm } from '../steps/Classify.tsx';
import { ChangeSeverity } from './ChangeSeverity.tsx';
import { Cadence, Dismiss, ImpactStart, Reopen, Retitle } from './Corrections.tsx';
import { Merge, Restrict, Split } from './Dividing.tsx';

export type Form = { incident: IncidentView; done: () => void };
type Entry = {
  name: string;
  title: string;
  form: ComponentType<Form>;
  when: (incident: IncidentView) => boolean;
};

const open = (incident: IncidentView) => !isOver(incident);
const broken = (incident: IncidentView) => incident.state === 'detected' || incident.state === 'confirmed';

const ENTRIES: Entry[] = [
  { name: 'Raise or lower the severity', title: 'Severity', form: ChangeSeverity, when: open },
  { name: 'Answer the four questions again', title: 'How serious is it?', form: ClassifyForm, when: open },
  { name: 'Change the title', title: 'What is wrong', form: Retitle, when: open },
  { name: 'Say since when users felt it', title: 'Since when?', form: ImpactStart, when: open },
  {
    name: 'Stretch the cadence',
    title: 'How often people hear from us',
    form: Cadence,
    when: (incident) => open(incident) && incident.updatesSent > 0,
  },
  {
    name: 'Merge into another',
    title: 'It is the same as another',
    form: Merge,
    when: (incident) => broken(incident) || incident.state === 'restored',
  },
  { name: 'Split something off', title: 'A part of it is something else', form: Split, when: open },
  { name: 'Restrict to named people', title: 'Who may see it', form: Restrict, when: open },
  { name: 'It is a false alarm', title: 'False alarm', form: Dismiss, when: broken },
  {
    name: 'It is back',
    title: 'Reopen',
    form: Reopen,
    when: (incident) => !broken(incident) && incident.state !== 'merged',
  },
];

export function More({ incident, children }: { incident: IncidentView; children: ReactElement }) {
  const [entry, setEntry] = useState<Entry>();
  if (!useMayAct()) return null;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>{children}</Menu.Target>
        <Menu.Dropdown>
          {ENTRIES.filter((each) => each.when(incident)).map((each) => (
            <Menu.Item key={each.name} onClick={() => setEntry(each)}>
              {each.name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {entry ? (
        <Modal opened onClose={() => setEntry(undefined)} title={entry.title} size="lg">
          <entry.form incident={incident} done={() => setEntry(undefined)} />
        </Modal>
      ) : null}
    </>
  );
}
