/** `humdrum mirror <page or file>`: what a status page told people, and how long it was silent. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Refused } from '#platform/errors.ts';
import { type Command, type ExitCode, type World, WrongUse } from '../command.ts';
import { mirrorText } from './as-text.ts';
import { readSource } from './fetch.ts';
import { mirrorPicture, PICTURE_ROWS_MAX } from './picture.ts';
import { printable, recordOf } from './record.ts';

/** Statuspage publishes no more, whatever is asked for. */
const STATUSPAGE_LIST_MAX = 50;

export const mirrorCommand: Command = {
  name: 'mirror',
  does: 'shows what any status page told people, and how long it was silent',
  help: `humdrum mirror <status page address or file> [--picture out.svg]

Reads the public incidents of a status page (a Statuspage, or one of Humdrum's) and prints for each the line of beats:
when people heard something, silences of more than 30 minutes, messages that named the time of the next; and the sum.

  humdrum mirror https://www.githubstatus.com
  humdrum mirror https://status.example.com/api/v2/incidents.json --picture silence.svg
  humdrum mirror incidents.json          Statuspage's JSON, or a list of incidents
  humdrum mirror incidents.jsonl         one incident on each line

  --picture FILE   also draws it, as an SVG; of more than ${PICTURE_ROWS_MAX} incidents the newest ${PICTURE_ROWS_MAX}

A Statuspage publishes its newest ${STATUSPAGE_LIST_MAX} incidents only; keep its JSON now and then to see more.
Maintenance and incidents without impact are left out. What a page said is read as English.
No account is needed, and nothing is sent but the question for that JSON.
`,
  run: mirror,
};

async function mirror(args: string[], world: World): Promise<ExitCode> {
  const { given, picture } = asked(args);
  const { body, name, living } = await readSource(given);
  const record = recordOf(body, printable(name));
  if (!record)
    throw new Refused('invalid', `${given} holds no incidents of a status page.`, {
      mend: "What can be read is Statuspage's incidents.json, or one incident of it on each line.",
    });
  const until = living ? world.clock.now().epochMilliseconds : undefined;
  await world.out(mirrorText(record, until));
  const listed = record.incidents.length + record.leftOut + record.unreadable;
  if (living && listed === STATUSPAGE_LIST_MAX)
    await world.out(
      `The page publishes its newest ${STATUSPAGE_LIST_MAX} incidents; older ones are not in this.\n`,
    );
  if (picture !== undefined) {
    await writeFile(picture, mirrorPicture(record, until)).catch((error: NodeJS.ErrnoException) => {
      throw new Refused('invalid', `The picture could not be written to "${picture}" (${error.code}).`);
    });
    await world.out(`The picture is in ${picture}.\n`);
  }
  return record.unreadable > 0 ? 1 : 0;
}

function asked(args: string[]): { given: string; picture: string | undefined } {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { picture: { type: 'string' } },
    });
    const [given, ...rest] = positionals;
    if (given === undefined)
      throw new WrongUse('say which page or file: humdrum mirror https://status.example.com');
    if (rest.length) throw new WrongUse(`one page or file at a time; "${rest[0]}" is one too many.`);
    return { given, picture: values.picture };
  } catch (error) {
    if (error instanceof WrongUse) throw error;
    throw new WrongUse((error as Error).message);
  }
}
