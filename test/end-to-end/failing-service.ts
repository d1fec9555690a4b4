/** A service with a metric that Prometheus scrapes: it works until it is broken, and again when it is mended. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type FailingService = {
  /** `host:port` */
  address: string;
  break(): void;
  mend(): void;
  stop(): void;
};

export async function startService(metric: string): Promise<FailingService> {
  let failing = 0;
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(`# TYPE ${metric} gauge\n${metric} ${failing}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    break() {
      failing = 1;
    },
    mend() {
      failing = 0;
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
