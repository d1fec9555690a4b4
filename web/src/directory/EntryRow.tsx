/** One entry in a list: its name, and the one line about it that somebody in an incident would ask for. */
import { Link } from '@tanstack/react-router';
import { count, list } from '../words/count.ts';
import type { KindName, Ref, Views } from './kinds.ts';

export function EntryRow({ kind, entry }: { kind: KindName; entry: Views[KindName] }) {
  const { line, end, warning } = about(kind, entry);
  return (
    <li className="record">
      <Link to={`/directory/${kind}/${entry.id}` as '/'} className="record-title">
        {entry.name}
      </Link>
      <span className="record-end">{end}</span>
      <span className="small quiet">
        {warning ? <span className="red">{warning}</span> : null}
        {warning && line ? ' · ' : ''}
        {line}
      </span>
    </li>
  );
}

type About = { line: string; end: string; warning?: string | undefined };

function about(kind: KindName, entry: Views[KindName]): About {
  switch (kind) {
    case 'services':
      return aboutService(entry as Views['services']);
    case 'people':
      return aboutPerson(entry as Views['people']);
    case 'teams':
      return aboutTeam(entry as Views['teams']);
    case 'clients':
      return aboutClient(entry as Views['clients']);
    case 'third-parties':
      return aboutThirdParty(entry as Views['third-parties']);
  }
}

function aboutService(service: Views['services']): About {
  const woken = [
    service.primary && `${service.primary.name} is woken`,
    service.backup && `then ${service.backup.name}`,
  ]
    .filter(Boolean)
    .join(', ');
  return {
    warning: service.primary ? undefined : 'nobody is woken',
    line: [
      woken,
      service.ownerTeam?.name,
      service.clients.length ? `serves ${count(service.clients.length, 'client')}` : '',
    ]
      .filter(Boolean)
      .join(' · '),
    end: service.onPublicPage ? `on the public page as ${service.publicName}` : 'not on the public page',
  };
}

function aboutPerson(person: Views['people']): About {
  const tested = person.channels.filter((each) => each.testedAt).length;
  return {
    line: [person.email, person.zone, names(person.teams)].filter(Boolean).join(' · '),
    end: person.channels.length ? `${tested} of ${count(person.channels.length, 'channel')} tested` : '',
    warning: person.channels.length ? undefined : 'cannot be reached: no channel',
  };
}

function aboutTeam(team: Views['teams']): About {
  return {
    line: names(team.members),
    end: team.services.length ? `owns ${names(team.services, 2)}` : 'owns no service',
    warning: team.members.length ? undefined : 'nobody is in it',
  };
}

function aboutClient(client: Views['clients']): About {
  return {
    line: [
      client.accountOwner && `account owner ${client.accountOwner.name}`,
      client.services.length ? `uses ${names(client.services)}` : 'uses no service',
    ]
      .filter(Boolean)
      .join(' · '),
    end: client.contacts.length ? count(client.contacts.length, 'contact') : '',
    warning: untold(client),
  };
}

/** Why no message would reach this client; a call still may. */
function untold({ contacts }: Views['clients']): string | undefined {
  if (!contacts.length) return 'has no contact: cannot be told';
  const reached = contacts.some((contact) => contact.channels.some((channel) => !channel.offAt));
  return reached ? undefined : 'no message reaches its contacts: can only be called';
}

function aboutThirdParty(party: Views['third-parties']): About {
  return {
    line: party.services.length
      ? `${names(party.services)} ${party.services.length === 1 ? 'stands' : 'stand'} on it`
      : 'nothing stands on it',
    end: party.feed || party.probe ? 'asked once a minute' : 'nobody asks how it is',
  };
}

function names(refs: Ref[], most = 4): string {
  return list(
    refs.map((each) => each.name),
    most,
  );
}
