/** A topic of Amazon SNS that asks to be confirmed. */
import { post } from '../api/http.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { useAct } from '../pieces/acting.ts';
import { Time } from '../pieces/Time.tsx';
import type { Integration } from './kinds.ts';

export function Topic({ integration, administrator }: { integration: Integration; administrator: boolean }) {
  const { id, topic } = integration;
  const confirm = useAct({
    does: (topicArn: string) => post(`/integrations/${id}/topic-confirmation`, { topicArn }),
    doubt: [['integrations']],
  });
  if (!topic)
    return (
      <section className="section">
        <h2 className="label">Topic</h2>
        <p className="quiet">No topic has asked to be confirmed yet. Subscribe it as shown above.</p>
      </section>
    );
  return (
    <section className="section">
      <h2 className="label">Topic</h2>
      <p className="mono" style={{ overflowWrap: 'anywhere' }}>
        {topic.arn}
      </p>
      {topic.confirmedAt ? (
        <p>
          Confirmed <Time at={topic.confirmedAt} show="full" />. No other topic is believed.
        </p>
      ) : (
        <>
          <p>
            It asked <Time at={topic.askedAt} show="full" />, and sends nothing until it is confirmed. Confirm
            it only if it is yours: anybody who has the address can make a topic ask.
          </p>
          {administrator ? (
            <ActButton
              busy={confirm.isPending}
              busyText="Asking Amazon…"
              onClick={() => confirm.mutate(topic.arn)}
            >
              Confirm this topic
            </ActButton>
          ) : (
            <p className="quiet">An administrator can confirm it.</p>
          )}
        </>
      )}
    </section>
  );
}
