/** The reference: bare nodemailer with the same pool, sending the same mail to as many readers. A process of its own. */
import { createTransport } from 'nodemailer';

export type Bare = {
  port: number;
  connections: number;
  count: number;
  thread: string;
  mail: { subject: string; text: string; html: string };
};

async function main({ port, connections, count, thread, mail }: Bare): Promise<void> {
  const transport = createTransport({
    url: `smtp://127.0.0.1:${port}`,
    pool: true,
    maxConnections: connections,
  });
  let next = 0;
  const one = async (): Promise<void> => {
    for (let number = next++; number < count; number = next++)
      await transport.sendMail({
        from: 'Hillside <status@hillside.example>',
        to: { name: `Reader ${number}`, address: `reader${number}@bench.example` },
        messageId: `<bare-${number}@hillside.example>`,
        references: [`<${thread}@hillside.example>`],
        ...mail,
      });
  };
  // Twice as many as connections, so that none of them ever waits for the next mail.
  await Promise.all(Array.from({ length: connections * 2 }, one));
  transport.close();
}

if (import.meta.main) await main(JSON.parse(process.argv[2] ?? '') as Bare);
