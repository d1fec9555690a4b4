/** Asks once more before something that others notice: what will happen, a button that names it, a way back. */
import { Button, Group, Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { ActButton } from './ActButton.tsx';

type Props = {
  words: string;
  title: string;
  children: ReactNode;
  button: string;
  busy: boolean;
  act: (close: () => void) => void;
  danger?: boolean;
  size?: string;
};

export function Confirm({ words, title, children, button, busy, act, danger = false, size }: Props) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <Button variant="subtle" {...(size ? { size } : {})} onClick={() => setOpen(true)}>
        {words}
      </Button>
      <Modal opened={open} onClose={close} title={title}>
        {children}
        <Group mt="lg">
          <ActButton busy={busy} {...(danger ? { color: 'red' } : {})} onClick={() => act(close)}>
            {button}
          </ActButton>
          <Button variant="subtle" onClick={close}>
            Cancel
          </Button>
        </Group>
      </Modal>
    </>
  );
}
