/** The outline of the screens before the frame: one card, one thing to do. */
import { type ReactNode, useEffect } from 'react';
import '../pieces/records.css';

export function Door({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Humdrum`;
  }, [title]);
  return (
    <main className="door">
      <div className="card">
        <span className="brand">Humdrum</span>
        <h1>{title}</h1>
        {lead ? <p className="quiet">{lead}</p> : null}
        {children}
      </div>
    </main>
  );
}
