/** The button that does it. While the server is asked it says so in words; what it does stands on it before. */
import { Button, type ButtonProps } from '@mantine/core';
import type { ReactNode } from 'react';

type Props = ButtonProps & {
  busy: boolean;
  busyText?: string;
  onClick?: () => void;
  type?: 'button' | 'submit';
  children: ReactNode;
};

export function ActButton({
  busy,
  busyText = 'Sending…',
  children,
  disabled,
  type = 'button',
  ...rest
}: Props) {
  return (
    <Button {...rest} type={type} disabled={disabled || busy} aria-busy={busy}>
      {busy ? busyText : children}
    </Button>
  );
}
