/** A word at the edge of the screen: what happened, or what did not and why. */
import { notifications } from '@mantine/notifications';
import { inWords } from '../api/http.ts';

const CLOSE = { 'aria-label': 'Close this' };

export function say(message: string): void {
  notifications.show({ message, withBorder: true, closeButtonProps: CLOSE, color: 'gray' });
}

/** Stays until it is read. */
export function sayFailed(error: unknown): void {
  notifications.show({
    message: inWords(error),
    withBorder: true,
    closeButtonProps: CLOSE,
    color: 'red',
    autoClose: false,
    role: 'alert',
  });
}
