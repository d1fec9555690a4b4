/** How it reads for each audience, exactly as it will be sent. */
import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { Preview } from './drafts.ts';

type Read = { name: string; head: string; text: string };

export function PreviewTabs({ preview }: { preview: Preview }) {
  const reads = readsOf(preview);
  const [name, setName] = useState<string>();
  const shown = reads.find((each) => each.name === name) ?? reads[0];
  if (!shown) return null;
  return (
    <section aria-label="Preview">
      <p className="field-label">As it will be read</p>
      {reads.length > 1 ? (
        <SegmentedControl
          aria-label="Whose view"
          size="xs"
          data={reads.map((each) => each.name)}
          value={shown.name}
          onChange={setName}
        />
      ) : null}
      <div className="preview">
        <p className="strong">{shown.head}</p>
        <p className="preview-text">{shown.text}</p>
      </div>
    </section>
  );
}

function readsOf({ client, internal, publicPage }: Preview): Read[] {
  return [
    ...(client ? [{ name: `Mail to ${client.to}`, head: client.subject, text: client.text }] : []),
    ...(internal ? [{ name: 'Mail to us', head: internal.subject, text: internal.text }] : []),
    ...(publicPage
      ? [{ name: 'Status page', head: `${publicPage.title} · ${publicPage.status}`, text: publicPage.text }]
      : []),
  ];
}
