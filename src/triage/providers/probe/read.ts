/** Our own check: it answered below 400, within the time, and says what it should. Providers' pages lag; this does not. */
import { textOf } from '../decode.ts';
import type { Page } from '../reading.ts';
import type { ProviderState } from '../state.ts';

export const SLOW_MILLISECONDS = 5000;

export type Probed = { state: Extract<ProviderState, 'operational' | 'degraded' | 'major'>; note: string };

/** @param milliseconds how long it took; `text` must be in the answer */
export function read(
  page: Page & { status: number },
  { milliseconds, text }: { milliseconds: number; text: string | null },
): Probed {
  const took = `after ${Math.round(milliseconds)} ms`;
  if (page.status >= 400)
    return { state: 'major', note: `Our own check was answered ${page.status} ${took}.` };
  if (text && !textOf(page).includes(text))
    return {
      state: 'major',
      note: `Our own check was answered ${page.status} ${took}, without “${text}” in it.`,
    };
  if (milliseconds > SLOW_MILLISECONDS)
    return { state: 'degraded', note: `Our own check was answered ${page.status}, but only ${took}.` };
  return { state: 'operational', note: `Our own check was answered ${page.status} ${took}.` };
}
