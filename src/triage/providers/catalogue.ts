/** The providers that are offered when a third party is added. Data; see the file for how far it may be trusted. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { FEED_KINDS, type FeedKind } from '#directory/feed-kinds.ts';

export const CATEGORIES = [
  'cloud',
  'network',
  'hosting',
  'payments',
  'messages',
  'identity',
  'code',
  'data',
  'monitoring',
  'work',
  'commerce',
  'AI',
] as const;

const https = z.url({ protocol: /^https$/, error: 'must begin with https://' });
const catalogue = z.object({
  providers: z.array(
    z.strictObject({
      name: z.string().min(1).max(60),
      kind: z.enum(FEED_KINDS).nullable(),
      feed: https.nullable(),
      homepage: https,
      category: z.enum(CATEGORIES),
    }),
  ),
});

export type CatalogueEntry = {
  name: string;
  /** Null: it has a page to look at, and no feed that a machine can read. */
  kind: FeedKind | null;
  feed: string | null;
  /** Its status page. */
  homepage: string;
  category: (typeof CATEGORIES)[number];
};

let read: CatalogueEntry[] | undefined;

/** @returns them by name; the file is read once */
export function readCatalogue(): CatalogueEntry[] {
  read ??= catalogue
    .parse(parse(readFileSync(join(import.meta.dirname, 'catalogue.yaml'), 'utf8')))
    .providers.toSorted((one, other) => one.name.localeCompare(other.name, 'en'));
  return read;
}
