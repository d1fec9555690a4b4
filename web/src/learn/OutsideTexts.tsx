/** What people outside read of it: one text for each audience, checked while writing, shown as they will see it, published, corrected, withdrawn. */
import { Button, Checkbox, Group, Select, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { z } from 'zod';
import type { outsideChecked } from '#src/learn/outside-routes.ts';
import { post, put } from '../api/http.ts';
import { useMayAct } from '../api/session.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { useAct } from '../pieces/acting.ts';
import { Because } from '../pieces/Because.tsx';
import { Refusal } from '../pieces/Refusal.tsx';
import { Shown } from '../pieces/States.tsx';
import { Time } from '../pieces/Time.tsx';
import { list } from '../words/count.ts';
import { outsideQuery, type OutsideTexts as Texts } from './agree.ts';
import { Hints } from './Hints.tsx';
import { LEARN_KEYS, type Postmortem } from './postmortem.ts';

const TEXT_CHARACTERS_MAX = 10_000;
const REST_MS = 700;
type Findings = z.output<typeof outsideChecked>['findings'];
type Confirmable = NonNullable<Findings[number]['confirms']>;
const CONFIRMS: Record<Confirmable, string> = {
  secret: 'It looks like a secret or an address, and it belongs there',
  client_name: 'It names a client, and others may read that',
};

export function OutsideTexts({ postmortem }: { postmortem: Postmortem }) {
  const texts = useQuery(outsideQuery(postmortem.id));
  return (
    <section className="section" aria-labelledby="outside">
      <h2 id="outside" className="learn-heading">
        For people outside
      </h2>
      {texts.data?.staysInside ? null : (
        <p className="quiet prose">
          A text of its own, on the status pages: what happened to them, and what is different now. Nothing of
          the postmortem itself goes outside.
        </p>
      )}
      <Shown of={texts} rows={2}>
        {(data) =>
          data.staysInside ? (
            <div className="prose">
              <p>
                This {data.staysInside === 'drill' ? 'is a drill' : 'incident is restricted'}: nothing of it
                is published outside.
              </p>
              <WasOutside texts={data} />
            </div>
          ) : (
            <Audiences postmortem={postmortem} texts={data} />
          )
        }
      </Shown>
    </section>
  );
}

function Audiences({ postmortem, texts }: { postmortem: Postmortem; texts: Texts }) {
  const withPage = texts.readers.filter((each) => each.page);
  // What is written already is shown first; where no client has a page, the public one is what there is.
  const [audience, choose] = useState(
    texts.items.find((each) => each.text.trim())?.audience ?? (withPage.length ? 'clients' : 'public'),
  );
  const data = [
    { value: 'clients', label: `All affected clients (${texts.readers.length})` },
    ...texts.readers.map((each) => ({ value: `client:${each.id}`, label: `${each.name} alone` })),
    { value: 'public', label: 'The public status page' },
  ];
  const text = texts.items.find((each) => each.audience === audience);
  return (
    <div className="learn-form">
      <Select
        label="Who reads it"
        size="md"
        data={data}
        value={audience}
        allowDeselect={false}
        onChange={(value) => value && choose(value)}
      />
      <p className="small quiet">
        {readersWords(
          audience,
          texts,
          withPage.map((each) => each.name),
        )}
      </p>
      <OneText key={audience} postmortem={postmortem} audience={audience} text={text} />
    </div>
  );
}

/** What stood on the pages before the incident became restricted: it is gone there, but not from who has read it. */
function WasOutside({ texts }: { texts: Texts }) {
  const were = texts.items.filter((each) => each.published !== null && each.publishedAt !== null);
  if (!were.length) return null;
  return (
    <>
      <p>
        Before it was restricted this could be read outside. It has left every page since; who read it, or
        keeps a feed, may still have it.
      </p>
      {were.map((each) => (
        <section
          key={each.audience}
          className="outside-preview"
          aria-label={audienceWords(each.audience, texts)}
        >
          <p className="label">
            {audienceWords(each.audience, texts)}, published <Time at={each.publishedAt!} /> UTC by{' '}
            {each.publishedBy}
          </p>
          <Paragraphs text={each.published!} />
        </section>
      ))}
    </>
  );
}

function audienceWords(audience: string, { readers }: Texts): string {
  if (audience === 'public') return 'On the public page';
  if (audience === 'clients') return 'For all affected clients';
  const only = readers.find((each) => audience === `client:${each.id}`);
  return only ? `For ${only.name} alone` : 'For one client alone';
}

function readersWords(audience: string, texts: Texts, withPage: string[]): string {
  if (audience === 'public') return 'Everybody reads it; clients too, where no text is published for them.';
  if (audience === 'clients') {
    const without = texts.readers.filter((each) => !each.page).map((each) => each.name);
    if (!withPage.length) return 'None of the affected clients has a status page of its own.';
    return `On the pages of ${list(withPage)}.${without.length ? ` No page: ${list(without)}.` : ''}`;
  }
  const only = texts.readers.find((each) => audience === `client:${each.id}`);
  if (!only?.page)
    return `${only?.name ?? 'This client'} has no status page of its own; nobody would read it.`;
  return `On ${only.page} alone, in place of the text for all affected clients.`;
}

type Text = Texts['items'][number];

function OneText({
  postmortem,
  audience,
  text,
}: {
  postmortem: Postmortem;
  audience: string;
  text: Text | undefined;
}) {
  const mayAct = useMayAct();
  const path = `/postmortems/${postmortem.id}/outside-texts/${audience}`;
  const [held, setHeld] = useState({ version: text?.version ?? 0, saved: text?.text ?? '' });
  const [written, write] = useState(held.saved);
  const [confirmed, confirm] = useState<Confirmable[]>([]);
  const dirty = written !== held.saved;
  // Somebody else's text is taken over as long as nothing of ours is unsaved.
  useEffect(() => {
    if (dirty || !text || text.version === held.version) return;
    setHeld({ version: text.version, saved: text.text });
    write(text.text);
  }, [text, dirty, held.version]);
  const [rested] = useDebouncedValue(written, REST_MS);
  const findings = useQuery({
    queryKey: ['postmortem-outside-check', path, rested],
    queryFn: () => post<{ findings: Findings }>(`${path}/check`, { text: rested }),
    enabled: rested.trim() !== '' && mayAct,
  }).data?.findings;
  const toConfirm = [...new Set(findings?.flatMap((each) => each.confirms ?? []))];
  const save = useAct({
    does: () => put<Texts>(path, { version: held.version, text: written }),
    doubt: LEARN_KEYS,
    done: () => setHeld({ version: held.version + 1, saved: written }),
    inForm: true,
  });
  const publish = useAct({
    does: async () => {
      if (dirty) await save.mutateAsync();
      await post(`${path}/publication`, { confirmed });
    },
    doubt: LEARN_KEYS,
    done: () => confirm([]),
    inForm: true,
  });
  const withdraw = useAct({
    does: (reason: string) => post(`${path}/withdrawal`, { reason }),
    doubt: LEARN_KEYS,
  });
  const published = text?.published ?? null;
  if (!mayAct)
    return published ? <Preview text={published} /> : <p className="quiet">Nothing is published for them.</p>;
  return (
    <>
      <Textarea
        label="Text"
        size="md"
        autosize
        minRows={4}
        maxLength={TEXT_CHARACTERS_MAX}
        value={written}
        onChange={(event) => write(event.currentTarget.value)}
      />
      <Hints text={rested} findings={findings ?? []} />
      {toConfirm.map((each) => (
        <Checkbox
          key={each}
          label={CONFIRMS[each]}
          checked={confirmed.includes(each)}
          onChange={(event) =>
            confirm(
              event.currentTarget.checked
                ? [...confirmed, each]
                : confirmed.filter((other) => other !== each),
            )
          }
        />
      ))}
      {written.trim() ? <Preview text={written} /> : null}
      <p className="small quiet">{text ? <State text={text} /> : 'Nothing is written for them yet.'}</p>
      <Refusal error={save.error ?? publish.error} />
      <Group>
        <ActButton
          variant="default"
          busy={publish.isPending}
          busyText="Publishing…"
          disabled={
            !written.trim() ||
            written.trim() === published ||
            toConfirm.some((each) => !confirmed.includes(each))
          }
          onClick={() => publish.mutate()}
        >
          {published === null ? 'Publish it outside' : 'Publish the correction'}
        </ActButton>
        {dirty ? (
          <Button variant="subtle" disabled={save.isPending} onClick={() => save.mutate()}>
            Save the draft
          </Button>
        ) : null}
      </Group>
      {published === null ? null : (
        <Because
          words="Withdraw it…"
          label="Why is it withdrawn? It stays inside."
          button="Take it off the pages"
          busy={withdraw.isPending}
          send={(reason) => withdraw.mutate(reason)}
        />
      )}
    </>
  );
}

function State({ text }: { text: Text }) {
  if (text.publishedAt)
    return (
      <>
        Published by {text.publishedBy}, <Time at={text.publishedAt} /> UTC
        {text.correctedAt ? (
          <>
            ; corrected <Time at={text.correctedAt} /> UTC
          </>
        ) : null}
        .
      </>
    );
  if (text.withdrawnAt)
    return (
      <>
        Withdrawn <Time at={text.withdrawnAt} /> UTC: {text.withdrawnBecause}
      </>
    );
  return (
    <>
      A draft by {text.updatedBy}, <Time at={text.updatedAt} /> UTC. Nobody outside reads it.
    </>
  );
}

/** As the status page shows it: paragraphs, and nothing else. */
function Preview({ text }: { text: string }) {
  return (
    <section className="outside-preview" aria-label="As they will read it">
      <p className="label">As they will read it</p>
      <h3>What we learned</h3>
      <Paragraphs text={text} />
    </section>
  );
}

function Paragraphs({ text }: { text: string }) {
  return text
    .trim()
    .split(/\n{2,}/)
    .map((paragraph, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: paragraphs of one text
      <p key={index} className="version-text">
        {paragraph}
      </p>
    ));
}
