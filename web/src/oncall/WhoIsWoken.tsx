/** For each service: who is called first now, and who after. */
import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type Cover, onCallQuery, type Reachable } from '../api/oncall.ts';
import { useSession } from '../api/session.ts';
import { fitsWords, SEEN_AT_ONCE } from '../pieces/many.ts';
import { SearchField } from '../pieces/SearchField.tsx';
import { Shown } from '../pieces/States.tsx';
import { Time } from '../pieces/Time.tsx';
import { count, list } from '../words/count.ts';

export function WhoIsWoken() {
  const cover = useQuery(onCallQuery);
  return (
    <section className="section">
      <h2 className="label">Who is woken, if it broke now</h2>
      <Shown of={cover}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="nothing">
              No service is known yet. <Link to={'/directory/services/new' as '/'}>Add the first one</Link>,
              with its primary and backup.
            </p>
          ) : (
            <Covers items={items} />
          )
        }
      </Shown>
    </section>
  );
}

/** Few services are one table; of many, those without a first or a second person come first, and the others are found. */
function Covers({ items }: { items: Cover[] }) {
  const [words, search] = useState('');
  if (items.length <= SEEN_AT_ONCE) return <CoverTable items={items} />;
  const found = items.filter(({ serviceName }) => fitsWords(serviceName, words));
  const nobody = items.filter((each) => !each.callsFirst);
  const alone = items.filter((each) => each.callsFirst && !afterFirst(each).length);
  const covered = items.filter((each) => each.callsFirst && afterFirst(each).length);
  return (
    <>
      <div className="cover-search">
        <SearchField label="Find a service" value={words} search={search} />
      </div>
      {words ? (
        found.length ? (
          <CoverTable items={found} />
        ) : (
          <p className="nothing">No service of that name.</p>
        )
      ) : (
        <>
          {nobody.length ? (
            <>
              <p className="cover-group red strong">
                Nobody is called first for {count(nobody.length, 'service')}
              </p>
              <CoverTable items={nobody} />
            </>
          ) : null}
          <Folded
            items={alone}
            title={`One person and nobody after: ${count(alone.length, 'service')}`}
            tone="amber"
            named
          />
          <Folded
            items={covered}
            title={`Somebody, and somebody after: ${count(covered.length, 'service')}`}
            tone=""
          />
        </>
      )}
    </>
  );
}

/** @param named their names stand there before it is opened: something is wrong with them */
function Folded({
  items,
  title,
  tone,
  named = false,
}: {
  items: Cover[];
  title: string;
  tone: string;
  named?: boolean;
}) {
  if (!items.length) return null;
  const names = items.map((each) => each.serviceName);
  return (
    <details className="folded cover-fold">
      <summary>
        <span className={`strong ${tone}`}>{title}</span>
        {named ? <span className="cover-names small">{list(names, names.length)}</span> : null}
      </summary>
      <CoverTable items={items} />
    </details>
  );
}

function CoverTable({ items }: { items: Cover[] }) {
  return (
    <Table className="cover">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Service</Table.Th>
          <Table.Th>First</Table.Th>
          <Table.Th className="cover-then">Then</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((each) => (
          <Row key={each.serviceId} cover={each} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function afterFirst({ callsFirst, backup, manager, secondTeam }: Cover): Reachable[] {
  return [backup, manager, ...secondTeam].filter(
    (who) => who !== null && who.id !== callsFirst?.id,
  ) as Reachable[];
}

function Row({ cover }: { cover: Cover }) {
  const me = useSession()?.personId;
  const nameOf = (who: Reachable) => (who.id === me ? 'you' : who.name);
  const { callsFirst, primary } = cover;
  const rest = afterFirst(cover).map(nameOf);
  const next = list([...new Set(rest)], 4);
  const nobody = <span className="amber">nobody</span>;
  return (
    <Table.Tr>
      <Table.Td>
        <Link to={`/directory/services/${cover.serviceId}` as '/'} className="record-title">
          {cover.serviceName}
        </Link>
      </Table.Td>
      <Table.Td>
        {callsFirst ? (
          <>
            <Link to={`/directory/people/${callsFirst.id}` as '/'}>{begun(nameOf(callsFirst))}</Link>
            <span className="quiet small"> {waysOf(callsFirst)}</span>
            {primary && primary.id !== callsFirst.id ? <WhyNot primary={primary} /> : null}
          </>
        ) : (
          <span className="red">nobody</span>
        )}
        {/* On a phone there is no third column: who comes next must not lie beyond the edge. */}
        <p className="cover-then-below small quiet">then {next || nobody}</p>
      </Table.Td>
      <Table.Td className="cover-then">{next ? begun(next) : nobody}</Table.Td>
    </Table.Tr>
  );
}

/** Only our own word gets a capital: names keep theirs, such as van Dyke. */
function begun(names: string): string {
  return names.replace(/^you\b/, 'You');
}

function WhyNot({ primary }: { primary: Reachable }) {
  return (
    <p className="quiet small">
      {primary.restUntil ? (
        <>
          {primary.name} rests until <Time at={primary.restUntil} show="both" />
        </>
      ) : (
        `${primary.name} cannot be reached`
      )}
    </p>
  );
}

function waysOf({ channels }: Reachable): string {
  const ring = channels.filter((each) => each.canRing);
  const proven = ring.filter((each) => each.testedAt).length;
  return `${ring.length === 1 ? 'one way' : `${ring.length} ways`}, ${proven === 0 ? 'none proven' : `${proven} proven`}`;
}
