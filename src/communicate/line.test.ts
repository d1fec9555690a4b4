/** A line sends everything once, writes everything down, gives back what it does not get to, and never has more in doubt than its limit. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createLine, type Limits } from './line.ts';

const LIMITS: Limits = { atOnce: 4, inDoubtMax: 12, recordAt: 5 };

/** Rows are numbers; each step takes a few turns, so that the steps overlap. */
function house(count: number, { claimMax = 7, limits = LIMITS, milliseconds = 60_000 } = {}) {
  const due = Array.from({ length: count }, (_, index) => index);
  const seen = { sent: [] as number[], recorded: [] as number[], back: [] as number[], inDoubt: 0, most: 0 };
  const slowly = async (turns: number) => {
    for (let each = 0; each < turns; each++) await turn();
  };
  const line = createLine<number, number>(
    {
      async claim() {
        await slowly(3);
        return due.splice(0, claimMax);
      },
      async attempt(row) {
        seen.inDoubt += 1;
        seen.most = Math.max(seen.most, seen.inDoubt);
        await slowly(1 + (row % 3));
        seen.sent.push(row);
        return row;
      },
      async record(ended) {
        await slowly(4);
        seen.recorded.push(...ended);
        seen.inDoubt -= ended.length;
      },
      async release(rows) {
        seen.back.push(...rows);
      },
    },
    limits,
    milliseconds,
  );
  return { line, seen, due };
}

const sorted = (rows: number[]) => rows.toSorted((one, other) => one - other);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

test('everything is sent once and written down once, whatever overlaps', async () => {
  for (const count of [0, 1, 5, 40, 333]) {
    const { line, seen } = house(count);
    assert.equal(await line.run(), count);
    assert.deepEqual(sorted(seen.sent), upTo(count));
    assert.deepEqual(sorted(seen.recorded), upTo(count));
    assert.ok(seen.most <= LIMITS.inDoubtMax, `${seen.most} in doubt`);
  }
});

test('asked again while it runs, it looks again and answers when all is done', async () => {
  const { line, seen, due } = house(10);
  const first = line.run();
  await turn();
  due.push(10, 11, 12);
  const second = line.run();
  await Promise.all([first, second]);
  assert.deepEqual(sorted(seen.recorded), upTo(13));
  due.push(13);
  assert.equal(await line.run(), 1);
});

test('when its time is over, what was taken and not begun is given back', async () => {
  const { line, seen } = house(30, { milliseconds: -1 });
  await line.run();
  assert.deepEqual(seen.sent, []);
  const long = house(500, { claimMax: 500, milliseconds: 2 });
  await long.line.run();
  assert.deepEqual(sorted([...long.seen.recorded, ...long.seen.back]), upTo(500 - long.due.length));
});

test('what breaks ends the run with its error, and the next run goes on', async () => {
  let broken = true;
  const recorded: number[] = [];
  const rows = [1, 2, 3];
  const line = createLine<number, number>(
    {
      claim: async () => rows.splice(0),
      attempt: async (row) => row,
      record: async (ended) => {
        if (broken) throw new Error('the database is away');
        recorded.push(...ended);
      },
      release: async () => {},
    },
    LIMITS,
    60_000,
  );
  await assert.rejects(line.run(), /the database is away/);
  broken = false;
  rows.push(4);
  assert.equal(await line.run(), 1);
  assert.deepEqual(recorded, [4]);
});
