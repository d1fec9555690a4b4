/** A vendor's server for tests: keeps what it was asked, and answers as it is told. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Asked = {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  bytes: Buffer;
  body: string;
};

export type Answering = {
  status?: number;
  headers?: Record<string, string>;
  body?: string | object | Uint8Array;
  /** Never answers at all. */
  hangs?: boolean;
  /** Begins to answer, and then falls silent. */
  stalls?: boolean;
};

export type Vendor = {
  url: string;
  asked: Asked[];
  /** What was asked of addresses that begin like this. */
  at(path: string): Asked[];
  /** From now on; the first path that fits decides. */
  answer(path: string, how: Answering | ((asked: Asked) => Answering | Promise<Answering>)): void;
  stop(): Promise<void>;
};

export async function startVendor(): Promise<Vendor> {
  const asked: Asked[] = [];
  const answers: { path: string; how: Answering | ((asked: Asked) => Answering | Promise<Answering>) }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const { method = '', url: path = '', headers } = request;
      const one = { method, path, headers, bytes, body: bytes.toString('utf8') };
      asked.push(one);
      const known = answers.find((each) => path.startsWith(each.path))?.how ?? {};
      void Promise.resolve(typeof known === 'function' ? known(one) : known).then((how) =>
        send(response, how),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    at: (path) => asked.filter((each) => each.path.startsWith(path)),
    answer: (path, how) => void answers.unshift({ path, how }),
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function send(response: ServerResponse, how: Answering): void {
  const { status = 200, headers = {}, body = 'ok', hangs, stalls } = how;
  if (hangs) return;
  // Whoever asked may have gone away before the end of a long answer.
  response.on('error', () => {});
  const bytes = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  response.writeHead(status, headers);
  if (stalls) response.write(bytes);
  else response.end(bytes);
}
