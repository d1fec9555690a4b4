/** Speaks to our own API: JSON in and out, and every refusal as a sentence with what to do. */
import { learnServerTime } from '../words/clock.ts';

const BASE = '/api/v1';

export type FieldProblem = { path: string; message: string };

/** What the server, or the lack of one, had to say. `title` is what happened, `detail` what to do. */
export class Problem extends Error {
  readonly status: number;
  readonly detail: string | undefined;
  readonly fields: FieldProblem[];
  readonly request: string | undefined;
  /** The whole answer, for refusals that carry more than words. */
  readonly body: unknown;
  constructor(
    status: number,
    body: { title?: string; detail?: string; fields?: FieldProblem[]; request?: string },
  ) {
    super(body.title ?? 'The server answered something unexpected.');
    this.status = status;
    this.detail = body.detail;
    this.fields = body.fields ?? [];
    this.request = body.request;
    this.body = body;
  }
}

type Query = Record<string, string | number | boolean | undefined>;

export function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') search.set(name, String(value));
  const tail = search.size ? `?${search}` : '';
  return ask<T>('GET', `${path}${tail}`, undefined, signal);
}

export const post = <T = unknown>(path: string, body: unknown = {}): Promise<T> => ask<T>('POST', path, body);
export const put = <T = unknown>(path: string, body: unknown): Promise<T> => ask<T>('PUT', path, body);
export const patch = <T = unknown>(path: string, body: unknown): Promise<T> => ask<T>('PATCH', path, body);
export const remove = <T = unknown>(path: string): Promise<T> => ask<T>('DELETE', path);

async function ask<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const response = await reach(method, path, body, signal);
  learnServerTime(response.headers.get('date'));
  const content = await response.text();
  const parsed = parse(content);
  if (!response.ok) throw new Problem(response.status, (parsed as object | undefined) ?? {});
  return parsed as T;
}

async function reach(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch(`${BASE}${path}`, {
      method,
      headers:
        body === undefined
          ? { accept: 'application/json' }
          : { accept: 'application/json', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0, {
      title: 'Humdrum cannot be reached.',
      detail:
        method === 'GET'
          ? 'What you see may be old. It is tried again by itself.'
          : 'Nothing was sent; what you wrote is still here. Try again when the connection is back.',
    });
  }
}

function parse(text: string): unknown {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

/** What a person needs to read of any failure. */
export function inWords(error: unknown): string {
  if (!(error instanceof Problem))
    return 'Something in this page went wrong. Reload it; nothing is lost on the server.';
  const fields = error.fields
    .map((each) => `${each.path.replace(/^body\.?/, '')}: ${each.message}`)
    .join('; ');
  return [error.message, fields, error.detail].filter(Boolean).join(' ');
}
