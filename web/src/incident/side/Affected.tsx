/** What is affected and who feels it: services, clients with their impact. */
import { Menu, Modal, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import { contractWords } from '#directory/portfolio-words.ts';
import type { IncidentView } from '#incident/view.ts';
import { useMayAct } from '../../api/session.ts';
import { ActButton } from '../../pieces/ActButton.tsx';
import { ServicesSelect } from '../../pieces/Choosers.tsx';
import { count } from '../../words/count.ts';
import { clockIn } from '../../words/time.ts';
import { useCommand } from '../command.ts';
import { type Told, useTold } from '../told.ts';

const IMPACT: Record<IncidentView['clients'][number]['impact'], string> = {
  down: 'down',
  degraded: 'degraded',
  not_affected: 'not affected',
};
const SHOWN = 6;

export function Affected({ incident }: { incident: IncidentView }) {
  const [choosing, setChoosing] = useState(false);
  const [all, setAll] = useState(false);
  const mayAct = useMayAct();
  const told = useTold(incident);
  const clients = all ? incident.clients : incident.clients.slice(0, SHOWN);
  return (
    <section className="section">
      <div className="section-head">
        <h2 className="label">Affected</h2>
        {mayAct ? (
          <button type="button" className="linkish small" onClick={() => setChoosing(true)}>
            change
          </button>
        ) : null}
      </div>
      <ul className="rows">
        {incident.services.length ? (
          incident.services.map((service) => (
            <li className="row" key={service.id}>
              <span>
                {service.name}
                {service.publicName && service.publicName !== service.name ? (
                  <span className="quiet"> → {service.publicName}</span>
                ) : null}
              </span>
              {service.publicName ? null : <span className="amber small">no public name</span>}
            </li>
          ))
        ) : (
          <li className="row quiet">Nobody knows yet which service</li>
        )}
        {clients.map((client) => (
          <Client
            key={client.id}
            incident={incident}
            client={client}
            mayAct={mayAct}
            told={told?.of(client.id)}
          />
        ))}
      </ul>
      {incident.clients.length > SHOWN && !all ? (
        <button type="button" className="linkish small" onClick={() => setAll(true)}>
          all {count(incident.clients.length, 'client')}
        </button>
      ) : null}
      {choosing ? <ChooseServices incident={incident} close={() => setChoosing(false)} /> : null}
    </section>
  );
}

function Client({
  incident,
  client,
  mayAct,
  told,
}: {
  incident: IncidentView;
  client: IncidentView['clients'][number];
  mayAct: boolean;
  told: ReturnType<Told['of']> | undefined;
}) {
  const set = useCommand(incident.id, 'client-impacts');
  const report = useCommand(incident.id, 'client-reports', { said: `Noted: ${client.name} told us.` });
  const known =
    client.impact === 'not_affected' || told === undefined ? undefined : toldWords(told, client.told);
  return (
    <li className="row">
      <span>
        {client.name}
        {known ? <span className={`${known.colour} small`}> {known.words}</span> : null}
        {client.contract ? <ByContract contract={client.contract} /> : null}
      </span>
      {mayAct ? (
        <Menu position="bottom-end">
          <Menu.Target>
            <button type="button" className="linkish">
              {set.isPending ? 'Sending…' : IMPACT[client.impact]}
              <VisuallyHidden>: change the impact on {client.name}</VisuallyHidden>
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {client.contract?.reportedAt ? null : (
              <Menu.Item onClick={() => report.mutate({ clientId: client.id })}>They told us of it</Menu.Item>
            )}
            {(Object.keys(IMPACT) as (keyof typeof IMPACT)[]).map((impact) => (
              <Menu.Item key={impact} onClick={() => set.mutate({ clientId: client.id, impact })}>
                {IMPACT[impact]}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      ) : (
        <span className="quiet">{IMPACT[client.impact]}</span>
      )}
    </li>
  );
}

function toldWords(state: ReturnType<Told['of']>, sent: boolean): { words: string; colour: string } {
  if (state === 'told') return { words: '✓ told', colour: 'green' };
  if (state === 'half') return { words: '◐ not told of the latest', colour: 'amber' };
  return sent ? { words: '○ sent, no evidence', colour: 'amber' } : { words: 'not told', colour: 'quiet' };
}

function ByContract({ contract }: { contract: NonNullable<IncidentView['clients'][number]['contract']> }) {
  return (
    <span className="quiet small affected-contract">
      {contractWords(contract.terms).join('; ')}
      {contract.asksReport ? '; they have not told us yet' : ''}
      {contract.dueAt ? (
        <>
          {' '}
          · next by <span className="mono">{clockIn(contract.dueAt)}</span>
        </>
      ) : null}
    </span>
  );
}

function ChooseServices({ incident, close }: { incident: IncidentView; close: () => void }) {
  const [serviceIds, setServiceIds] = useState(incident.services.map((each) => each.id));
  const choose = useCommand(incident.id, 'services', { done: close });
  return (
    <Modal opened onClose={close} title="Which services are affected?">
      <ServicesSelect label="Services" value={serviceIds} choose={setServiceIds} />
      <ActButton mt="md" busy={choose.isPending} onClick={() => choose.mutate({ serviceIds })}>
        These are affected
      </ActButton>
    </Modal>
  );
}
