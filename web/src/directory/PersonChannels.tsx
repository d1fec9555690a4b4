/** How a person is reached, when each way was last proven, and the button that proves it now. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import './directory.css';
import { get, post } from '../api/http.ts';
import { useSession } from '../api/session.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { useAct } from '../pieces/acting.ts';
import { Time } from '../pieces/Time.tsx';
import { CHANNEL_WORDS } from './ChannelsEditor.tsx';
import type { Views } from './kinds.ts';
import { type TestedPage, TestPage } from './TestPage.tsx';

export function PersonChannels({ person }: { person: Pick<Views['people'], 'id' | 'name' | 'channels'> }) {
  const session = useSession();
  const mine = session?.personId === person.id;
  const mayTest =
    session !== null && (session.role === 'administrator' || (mine && session.role !== 'viewer'));
  const [pageId, setPageId] = useState<string>();
  const test = useAct({
    does: () => post<TestedPage>('/pages/test', { personId: person.id }),
    doubt: [['pages'], ['persons']],
    done: (page) => setPageId(page.id),
  });
  return (
    <section className="section">
      <div className="section-head">
        <h2 className="label">How {mine ? 'I am' : 'they are'} reached, in this order</h2>
      </div>
      {person.channels.length === 0 ? (
        <p className="red">No channel: {mine ? 'I' : person.name} cannot be reached.</p>
      ) : (
        <ol className="rows" style={{ maxWidth: 760 }}>
          {person.channels.map((channel) => (
            <li className="row" key={`${channel.kind}${channel.address}`}>
              <span>
                {CHANNEL_WORDS[channel.kind]} <span className="quiet">{channel.address}</span>
              </span>
              {channel.testedAt ? (
                <span className="green small">
                  proven <Time at={channel.testedAt} show="relative" />
                </span>
              ) : (
                <span className="amber small">never tested</span>
              )}
            </li>
          ))}
        </ol>
      )}
      {mayTest && person.channels.length > 0 ? (
        <div className="form-end" style={{ marginTop: 16 }}>
          <ActButton variant="default" busy={test.isPending} onClick={() => test.mutate()}>
            {mine ? 'Test it: ring at me now' : `Test it: ring at ${person.name} now`}
          </ActButton>
        </div>
      ) : null}
      {pageId ? <Testing id={pageId} /> : null}
    </section>
  );
}

function Testing({ id }: { id: string }) {
  const page = useQuery({
    queryKey: ['pages', id],
    queryFn: ({ signal }) => get<TestedPage>(`/pages/${id}`, {}, signal),
    refetchInterval: (query) => (query.state.data && query.state.data.state !== 'sent' ? false : 2_000),
  });
  return page.data ? <TestPage page={page.data} /> : null;
}
