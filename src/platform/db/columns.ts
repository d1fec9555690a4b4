/**
 * Many rows as one parameter for each column, for `unnest`. PostgreSQL takes them in its own binary form: reading as many rows
 * from one JSON document costs it more than storing them. The embedded engine takes plain lists.
 */

/** A list of one type; documents are JSON as text, a uuid is 32 hexadecimal digits. Instants keep their microseconds. */
export type Column =
  | { type: 'text' | 'json'; values: readonly (string | null)[] }
  | { type: 'uuid'; values: readonly string[] }
  | { type: 'int4'; values: readonly number[] }
  | { type: 'timestamptz'; values: readonly (Temporal.Instant | null)[] };

/** The type's number in PostgreSQL's catalogue, the same everywhere. */
const OIDS: Record<Column['type'], number> = { text: 25, json: 114, uuid: 2950, int4: 23, timestamptz: 1184 };
const DIMENSIONS = 1;
const MAY_HOLD_NULL = 1;
const FIRST_INDEX = 1;
const HEAD_BYTES = 20;
const LENGTH_BYTES = 4;
const UUID_BYTES = 16;
const NULL_LENGTH = -1;
/** PostgreSQL counts microseconds from the beginning of 2000. */
const EPOCH_MICROSECONDS = BigInt(Date.UTC(2000, 0, 1)) * 1000n;

/** @returns the parameters for `$n::<type>[]`, one for each column */
export function parametersOf(engine: 'embedded' | 'postgres', columns: readonly Column[]): unknown[] {
  return engine === 'postgres' ? columns.map(inBinary) : columns.map(asList);
}

function asList({ type, values }: Column): unknown[] {
  return type === 'timestamptz' ? values.map((each) => each?.toString() ?? null) : [...values];
}

function inBinary(column: Column): Buffer {
  const { type, values } = column;
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + sizeOf(column));
  bytes.writeInt32BE(DIMENSIONS, 0);
  bytes.writeInt32BE(MAY_HOLD_NULL, 4);
  bytes.writeInt32BE(OIDS[type], 8);
  bytes.writeInt32BE(values.length, 12);
  bytes.writeInt32BE(FIRST_INDEX, 16);
  const write = type === 'uuid' ? writeUuid : writeValue;
  let end = HEAD_BYTES;
  for (const each of values) {
    const start = end + LENGTH_BYTES;
    const length = isAbsent(each) ? NULL_LENGTH : write(bytes, each, start);
    bytes.writeInt32BE(length, end);
    end = start + Math.max(0, length);
  }
  return bytes.subarray(0, end);
}

/** What is not there although its type says so is refused by the table, as on the embedded engine. */
function isAbsent<Value>(value: Value | null | undefined): value is null | undefined {
  return value === null || value === undefined;
}

/** At most; a character has three bytes at most for each unit of its text. */
function sizeOf({ type, values }: Column): number {
  if (type !== 'text' && type !== 'json') return values.length * (LENGTH_BYTES + UUID_BYTES);
  let size = 0;
  for (const each of values) size += LENGTH_BYTES + (isAbsent(each) ? 0 : each.length * 3);
  return size;
}

/** @returns how many bytes it took */
function writeUuid(bytes: Buffer, value: unknown, start: number): number {
  return bytes.write(value as string, start, UUID_BYTES, 'hex');
}

/** @returns how many bytes it took */
function writeValue(bytes: Buffer, value: string | number | Temporal.Instant, start: number): number {
  if (typeof value === 'string') return bytes.write(value, start);
  if (typeof value === 'number') return bytes.writeInt32BE(value, start) - start;
  return bytes.writeBigInt64BE(microsecondsOf(value), start) - start;
}

// Reckoning with a time is dear, and what arrives together has one time.
let lastAt: Temporal.Instant | undefined;
let lastMicroseconds = 0n;

function microsecondsOf(at: Temporal.Instant): bigint {
  if (at !== lastAt) {
    lastAt = at;
    lastMicroseconds = at.epochNanoseconds / 1000n - EPOCH_MICROSECONDS;
  }
  return lastMicroseconds;
}
