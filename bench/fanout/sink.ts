/** Takes mail as fast as it comes and keeps only when it came, by the thread that it belongs to. A process of its own. */
import { createServer, type Socket } from 'node:net';

export type Arrived = { count: number; firstAt: number; lastAt: number; readers: number };

const END = Buffer.from('\r\n.\r\n');
const THREAD = /^References: <([^@>]+)@/im;
const arrived = new Map<string, Arrived & { addresses: Set<string> }>();

function serve(socket: Socket): void {
  let kept = Buffer.alloc(0);
  let inData = false;
  let reader = '';
  socket.setNoDelay(true);
  socket.write('220 sink\r\n');
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer<ArrayBuffer>) => {
    kept = kept.length ? Buffer.concat([kept, chunk]) : chunk;
    for (;;) {
      if (inData) {
        const end = kept.indexOf(END);
        if (end < 0) return;
        note(kept.subarray(0, end).toString('latin1'), reader);
        kept = kept.subarray(end + END.length);
        inData = false;
        socket.write('250 taken\r\n');
        continue;
      }
      const line = kept.indexOf('\r\n');
      if (line < 0) return;
      const command = kept.subarray(0, line).toString('latin1');
      kept = kept.subarray(line + 2);
      if (/^RCPT/i.test(command)) reader = command;
      inData = /^DATA/i.test(command);
      socket.write(answerTo(command));
      if (/^QUIT/i.test(command)) socket.end();
    }
  });
}

function answerTo(command: string): string {
  if (/^DATA/i.test(command)) return '354 go on\r\n';
  return /^QUIT/i.test(command) ? '221 bye\r\n' : '250 ok\r\n';
}

function note(mail: string, reader: string): void {
  const thread = THREAD.exec(mail)?.[1] ?? 'none';
  const now = Date.now();
  const known = arrived.get(thread) ?? {
    count: 0,
    readers: 0,
    firstAt: now,
    lastAt: now,
    addresses: new Set<string>(),
  };
  known.count += 1;
  known.lastAt = now;
  known.addresses.add(reader);
  arrived.set(thread, known);
}

if (import.meta.main) {
  const server = createServer(serve);
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as { port: number }).port }));
  process.on('message', ({ thread }: { thread: string }) => {
    const known = arrived.get(thread);
    process.send?.({
      thread,
      arrived: known && {
        count: known.count,
        readers: known.addresses.size,
        firstAt: known.firstAt,
        lastAt: known.lastAt,
      },
    });
  });
  process.on('disconnect', () => process.exit());
}
