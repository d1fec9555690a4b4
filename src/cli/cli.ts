/** The command line: finds the command, shows help, and says clearly what was asked for wrongly. */
import { Failed, Refused } from '#platform/errors.ts';
import { type Command, type ExitCode, type World, WrongUse } from './command.ts';
import { exportStatusCommand } from './export-status.ts';
import { lintCommand } from './lint.ts';
import { mirrorCommand } from './mirror/mirror.ts';

/** All commands that need no running server, in the order of the help. */
const COMMANDS: Command[] = [lintCommand, mirrorCommand, exportStatusCommand];

const ASKS_FOR_HELP = ['help', '--help', '-h'];

/** @returns the exit code; everything else is said in `world` */
export async function runCli(args: string[], world: World): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined || ASKS_FOR_HELP.includes(name)) return help(rest[0], world);
  const command = COMMANDS.find((each) => each.name === name);
  if (!command) {
    world.error(`humdrum: there is no command "${name}".\n\n${overview()}`);
    return 2;
  }
  if (rest.some((each) => each === '--help' || each === '-h')) return help(name, world);
  try {
    return await command.run(rest, world);
  } catch (error) {
    return explained(error, command, world);
  }
}

function explained(error: unknown, command: Command, world: World): ExitCode {
  if (error instanceof WrongUse) {
    world.error(`humdrum ${command.name}: ${error.message}\nhumdrum help ${command.name} says more.\n`);
    return 2;
  }
  if (error instanceof Refused || error instanceof Failed) {
    const mend = error instanceof Refused && error.mend ? ` ${error.mend}` : '';
    world.error(`humdrum ${command.name}: ${error.message}${mend}\n`);
    return 1;
  }
  throw error;
}

async function help(name: string | undefined, world: World): Promise<ExitCode> {
  const command = COMMANDS.find((each) => each.name === name);
  if (name !== undefined && !command) {
    world.error(`humdrum: there is no command "${name}".\n\n${overview()}`);
    return 2;
  }
  await world.out(command ? command.help : overview());
  return 0;
}

function overview(): string {
  const lines = [
    ['start', 'starts Humdrum in this folder; its data lies in ./data'],
    ['demo', 'starts it on a throw-away database filled with a believable month'],
    ...COMMANDS.map(({ name, does }) => [name, does]),
    ['help [command]', 'says more about a command'],
    ['--version', 'prints the version'],
  ];
  return `humdrum <command>\n\n${lines.map(([name = '', does]) => `  ${name.padEnd(16)} ${does}`).join('\n')}\n`;
}
