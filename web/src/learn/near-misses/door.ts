/** Speaks to the reporters' own door: without cookies, without a referrer, nothing kept in the browser. */
import { Problem } from '../../api/http.ts';

const DOOR = '/near-miss/door/';

export type Door = { open: boolean; warns: boolean };
export type Kept = {
  receipt: string;
  happened: string;
  stopped: string;
  again: boolean;
  foundAt: string;
  dueAt: string;
};
export type Seen = {
  state: 'in_box' | 'waiting' | 'answered';
  reportedOn: string;
  again: boolean;
  happened: string;
  stopped: string;
  additions: { addedOn: string; text: string }[];
  dueAt: string | null;
  answer: string | null;
  answeredAt: string | null;
};

export const readDoor = (): Promise<Door> => ask<Door>('state');
export const previewed = (texts: string[]): Promise<{ texts: string[] }> => ask('preview', { texts });
export const report = (sent: { happened: string; stopped: string; again: boolean }): Promise<Kept> =>
  ask('report', sent);
export const readReceipt = (code: string): Promise<Seen> => ask('receipt', { code });
export const add = (code: string, text: string): Promise<Seen> => ask('addition', { code, text });

async function ask<T>(step: string, body?: object): Promise<T> {
  const response = await reach(step, body);
  const said = (await response.json().catch(() => ({}))) as T & object;
  if (!response.ok) throw new Problem(response.status, said);
  return said;
}

async function reach(step: string, body: object | undefined): Promise<Response> {
  try {
    return await fetch(`${DOOR}${step}`, {
      method: body ? 'POST' : 'GET',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache: 'no-store',
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    });
  } catch {
    throw new Problem(0, {
      title: 'Humdrum cannot be reached.',
      detail: 'Nothing was sent; what you wrote is still here. Try again when the connection is back.',
    });
  }
}
