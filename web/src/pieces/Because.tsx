/** A way out that needs its reason: closed, it is a few words, quiet unless it is the main thing; open, one sentence. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { Sentence } from './Sentence.tsx';

type Props = {
  words: string;
  label: string;
  placeholder?: string;
  button: string;
  busy: boolean;
  send: (reason: string) => void;
  small?: boolean;
  main?: boolean;
};

export function Because({ words, small, main, ...sentence }: Props) {
  const [open, setOpen] = useState(false);
  if (open)
    return (
      <div className="because">
        <Sentence {...sentence} quiet focus />
        <Button variant="subtle" onClick={() => setOpen(false)}>
          Cancel
        </Button>
      </div>
    );
  return (
    <Button
      variant={main ? 'filled' : 'subtle'}
      {...(small ? { size: 'compact-md' } : {})}
      onClick={() => setOpen(true)}
    >
      {words}
    </Button>
  );
}
