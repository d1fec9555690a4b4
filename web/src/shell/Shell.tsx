/** The frame around every screen: where one can go, who is on call, and whether the line to the server holds. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { listen } from '../api/live.ts';
import { sessionQuery } from '../api/session.ts';
import { Failed, Loading } from '../pieces/States.tsx';
import { renewThisBrowser } from '../settings/this-browser.ts';
import { BottomTabs } from './BottomTabs.tsx';
import { ConnectionStrip } from './ConnectionStrip.tsx';
import { useKey, useKeyboard } from './keyboard.ts';
import { Navigation } from './Navigation.tsx';
import { Notice } from './Notice.tsx';
import { PLACES } from './places.ts';
import { remind } from './remind.ts';

const Palette = lazy(() => import('./Palette.tsx').then((chunk) => ({ default: chunk.Palette })));
const HelpSheet = lazy(() => import('./HelpSheet.tsx').then((chunk) => ({ default: chunk.HelpSheet })));
const PageArrived = lazy(() => import('./PageArrived.tsx').then((chunk) => ({ default: chunk.PageArrived })));

/** Screens without the frame. */
export function Bare() {
  return <Outlet />;
}

export function Shell() {
  const session = useQuery(sessionQuery);
  if (session.data) return <Frame />;
  if (session.data === null) return <ToSignIn />;
  if (session.isError)
    return (
      <main className="screen">
        <Failed error={session.error} again={() => void session.refetch()} />
      </main>
    );
  return (
    <main className="screen">
      <Loading />
    </main>
  );
}

/** Once, and with the address that was asked for: while the screen is loading, the address is already another one. */
function ToSignIn() {
  const navigate = useNavigate();
  const [next] = useState(useLocation().href);
  useEffect(
    () => void navigate({ to: '/sign-in' as string, search: { next } as never, replace: true }),
    [navigate, next],
  );
  return null;
}

function Frame() {
  const queries = useQueryClient();
  const path = useLocation().pathname;
  const [open, setOpen] = useState<'palette' | 'help'>();
  useEffect(() => listen(queries, (hint) => remind(hint, queries)), [queries]);
  useEffect(renewThisBrowser, []);
  useKeyboard();
  useKey('mod+k', () => setOpen('palette'));
  useKey('?', () => setOpen('help'));
  return (
    <div className="frame">
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <PlaceKeys />
      <Navigation path={path} openPalette={() => setOpen('palette')} />
      <main className="main" id="content" tabIndex={-1}>
        <Notice />
        <ConnectionStrip />
        <Outlet />
      </main>
      <BottomTabs path={path} />
      <Suspense fallback={null}>
        {open === 'palette' ? (
          <Palette close={() => setOpen(undefined)} help={() => setOpen('help')} />
        ) : null}
        {open === 'help' ? <HelpSheet close={() => setOpen(undefined)} /> : null}
        <PageArrived />
      </Suspense>
    </div>
  );
}

function PlaceKeys() {
  return PLACES.map((place) => <PlaceKey key={place.to} letter={place.letter} to={place.to} />);
}

function PlaceKey({ letter, to }: { letter: string; to: string }) {
  const navigate = useNavigate();
  useKey(`g ${letter}`, () => void navigate({ to }));
  return null;
}
