/** The outline of the reporters' pages: for a phone first, one thing to do, no account. */
import type { ReactNode } from 'react';
import { useTitle } from '../../pieces/Screen.tsx';
import '../../pieces/records.css';
import '../learn.css';
import './near-misses.css';

export function Page({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  useTitle(title);
  return (
    <main className="reporter">
      <p className="brand">Humdrum</p>
      <h1>{title}</h1>
      {lead ? <p className="quiet reporter-lead">{lead}</p> : null}
      {children}
    </main>
  );
}
