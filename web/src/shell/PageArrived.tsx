/** A page for me: over everything, audible, with the three answers. It goes when somebody has answered. */
import { Button, Modal, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { type ArrivedPage, answerPage, myPagesQuery, type PageAnswer } from '../api/oncall.ts';
import { Severity } from '../pieces/Severity.tsx';
import { Time } from '../pieces/Time.tsx';
import { count } from '../words/count.ts';
import { ring } from './sound.ts';
import { sayFailed } from './toast.ts';

export function PageArrived() {
  const pages = (useQuery(myPagesQuery).data?.items ?? []).filter(
    (each) => each.state === 'sent' || each.state === 'unanswered',
  );
  const page = pages[0];
  return page ? <Arrived key={page.id} page={page} more={pages.length - 1} /> : null;
}

function Arrived({ page, more }: { page: ArrivedPage; more: number }) {
  const answer = useAnswer(page);
  useRinging(page);
  const why = page.reasons
    .filter((each) => !each.endedAt)
    .toSorted((one, other) => one.severity.localeCompare(other.severity));
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      title={page.kind === 'test' ? 'A test call' : 'You are being called'}
      zIndex={400}
    >
      {/* The words have the focus, not a button: whoever was typing must not answer with the next space. */}
      <div className="called-about" tabIndex={-1} data-autofocus>
        {why.length ? (
          [...Map.groupBy(why, (each) => each.incidentId)].map(([id, reasons]) => (
            <div key={id} className="called-incident">
              <p className="strong">
                <Severity is={reasons[0]!.severity} /> {reasons[0]!.title}
              </p>
              {reasons.map((each) => (
                <p className="quiet" key={each.text}>
                  INC-{each.number} · {each.text}
                </p>
              ))}
            </div>
          ))
        ) : (
          <p className="strong">{page.title}</p>
        )}
        <p className="quiet small">
          Called <Time at={page.sentAt ?? page.createdAt} show="full" />
          {more > 0 ? ` · and ${count(more, 'more call')}` : ''}
        </p>
      </div>
      <Answers page={page} busy={answer.isPending} give={(given) => answer.mutate(given)} />
    </Modal>
  );
}

function Answers({
  page,
  busy,
  give,
}: {
  page: ArrivedPage;
  busy: boolean;
  give: (answer: PageAnswer) => void;
}) {
  if (page.kind === 'test')
    return (
      <Button mt="md" fullWidth disabled={busy} onClick={() => give('have_it')}>
        {busy ? 'Sending…' : 'It rings'}
      </Button>
    );
  return (
    <Stack mt="md" gap="xs">
      <Button disabled={busy} onClick={() => give('have_it')}>
        {busy ? 'Sending…' : 'I have it'}
      </Button>
      <Button variant="default" disabled={busy} onClick={() => give('have_it_no_computer')}>
        I have it, no computer
      </Button>
      <Button variant="subtle" disabled={busy} onClick={() => give('cant')}>
        I can't: call the next person
      </Button>
    </Stack>
  );
}

function useAnswer(page: ArrivedPage) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (given: PageAnswer) => answerPage(page.id, given),
    onError: sayFailed,
    onSuccess: (_, given) => {
      const incidentId = page.reasons.find((each) => !each.endedAt)?.incidentId;
      if (given === 'have_it' && incidentId)
        void navigate({ to: '/incidents/$id', params: { id: incidentId } });
    },
    onSettled: () => queries.invalidateQueries(),
  });
}

function useRinging({ id, title }: ArrivedPage): void {
  useEffect(() => {
    const stop = ring();
    const notice = notify(id, title);
    return () => {
      stop();
      notice?.close();
    };
  }, [id, title]);
}

function notify(id: string, title: string): Notification | undefined {
  if (!('Notification' in globalThis) || Notification.permission !== 'granted') return undefined;
  const notice = new Notification('Humdrum is calling you', {
    body: title,
    tag: id,
    requireInteraction: true,
  });
  notice.onclick = () => globalThis.focus();
  return notice;
}
