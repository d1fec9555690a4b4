/** The picture of a page: a small file, shown on top of it. */
import { Button, Group } from '@mantine/core';
import { useRef } from 'react';
import { put, remove } from '../api/http.ts';
import { useAct } from '../pieces/acting.ts';
import { Refusal } from '../pieces/Refusal.tsx';
import type { StatusPageView } from './page.ts';

const DOUBT = [['status_pages']];

export function Logo({ page }: { page: StatusPageView }) {
  const input = useRef<HTMLInputElement>(null);
  const give = useAct({
    does: async (file: File) => put(`/status-pages/${page.id}/logo`, { data: await inBase64(file) }),
    doubt: DOUBT,
    inForm: true,
    said: 'The page shows it within five seconds.',
  });
  const take = useAct({ does: () => remove(`/status-pages/${page.id}/logo`), doubt: DOUBT });
  return (
    <section className="section">
      <h2 className="label">Logo</h2>
      <p className="quiet">
        {page.logo ? 'The page has a logo.' : 'The page has no logo.'} PNG, JPEG, WebP, GIF or plain SVG, at
        most 100 KB.
      </p>
      {page.logo && !page.client ? (
        <p>
          <img className="logo-shown" src={`${page.path}logo?${page.logo}`} alt="The logo of the page" />
        </p>
      ) : null}
      <input
        ref={input}
        type="file"
        hidden
        accept="image/png,image/jpeg,image/webp,image/gif,image/svg+xml"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) give.mutate(file);
          event.currentTarget.value = '';
        }}
      />
      <Group mt="xs">
        <Button variant="default" disabled={give.isPending} onClick={() => input.current?.click()}>
          {page.logo ? 'Choose another' : 'Choose a file'}
        </Button>
        {page.logo ? (
          <Button variant="subtle" disabled={take.isPending} onClick={() => take.mutate()}>
            Take it off
          </Button>
        ) : null}
      </Group>
      <Refusal error={give.error} />
    </section>
  );
}

async function inBase64(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
