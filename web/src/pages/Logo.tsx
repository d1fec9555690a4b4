/** The picture of a page, as its readers see it on a light and on a dark page: chosen, looked at, put there, taken off. */
import { Button, Group } from '@mantine/core';
import { useRef, useState } from 'react';
import { LOGO_BYTES_MAX, tooLarge } from '#src/communicate/page/picture-limit.ts';
import { put, remove } from '../api/http.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { useAct } from '../pieces/acting.ts';
import { Confirm } from '../pieces/Confirm.tsx';
import { Refusal } from '../pieces/Refusal.tsx';
import type { StatusPageView } from './page.ts';

const DOUBT = [['status_pages']];
const KINDS = ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/svg+xml'];

export function Logo({ page }: { page: StatusPageView }) {
  const input = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<Chosen>();
  const [wrong, setWrong] = useState<string>();
  const give = useAct({
    does: async (file: Chosen) =>
      put(`/status-pages/${page.id}/logo`, { data: file.url.slice(file.url.indexOf(',') + 1) }),
    doubt: DOUBT,
    inForm: true,
    said: 'The page shows it within five seconds.',
    done: () => setChosen(undefined),
  });
  const take = useAct({
    does: () => remove(`/status-pages/${page.id}/logo`),
    doubt: DOUBT,
    said: 'The page shows its name alone.',
  });
  const choose = async (file: File) => {
    give.reset();
    const read = await readPicture(file);
    setChosen(typeof read === 'string' ? undefined : read);
    setWrong(typeof read === 'string' ? `${file.name}: ${read}` : undefined);
  };
  const kept = page.logo ? `/api/v1/status-pages/${page.id}/logo?${page.logo}` : undefined;
  return (
    <section className="section" aria-labelledby="logo">
      <h2 className="label" id="logo">
        Logo
      </h2>
      <p className="quiet">
        {chosen
          ? `${chosen.name}, not on the page yet. This is how it would look.`
          : kept
            ? 'This is how the top of the page looks to its readers.'
            : 'The page has no logo; its name stands alone.'}{' '}
        PNG, JPEG, WebP, GIF or plain SVG, at most {LOGO_BYTES_MAX / 1024} KB.
      </p>
      <Plates key={chosen?.url ?? kept ?? 'none'} page={page} source={chosen?.url ?? kept} />
      {wrong ? (
        <p className="notice bad" role="alert">
          {wrong} Nothing was changed.
        </p>
      ) : null}
      <Refusal error={give.error} />
      <input
        ref={input}
        type="file"
        hidden
        accept={KINDS.join(',')}
        aria-label="File of the logo"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) void choose(file);
          event.currentTarget.value = '';
        }}
      />
      <Group mt="md">
        {chosen ? (
          <ActButton busy={give.isPending} onClick={() => give.mutate(chosen)}>
            Put it on the page
          </ActButton>
        ) : null}
        <Button variant="default" disabled={give.isPending} onClick={() => input.current?.click()}>
          {chosen || kept ? 'Choose another file' : 'Choose a file'}
        </Button>
        {chosen ? (
          <Button
            variant="subtle"
            onClick={() => {
              setChosen(undefined);
              give.reset();
            }}
          >
            {kept ? 'Keep the one there is' : 'Not this one'}
          </Button>
        ) : kept ? (
          <Confirm
            words="Take it off…"
            title="Take the logo off the page?"
            button="Take it off"
            busy={take.isPending}
            act={(close) => take.mutate(undefined, { onSettled: close })}
          >
            <p>“{page.heading}” then stands there alone. The file is not kept.</p>
          </Confirm>
        ) : null}
      </Group>
    </section>
  );
}

/** The top of the page twice: with the measures and colours of the page itself, whatever this screen has. */
function Plates({ page, source }: { page: StatusPageView; source: string | undefined }) {
  const [damaged, setDamaged] = useState(false);
  return (
    <div className="logo-plates">
      {(['light', 'dark'] as const).map((scheme) => (
        <figure key={scheme} className={`logo-plate ${scheme}`}>
          <div className="logo-head">
            {source ? (
              <img
                className="logo-shown"
                src={source}
                alt={`The logo on a ${scheme} page`}
                onError={() => setDamaged(true)}
              />
            ) : null}
            <span>{page.heading}</span>
          </div>
          <figcaption>On a {scheme} page</figcaption>
        </figure>
      ))}
      {damaged ? (
        <p className="notice bad" role="alert">
          Browsers cannot read the file that is kept: readers see nothing in its place. Choose another, or
          take it off.
        </p>
      ) : null}
    </div>
  );
}

/** `url`: the file itself, as a data address. */
type Chosen = { name: string; url: string };

/** @returns the file when it is small enough and this browser can show it, else in words why not */
async function readPicture(file: File): Promise<Chosen | string> {
  if (!file.size) return 'The file is empty.';
  if (file.size > LOGO_BYTES_MAX) return tooLarge(file.size);
  if (!KINDS.includes(file.type)) return 'The file is no PNG, JPEG, WebP, GIF or SVG picture.';
  try {
    const url = await inDataUrl(file);
    const picture = new Image();
    picture.src = url;
    await picture.decode();
    return { name: file.name, url };
  } catch {
    return 'The picture cannot be read: it is damaged, or it is of another kind than its name says.';
  }
}

function inDataUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
