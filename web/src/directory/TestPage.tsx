/** How a test page went: what was sent by which way, with the evidence, until its person has answered. */
import type { PageView } from '#src/oncall/shapes.ts';
import { Time } from '../pieces/Time.tsx';

export type TestedPage = PageView;

export function TestPage({ page }: { page: TestedPage }) {
  const answered = page.answeredAt !== null;
  return (
    <div
      className={answered ? 'notice good' : 'notice'}
      role="status"
      style={{ marginTop: 16, maxWidth: 760 }}
    >
      {answered ? (
        <p>
          {page.personName} answered at <Time at={page.answeredAt ?? ''} show="both" />
          {page.via ? ` by ${page.via}` : ''}. That way works.
        </p>
      ) : (
        <p>A test page rings at {page.personName} now. Answer it where it rings; that proves the way.</p>
      )}
      <ul style={{ margin: '8px 0 0', paddingLeft: 20 }}>
        {page.deliveries.map((each) => (
          <li key={`${each.channel}${each.ring}`}>{went(each)}</li>
        ))}
      </ul>
    </div>
  );
}

function went({ channel, state, evidence, problem }: TestedPage['deliveries'][number]): string {
  const said = evidence ? `: ${evidence}` : '';
  if (state === 'sent') return `${channel} sent${said}`;
  if (state === 'failed') return `${channel} failed: ${problem ?? 'no reason was given'}`;
  return problem
    ? `${channel} not yet: ${problem}`
    : `${channel} ${state === 'queued' ? 'is being sent' : state}`;
}
