/** A quiet way out that needs its reason: closed, it is a few words; open, one sentence. */
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
};

export function Because({ words, small, ...sentence }: Props) {
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
    <Button variant="subtle" {...(small ? { size: 'compact-md' } : {})} onClick={() => setOpen(true)}>
      {words}
    </Button>
  );
}
