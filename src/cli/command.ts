/** What every command of the command line is, and what it may use of the world. */
import type { Clock } from '#platform/clock.ts';

/** 0: done. 1: something could not be read. 2: asked for wrongly. 3: done, and what was looked for is there (`--fail`). */
export type ExitCode = 0 | 1 | 2 | 3;

export type World = {
  input: AsyncIterable<Buffer>;
  out(text: string): Promise<void>;
  error(text: string): void;
  clock: Clock;
};

export type Command = {
  name: string;
  /** One line for the list of commands. */
  does: string;
  help: string;
  /** @throws WrongUse when the arguments make no sense */
  run(args: string[], world: World): Promise<ExitCode>;
};

/** Arguments that make no sense; the message says which, and what to write instead. */
export class WrongUse extends Error {}
