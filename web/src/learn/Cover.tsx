/** A postmortem is never waived: another incident's may cover it, approved by name with a reason, and that can be taken back. */
import { Button, Group, Radio, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { get, post } from '../api/http.ts';
import { useMayAct, useSession } from '../api/session.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { useAct } from '../pieces/acting.ts';
import { Because } from '../pieces/Because.tsx';
import { Refusal } from '../pieces/Refusal.tsx';
import { SearchField } from '../pieces/SearchField.tsx';
import { Shown } from '../pieces/States.tsx';
import { Time } from '../pieces/Time.tsx';
import { coverQuery, type Standing } from './agree.ts';
import { LEARN_KEYS, type Postmortem } from './postmortem.ts';

const REASON_CHARACTERS_MAX = 1000;

/** On top: whose text is to be read instead, or for whom this one stands, too. */
export function CoverNotice({ postmortem }: { postmortem: Postmortem }) {
  const cover = useQuery(coverQuery(postmortem.id)).data;
  const mayAct = useMayAct();
  const back = useAct({
    does: (reason: string) => post(`/postmortems/${postmortem.id}/cover/withdrawal`, { reason }),
    doubt: LEARN_KEYS,
  });
  if (!cover) return null;
  const { coveredBy, covers } = cover;
  return (
    <>
      {coveredBy ? (
        <div className="notice">
          <p>
            Covered by the postmortem of <Named standing={coveredBy} />
            {coveredBy.because ? `: ${coveredBy.because}` : '.'}
          </p>
          <p className="small quiet">
            Approved by {coveredBy.approvedBy}
            {coveredBy.at ? (
              <>
                {' '}
                at <Time at={coveredBy.at} /> UTC
              </>
            ) : null}
            . {standingWords(coveredBy)}
            {coveredBy.dueAt ? (
              <>
                {' '}
                <Time at={coveredBy.dueAt} /> UTC.
              </>
            ) : null}
          </p>
          {mayAct ? (
            <Because
              words="Write one of its own after all…"
              label="What is to be learned here that is not there?"
              button="Write one of its own"
              busy={back.isPending}
              send={(reason) => back.mutate(reason)}
            />
          ) : null}
        </div>
      ) : null}
      {covers.length ? (
        <p className="notice">
          This postmortem covers{' '}
          {covers.map((each, index) => (
            <span key={each.incidentId}>
              {index ? ', ' : ''}
              <Named standing={each} />
            </span>
          ))}
          , too: what is learned there stands here.
        </p>
      ) : null}
    </>
  );
}

function Named({ standing }: { standing: Standing }) {
  return (
    <Link to={`/postmortems/${standing.postmortemId}` as '/'}>
      INC-{standing.number}
      {standing.title ? `, ${standing.title}` : ''}
    </Link>
  );
}

function standingWords({ state, dueAt }: Standing): string {
  if (state === 'published') return 'It is published.';
  return dueAt ? 'It is being written, due' : 'It is being written; its clock waits until it works again.';
}

/** At the end of the page, folded: most incidents have something of their own to teach. */
export function CoverForm({ postmortem }: { postmortem: Postmortem }) {
  const [open, setOpen] = useState(false);
  if (postmortem.coveredBy || postmortem.state === 'published') return null;
  return (
    <section className="section" aria-labelledby="cover">
      <h2 id="cover" className="learn-heading">
        The same as another incident?
      </h2>
      <p className="quiet prose">
        A postmortem is never waived. If all that is to be learned stands in another one, that one can cover
        it; you approve it by name.
      </p>
      {open ? (
        <Choose postmortem={postmortem} close={() => setOpen(false)} />
      ) : (
        <Button variant="default" mt="sm" onClick={() => setOpen(true)}>
          Let another postmortem cover it…
        </Button>
      )}
    </section>
  );
}

function Choose({ postmortem, close }: { postmortem: Postmortem; close: () => void }) {
  const session = useSession();
  const [words, setWords] = useState('');
  const [chosen, choose] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const candidates = useQuery({
    queryKey: ['postmortems', 'one', postmortem.id, 'cover', 'candidates', words],
    queryFn: ({ signal }) =>
      get<{ items: Standing[] }>(`/postmortems/${postmortem.id}/cover/candidates`, { words }, signal),
  });
  const cover = useAct({
    does: () => post(`/postmortems/${postmortem.id}/cover`, { incidentId: chosen, reason: reason.trim() }),
    doubt: LEARN_KEYS,
    inForm: true,
  });
  return (
    <div className="learn-form">
      <SearchField
        label="Which incident"
        placeholder="A word of its title, or its number"
        value={words}
        search={setWords}
      />
      <Shown of={candidates}>
        {({ items }) =>
          items.length ? (
            <Radio.Group
              value={chosen}
              onChange={choose}
              aria-label="Postmortems that may cover it"
              className="cover-choice"
            >
              {items.map((each) => (
                <Radio
                  key={each.incidentId}
                  value={each.incidentId}
                  label={`INC-${each.number}, ${each.title}`}
                  description={each.state === 'published' ? 'published' : 'being written'}
                />
              ))}
            </Radio.Group>
          ) : (
            <p className="quiet">
              {words
                ? `No postmortem that may cover it has “${words}” in its title.`
                : 'There is no other postmortem that may cover it.'}
            </p>
          )
        }
      </Shown>
      <Textarea
        label="Why nothing more is to be learned here"
        size="md"
        autosize
        minRows={2}
        maxLength={REASON_CHARACTERS_MAX}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Refusal error={cover.error} />
      <Group>
        <ActButton busy={cover.isPending} disabled={!chosen || !reason.trim()} onClick={() => cover.mutate()}>
          Approve as {session?.name ?? 'myself'}
        </ActButton>
        <Button variant="subtle" onClick={close}>
          Cancel
        </Button>
      </Group>
    </div>
  );
}
