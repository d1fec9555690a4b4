/** Sends events as fast as the answers come, one at a time per connection; prints what was accepted. A process of its own. */
import { connect, type Socket } from 'node:net';

export type Load = {
  port: number;
  path: string;
  /** PagerDuty's shape, one by one: `events` or `changes`; `alerts`: Alertmanager's, `batch` in each request. */
  shape: 'events' | 'changes' | 'alerts';
  key: string;
  connections: number;
  batch: number;
  services: number;
  seconds: number;
  /** Ends earlier, after so many requests. */
  requestsMax?: number;
  /** Distinguishes the keys of one round from those of another. */
  round: string;
};
export type Loaded = {
  accepted: number;
  refused: number;
  perSecond: number;
  medianMilliseconds: number;
  p99Milliseconds: number;
};

const NEWLINES = Buffer.from('\r\n\r\n');

async function main(load: Load): Promise<Loaded> {
  const times: number[] = [];
  const counts = { sent: 0, accepted: 0, refused: 0 };
  let number = 0;
  const start = performance.now();
  const end = start + load.seconds * 1000;
  const next = (): Buffer => requestOf(load, number++);
  await Promise.all(Array.from({ length: load.connections }, () => drive(load, next, end, times, counts)));
  const seconds = (performance.now() - start) / 1000;
  times.sort((one, other) => one - other);
  return {
    accepted: counts.accepted * load.batch,
    refused: counts.refused,
    perSecond: (counts.accepted * load.batch) / seconds,
    medianMilliseconds: times[times.length >> 1] ?? 0,
    p99Milliseconds: times[Math.floor(times.length * 0.99)] ?? 0,
  };
}

function drive(
  load: Load,
  next: () => Buffer,
  end: number,
  times: number[],
  counts: { sent: number; accepted: number; refused: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(load.port, '127.0.0.1');
    socket.setNoDelay(true);
    let sentAt = 0;
    let kept = Buffer.alloc(0);
    const send = (): void => {
      if (performance.now() >= end || counts.sent >= (load.requestsMax ?? Number.POSITIVE_INFINITY)) {
        socket.destroy();
        resolve();
        return;
      }
      counts.sent++;
      sentAt = performance.now();
      socket.write(next());
    };
    socket.on('connect', send).on('error', reject);
    socket.on('data', (chunk: Buffer<ArrayBuffer>) => {
      kept = kept.length ? Buffer.concat([kept, chunk]) : chunk;
      const status = completeAnswer(kept);
      if (status === 0) return;
      kept = Buffer.alloc(0);
      times.push(performance.now() - sentAt);
      if (status >= 200 && status < 300) counts.accepted++;
      else counts.refused++;
      send();
    });
  });
}

/** The status of an answer that has arrived in full, else 0. */
function completeAnswer(bytes: Buffer): number {
  const head = bytes.indexOf(NEWLINES);
  if (head < 0) return 0;
  const text = bytes.toString('latin1', 0, head);
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? 0);
  return bytes.length >= head + 4 + length ? Number(text.slice(9, 12)) : 0;
}

function requestOf(load: Load, number: number): Buffer {
  const body = bodyOf(load, number);
  return Buffer.from(
    `POST ${load.path} HTTP/1.1\r\nHost: 127.0.0.1:${load.port}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function bodyOf(load: Load, number: number): string {
  if (load.shape === 'events') return eventOf(load, number);
  if (load.shape === 'changes') return changeOf(load, number);
  return JSON.stringify(
    Array.from({ length: load.batch }, (_, index) => alertOf(load, number * load.batch + index)),
  );
}

/** As long as an event, so that the two are compared fairly. */
function changeOf(load: Load, number: number): string {
  const service = `service-${number % load.services}`;
  return `{"routing_key":"${load.key}","payload":{"summary":"${service} 4.${number % 50}.${number} deployed to production by the pipeline","source":"pipeline-${number % 97}.ci.example","timestamp":"${new Date().toISOString()}","custom_details":{"service":"${service}","environment":"production","region":"eu-1","round":"${load.round}","number":${number}}},"links":[{"href":"https://ci.example/runs/${number}","text":"Run"}]}`;
}

function eventOf(load: Load, number: number): string {
  const service = `service-${number % load.services}`;
  return `{"routing_key":"${load.key}","event_action":"trigger","dedup_key":"${load.round}/${number}","payload":{"summary":"${service} answers 5xx to 12% of requests for 5m","source":"node-${number % 97}.prod.example","severity":"error","component":"${service}","group":"payments","class":"error-rate","custom_details":{"rate":"12%","region":"eu-1","number":${number}}},"links":[{"href":"https://grafana.example/d/1","text":"Dashboard"}]}`;
}

function alertOf(load: Load, number: number): object {
  const service = `service-${number % load.services}`;
  return {
    labels: {
      alertname: 'High5xx',
      service,
      severity: 'error',
      instance: `node-${number % 97}.prod.example:9100`,
      round: load.round,
      number: String(number),
    },
    annotations: {
      summary: `${service} answers 5xx to 12% of requests for 5m`,
      runbook_url: 'https://wiki.example/rb/5',
    },
    generatorURL: 'https://prom.example/graph',
  };
}

if (import.meta.main) console.log(JSON.stringify(await main(JSON.parse(process.argv[2] ?? '') as Load)));
