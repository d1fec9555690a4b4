/** What is known of an entry, as lines; what is missing for a night is said in words. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { FEED_KIND_WORDS } from '#directory/feed-kinds.ts';
import { contractWords, coverWords } from '#directory/portfolio-words.ts';
import { Contacts } from './Contacts.tsx';
import type { KindName, Ref, Views } from './kinds.ts';
import { PersonChannels } from './PersonChannels.tsx';
import { PersonTold } from './PersonTold.tsx';

export function EntryFacts({ kind, entry }: { kind: KindName; entry: Views[KindName] }) {
  switch (kind) {
    case 'services':
      return <ServiceFacts service={entry as Views['services']} />;
    case 'people':
      return <PersonFacts person={entry as Views['people']} />;
    case 'teams':
      return <TeamFacts team={entry as Views['teams']} />;
    case 'clients':
      return <ClientFacts client={entry as Views['clients']} />;
    case 'third-parties':
      return <ThirdPartyFacts party={entry as Views['third-parties']} />;
  }
}

function ServiceFacts({ service }: { service: Views['services'] }) {
  return (
    <>
      <Facts>
        <Fact name="Slug">
          <span className="mono">{service.slug}</span>
        </Fact>
        {service.description ? <Fact name="What it does">{service.description}</Fact> : null}
        <Fact name="Public page">
          {service.onPublicPage ? `shown as “${service.publicName}”` : 'not on it'}
          {!service.onPublicPage && service.publicName ? (
            <span className="quiet"> · would be “{service.publicName}”</span>
          ) : null}
        </Fact>
        <Fact name="Owned by">
          <Links kind="teams" to={service.ownerTeam ? [service.ownerTeam] : []} none="no team" />
        </Fact>
        <Fact name="Region and zone">{[service.region, service.zone].filter(Boolean).join(' · ')}</Fact>
      </Facts>
      <h2 className="section label">Who is woken</h2>
      <Facts>
        <Fact name="Primary">
          <Links
            kind="people"
            to={service.primary ? [service.primary] : []}
            none={<span className="red">nobody: an incident here calls the default cover</span>}
          />
        </Fact>
        <Fact name="Backup">
          <Links
            kind="people"
            to={service.backup ? [service.backup] : []}
            none={<span className="amber">nobody: when the primary sleeps, the manager is next</span>}
          />
        </Fact>
        <Fact name="Manager">
          <Links kind="people" to={service.manager ? [service.manager] : []} none="nobody" />
        </Fact>
        <Fact name="Second team">
          <Links kind="teams" to={service.secondTeam ? [service.secondTeam] : []} none="none" />
        </Fact>
      </Facts>
      <h2 className="section label">What it stands on, and whom it serves</h2>
      <Facts>
        <Fact name="Depends on">
          <Links kind="services" to={service.dependsOn} none="no other service" />
        </Fact>
        <Fact name="Needed by">
          <Links kind="services" to={service.neededBy} none="no other service" />
        </Fact>
        <Fact name="Providers">
          <Links kind="third-parties" to={service.thirdParties} none="none" />
        </Fact>
        <Fact name="Clients served">
          <Links
            kind="clients"
            to={service.clients}
            none="none: an incident here asks who could be affected"
          />
        </Fact>
      </Facts>
    </>
  );
}

function PersonFacts({ person }: { person: Views['people'] }) {
  return (
    <>
      <Facts>
        <Fact name="Email">
          <a href={`mailto:${person.email}`}>{person.email}</a>
        </Fact>
        <Fact name="Zone">{person.zone}</Fact>
        <Fact name="Teams">
          <Links kind="teams" to={person.teams} none="in no team" />
        </Fact>
        <Fact name="Login">
          {person.loginId ? 'can sign in' : 'cannot sign in; pages reach them all the same'}
        </Fact>
      </Facts>
      <PersonChannels person={person} />
      <PersonTold person={person} />
    </>
  );
}

function TeamFacts({ team }: { team: Views['teams'] }) {
  return (
    <Facts>
      <Fact name="Members">
        <Links kind="people" to={team.members} none={<span className="red">nobody is in it</span>} />
      </Fact>
      <Fact name="Owns">
        <Links kind="services" to={team.services} none="no service" />
      </Fact>
    </Facts>
  );
}

function ClientFacts({ client }: { client: Views['clients'] }) {
  return (
    <>
      <Facts>
        <Fact name="Account owner">
          <Links kind="people" to={client.accountOwner ? [client.accountOwner] : []} none="nobody" />
        </Fact>
        <Fact name="Uses">
          <Links
            kind="services"
            to={client.services}
            none={<span className="amber">no service: it is never told by itself</span>}
          />
        </Fact>
        <Fact name="Reads">
          {client.cover ? coverWords(client.cover) : <span className="quiet">hours not known</span>}
        </Fact>
        <Fact name="Contract">
          {client.contract ? (
            contractWords(client.contract).join('; ')
          ) : (
            <span className="quiet">none of its own: the policy times us</span>
          )}
        </Fact>
        <Fact name="Service review">
          <Link to={`/directory/clients/${client.id}/promises-kept` as '/'}>Promises kept</Link>
        </Fact>
      </Facts>
      <Contacts client={client} />
    </>
  );
}

function ThirdPartyFacts({ party }: { party: Views['third-parties'] }) {
  return (
    <Facts>
      <Fact name="Status page">
        {party.statusUrl ? (
          <a href={party.statusUrl} target="_blank" rel="noreferrer">
            {party.statusUrl}
          </a>
        ) : (
          'not known'
        )}
      </Fact>
      <Fact name="Feed">
        {party.feed ? (
          <>
            {FEED_KIND_WORDS[party.feed.kind]} · <span className="mono small">{party.feed.url}</span>
          </>
        ) : (
          <span className="amber">none: nobody asks how it is</span>
        )}
      </Fact>
      {party.feed?.components.length ? (
        <Fact name="Only these components">{party.feed.components.join(', ')}</Fact>
      ) : null}
      <Fact name="Our own check">
        {party.probe ? (
          <>
            <span className="mono small">{party.probe.url}</span>
            {party.probe.text ? ` must say “${party.probe.text}”` : ''}
          </>
        ) : (
          'none'
        )}
      </Fact>
      <Fact name="How it is">
        <Link to={`/providers/${party.id}` as '/'}>See its state and its incidents</Link>
      </Fact>
      <Fact name="Without it">
        {party.stillWorks ?? <span className="amber">nobody has written down what still works</span>}
      </Fact>
      <Fact name="Stands on it">
        <Links kind="services" to={party.services} none="no service" />
      </Fact>
    </Facts>
  );
}

export function Facts({ children }: { children: ReactNode }) {
  return <dl className="facts">{children}</dl>;
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

export function Links({ kind, to, none }: { kind: KindName; to: Ref[]; none: ReactNode }) {
  if (to.length === 0) return <span className="quiet">{none}</span>;
  return to.map((each, index) => (
    <span key={each.id}>
      {index > 0 ? ', ' : ''}
      <Link to={`/directory/${kind}/${each.id}` as '/'}>{each.name}</Link>
    </span>
  ));
}
