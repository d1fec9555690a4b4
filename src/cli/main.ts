/** Runs one command of the command line with this process's arguments, input and output. */
import { systemClock } from '#platform/clock.ts';
import { runCli } from './cli.ts';

// Whoever reads may stop reading, as `head` does; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runCli(process.argv.slice(2), {
  input: process.stdin,
  out: (text) =>
    new Promise((resolve) => {
      if (process.stdout.write(text)) resolve();
      else process.stdout.once('drain', resolve);
    }),
  error: (text) => void process.stderr.write(text),
  clock: systemClock(),
});
