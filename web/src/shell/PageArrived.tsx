/** A page for me: over everything, audible, with the three answers. It goes when somebody has answered. */
import { Button, Modal, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { type ArrivedPage, answerPage, myPagesQuery, type PageAnswer } from '../api/oncall.ts';
import { Severity } from '../pieces/Severity.tsx';
import { Time } from '../pieces/Time.tsx';
import { ring } from './sound.ts';
import { sayFailed } from './toast.ts';

export function PageArrived() {
  const pages = useQuery(myPagesQuery).data?.items ?? [];
  const page = pages[0];
  return page ? <Arrived key={page.id} page={page} more={pages.length - 1} /> : null;
}

function Arrived({ page, more }: { page: ArrivedPage; more: number }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const answer = useMutation({
    mutationFn: (given: PageAnswer) => answerPage(page.id, given),
    onError: sayFailed,
    onSuccess: (_, given) => {
      if (given === 'have_it') void navigate({ to: '/incidents/$id', params: { id: page.incidentId } });
    },
    onSettled: () => queries.invalidateQueries(),
  });
  useEffect(() => {
    const stop = ring();
    const notice = notify(page);
    return () => {
      stop();
      notice?.close();
    };
  }, [page]);
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      title="You are being called"
      zIndex={400}
    >
      <p className="strong">
        <Severity is={page.severity} /> {page.title}
      </p>
      <p className="quiet">
        INC-{page.incidentNumber} · {page.reason} · called <Time at={page.sentAt} />
        {more > 0 ? ` · and ${more} more` : ''}
      </p>
      <Stack mt="md" gap="xs">
        <Button data-autofocus loading={answer.isPending} onClick={() => answer.mutate('have_it')}>
          I have it
        </Button>
        <Button
          variant="default"
          disabled={answer.isPending}
          onClick={() => answer.mutate('have_it_no_computer')}
        >
          I have it, no computer
        </Button>
        <Button variant="subtle" disabled={answer.isPending} onClick={() => answer.mutate('cant')}>
          I can't: call the next person
        </Button>
      </Stack>
    </Modal>
  );
}

function notify(page: ArrivedPage): Notification | undefined {
  if (!('Notification' in globalThis) || Notification.permission !== 'granted') return undefined;
  const notice = new Notification(`${page.severity} ${page.title}`, {
    body: `INC-${page.incidentNumber} · ${page.reason}`,
    tag: page.id,
    requireInteraction: true,
  });
  notice.onclick = () => globalThis.focus();
  return notice;
}
