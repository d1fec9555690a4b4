/** The installation's secret: given by the operator, or created once and kept where every process of it can read it. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '#platform/config.ts';
import { type Database, json } from '#platform/db/database.ts';
import { newSecret } from '#platform/ids.ts';

const SETTING = 'secret';
const FILE_MODE = 0o600;
const SECRET_CHARACTERS_MIN = 32;

/**
 * @returns HUMDRUM_SECRET, else what was created once: with DATABASE_URL in the database, embedded in a file of the data folder
 * @throws Error when the kept secret is damaged: a new one would sign everybody out and break sealed settings
 */
export async function loadSecret(
  config: Pick<Config, 'secret' | 'dataFolder' | 'databaseUrl'>,
  database: Database,
  now: Temporal.Instant,
): Promise<string> {
  if (config.secret) return config.secret;
  return config.databaseUrl ? fromDatabase(database, now) : fromFile(config.dataFolder);
}

async function fromDatabase({ db }: Database, now: Temporal.Instant): Promise<string> {
  // Several processes may start at once: the first insert wins and all read the same row.
  await db
    .insertInto('setting')
    .values({ key: SETTING, value: json(newSecret() + newSecret()), updated_at: now })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
  const row = await db
    .selectFrom('setting')
    .select('value')
    .where('key', '=', SETTING)
    .executeTakeFirstOrThrow();
  return checked(String(row.value), 'the setting "secret" of the database');
}

function fromFile(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, SETTING);
  try {
    writeFileSync(file, newSecret() + newSecret(), { flag: 'wx', mode: FILE_MODE });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  chmodSync(file, FILE_MODE);
  return checked(readFileSync(file, 'utf8').trim(), file);
}

function checked(secret: string, where: string): string {
  if (secret.length >= SECRET_CHARACTERS_MIN) return secret;
  throw new Error(
    `The secret in ${where} is damaged. Restore it from a backup, or remove it to create a new one; everybody then signs in again.`,
  );
}
