/** Every status page: whose it is, what stands on it, how many are told through it. */
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useSession } from '../api/session.ts';
import { Listed } from '../pieces/Listed.tsx';
import { useListing } from '../pieces/listing.ts';
import { Screen } from '../pieces/Screen.tsx';
import { PagesPlaces } from './PagesPlaces.tsx';
import { nameOf, type StatusPageView } from './page.ts';

export function StatusPages() {
  const administrator = useSession()?.role === 'administrator';
  const listing = useListing<StatusPageView>(['status_pages'], '/status-pages');
  return (
    <Screen
      title="Status pages"
      action={
        administrator ? (
          <Button component={Link} to="/status-pages/new">
            Make a page
          </Button>
        ) : null
      }
    >
      <PagesPlaces current="pages" />
      <Listed
        of={listing}
        label="Status pages"
        row={(page) => <PageRow key={page.id} page={page} />}
        empty={<p>There is no status page.</p>}
      />
    </Screen>
  );
}

function PageRow({ page }: { page: StatusPageView }) {
  const services = page.services.map((each) => each.name).join(', ');
  return (
    <li className="record">
      <Link to={`/status-pages/${page.id}` as '/'} className="record-title">
        {nameOf(page)}
      </Link>
      <span className="record-end">
        {page.subscribers} {page.subscribers === 1 ? 'subscriber' : 'subscribers'}
      </span>
      <span className="small quiet">
        <span className="mono">{page.path}</span> ·{' '}
        {page.client ? `private, for ${page.client.name}` : 'public'} · {services || 'shows no service yet'}
      </span>
    </li>
  );
}
