/** The outline of every screen: its title, the tab's title, one place for its primary action. */
import { type ReactNode, useEffect } from 'react';

type Props = { title: string; lead?: ReactNode; action?: ReactNode; children?: ReactNode };

export function Screen({ title, lead, action, children }: Props) {
  useTitle(title);
  return (
    <div className="screen">
      <header className="screen-head">
        <div>
          <h1 className="screen-title">{title}</h1>
          {lead ? <p className="quiet">{lead}</p> : null}
        </div>
        {action}
      </header>
      {children}
    </div>
  );
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === 'Humdrum' ? title : `${title} · Humdrum`;
  }, [title]);
}
