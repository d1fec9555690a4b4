/** Every version that was saved: who and when, how it read, what differs word by word, and bringing its text back. */
import { Button, Group, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type ChangedPart, changedParts, partsOf } from '#src/learn/versions.ts';
import { post } from '../api/http.ts';
import { useMayAct } from '../api/session.ts';
import { useAct } from '../pieces/acting.ts';
import { Confirm } from '../pieces/Confirm.tsx';
import { Loading, Shown } from '../pieces/States.tsx';
import { useNow } from '../words/clock.ts';
import { clockWithDay } from '../words/time.ts';
import { type Version, versionQuery, versionsQuery } from './agree.ts';
import { wordsChanged } from './differences.ts';
import { LEARN_KEYS, type Postmortem } from './postmortem.ts';
import { sittingsOf } from './sittings.ts';

export function Versions({ postmortem }: { postmortem: Postmortem }) {
  const [open, setOpen] = useState(false);
  return (
    <section className="section" aria-labelledby="versions">
      <h2 id="versions" className="learn-heading">
        Versions
      </h2>
      {open ? (
        <Compare postmortem={postmortem} />
      ) : (
        <>
          <p className="quiet prose">
            Version {postmortem.version} now
            {postmortem.publishedVersion ? `; published is version ${postmortem.publishedVersion}` : ''}.
            Every one is kept.
          </p>
          <Button variant="default" mt="sm" onClick={() => setOpen(true)}>
            Show versions and differences
          </Button>
        </>
      )}
    </section>
  );
}

function Compare({ postmortem }: { postmortem: Postmortem }) {
  const versions = useQuery(versionsQuery(postmortem.id));
  return (
    <Shown of={versions}>
      {({ items }) => <Chosen postmortem={postmortem} sittings={sittingsOf(items)} />}
    </Shown>
  );
}

function Chosen({ postmortem, sittings }: { postmortem: Postmortem; sittings: Version[] }) {
  const now = useNow();
  const mayAct = useMayAct();
  const newest = sittings[0]?.version ?? postmortem.version;
  const [older, setOlder] = useState(sittings[1]?.version ?? newest);
  const [newer, setNewer] = useState(newest);
  const data = sittings.map((each) => ({
    value: String(each.version),
    label: `${each.version} · ${each.savedBy}, ${clockWithDay(each.savedAt, now)} UTC`,
  }));
  const restore = useAct({
    does: () => post(`/postmortems/${postmortem.id}/versions/${older}/restoration`),
    doubt: LEARN_KEYS,
    said: `The text of version ${older} is back, as a new version.`,
  });
  if (sittings.length < 2)
    return <p className="quiet">There is one version: the draft that was written from the record.</p>;
  return (
    <>
      <div className="version-choice">
        <Select
          label="From"
          size="md"
          data={data}
          value={String(older)}
          allowDeselect={false}
          onChange={(value) => value && setOlder(Number(value))}
        />
        <Select
          label="To"
          size="md"
          data={data}
          value={String(newer)}
          allowDeselect={false}
          onChange={(value) => value && setNewer(Number(value))}
        />
      </div>
      <Differences id={postmortem.id} older={older} newer={newer} />
      {mayAct && !postmortem.coveredBy && older !== newest ? (
        <Group mt="md" className="version-acts">
          <Confirm
            words={`Bring back the text of version ${older}…`}
            title={`Bring back version ${older}?`}
            button={`Bring back version ${older}`}
            busy={restore.isPending}
            act={(close) => restore.mutate(undefined, { onSuccess: close })}
          >
            <p>
              Its text becomes a new version. The text as it is now is kept as version {postmortem.version},
              and lines that the record has added since stay.
            </p>
          </Confirm>
        </Group>
      ) : null}
    </>
  );
}

function Differences({ id, older, newer }: { id: string; older: number; newer: number }) {
  const [from, to] = [useQuery(versionQuery(id, older)), useQuery(versionQuery(id, newer))];
  if (!from.data || !to.data) {
    const failed = [from, to].find((each) => each.isError);
    return failed ? <Shown of={failed}>{() => null}</Shown> : <Loading rows={2} />;
  }
  if (older === newer) return <Read parts={partsOf(to.data.sections)} version={newer} />;
  const changed = changedParts(from.data.sections, to.data.sections);
  if (!changed.length) return <p className="quiet">Both versions read the same.</p>;
  return (
    <>
      {changed.map((part) => (
        <div key={part.field} className="version-part">
          <h3 className="label">{part.label}</h3>
          <Marked part={part} />
        </div>
      ))}
    </>
  );
}

/** The same version twice: read it as it was. */
function Read({
  parts,
  version,
}: {
  parts: { field: string; label: string; text: string }[];
  version: number;
}) {
  const written = parts.filter((part) => part.text.trim());
  return (
    <>
      <p className="quiet small">Version {version}, as it was saved.</p>
      {written.map((part) => (
        <div key={part.field} className="version-part">
          <h3 className="label">{part.label}</h3>
          <p className="version-text">{part.text}</p>
        </div>
      ))}
    </>
  );
}

function Marked({ part: { before, after } }: { part: ChangedPart }) {
  const changes = wordsChanged(before, after);
  if (!changes)
    return (
      <>
        <p className="version-text">
          <del>{before}</del>
        </p>
        <p className="version-text">
          <ins>{after}</ins>
        </p>
      </>
    );
  return (
    <p className="version-text">
      {changes.map((each, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text in their order
        <Part key={index} {...each} />
      ))}
    </p>
  );
}

function Part({ added, removed, value }: { added: boolean; removed: boolean; value: string }) {
  if (added) return <ins>{value}</ins>;
  return removed ? <del>{value}</del> : value;
}
