/** The server's process as `npm start` starts it, for benches that start it themselves. */
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { NODE_FLAGS } = createRequire(import.meta.url)('../scripts/hand-over.cjs') as { NODE_FLAGS: string[] };

export const SERVER = [process.execPath, ...NODE_FLAGS, join(import.meta.dirname, '../src/main.ts')];
