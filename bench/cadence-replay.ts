/** A large vendor's incidents lived through again: whether any silence past a promise goes by without a phone ringing, and whether any rings for nothing. */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { stopwatch } from '#platform/clock.ts';
import { type Counted, count, ringsWithoutDue, silencesWithoutRing } from '../test/simulation/count.ts';
import { type RealIncident, readRecord } from '../test/simulation/record.ts';
import { type Replayed, replay } from '../test/simulation/replay.ts';

// Houses side by side, each with its own stretch of the years, its own clock and its own database.
const HOUSES = 3;
const SILENCE_MINUTES = 30;
const MINUTE = 60_000;
const TOLD_EVERY = 50;

type Part = {
  counted: Counted;
  replayed: Replayed;
  unheard: number;
  needless: ReturnType<typeof ringsWithoutDue>;
};

/** @returns silences past a promise in which nobody was called, which must be none; `--incidents N` replays N of them, spread over the years */
export async function run(args: string[]): Promise<object> {
  const { values } = parseArgs({ args, options: { incidents: { type: 'string' } } });
  const record = readRecord();
  const chosen = spread(record, Number(values.incidents ?? record.length));
  const elapsed = stopwatch();
  const parts = await replayed(chosen);
  const seconds = Math.round(elapsed() / 1000);
  const total = (of: (part: Part) => number): number => parts.reduce((sum, part) => sum + of(part), 0);
  const house = {
    promised: total((part) => part.replayed.adherence.promised),
    kept: total((part) => part.replayed.adherence.kept),
  };
  const counted = {
    promised: total((part) => part.counted.promised),
    kept: total((part) => part.counted.kept),
  };
  const silences = total((part) => part.counted.silences.length);
  const value = total((part) => part.unheard);
  const pagesWithoutDue = total((part) => part.needless.length);
  const pages = total((part) => part.replayed.rings.length);
  const vendor = ofVendor(chosen);
  console.table({
    'messages that owed a next one': { vendor: vendor.owing, humdrum: counted.promised },
    'of these, named its time': { vendor: vendor.named, humdrum: counted.promised },
    'incidents with a silence over 30 min': { vendor: vendor.withSilence, humdrum: vendor.withSilence },
    'silences past a promised time': { vendor: 'nothing was promised', humdrum: silences },
    'of these, nobody was called': { vendor: 'not known', humdrum: value },
    'automatic "we are late" messages': { vendor: 0, humdrum: total((part) => part.replayed.automatic) },
    'pages sent': { vendor: '', humdrum: pages },
    'of these, with nothing due': { vendor: '', humdrum: pagesWithoutDue },
    'promises kept, in the house': { vendor: '', humdrum: `${house.kept} of ${house.promised}` },
    'promises kept, counted apart': { vendor: '', humdrum: `${counted.kept} of ${counted.promised}` },
  });
  for (const { ring, incident } of parts.flatMap((part) => part.needless))
    console.log(
      `nothing was due: ${incident} ${new Date(ring.at).toISOString()} ${ring.personId} ${ring.words}`,
    );
  console.log(`${chosen.length} incidents in ${seconds} s, as slow as they were.`);
  return {
    bench: 'cadence-replay',
    ratio: null,
    value,
    unit: 'silences past a promise without anybody paged',
    n: chosen.length,
    versions: { node: process.version },
    cores: cpus().length,
    pagesWithoutDue,
    pages,
    silences,
    adherence: house,
    adherenceCountedApart: counted,
    adherenceMatches: house.promised === counted.promised && house.kept === counted.kept,
    automaticMessages: total((part) => part.replayed.automatic),
    vendor,
    seconds,
  };
}

async function replayed(chosen: readonly RealIncident[]): Promise<Part[]> {
  const size = Math.ceil(chosen.length / HOUSES);
  const stretches = Array.from({ length: HOUSES }, (_, index) =>
    chosen.slice(index * size, (index + 1) * size),
  );
  let done = 0;
  const say = (): void => {
    done += 1;
    if (done % TOLD_EVERY === 0) console.error(`${done} of ${chosen.length} incidents`);
  };
  return Promise.all(
    stretches
      .filter((stretch) => stretch.length > 0)
      .map(async (stretch): Promise<Part> => {
        const lived = await replay(stretch, { say });
        const counted = count(stretch);
        return {
          counted,
          replayed: lived,
          unheard: silencesWithoutRing(counted.silences, lived.rings, lived.numbers).length,
          needless: ringsWithoutDue(stretch, lived.rings, lived.numbers),
        };
      }),
  );
}

function spread(record: readonly RealIncident[], wanted: number): RealIncident[] {
  if (!Number.isInteger(wanted) || wanted < 1) throw new Error('--incidents must be a whole number above 0.');
  const step = record.length / Math.min(wanted, record.length);
  return Array.from(
    { length: Math.min(wanted, record.length) },
    (_, index) => record[Math.floor(index * step)]!,
  );
}

/** The same incidents as they were: what the vendor's own messages named, and its silences. */
function ofVendor(incidents: readonly RealIncident[]): { owing: number; named: number; withSilence: number } {
  return {
    owing: incidents.reduce((sum, { saidAt }) => sum + saidAt.length - 1, 0),
    named: incidents.reduce((sum, { named }) => sum + named, 0),
    withSilence: incidents.filter(({ saidAt }) =>
      saidAt.some((at, index) => index > 0 && at - saidAt[index - 1]! > SILENCE_MINUTES * MINUTE),
    ).length,
  };
}
