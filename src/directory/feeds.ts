/** Where a third party says how it is, as the directory keeps it: the kinds of status feeds, the components that matter, our own check. */
import { z } from 'zod';
import { filled, text } from '#platform/http/fields.ts';
import { FEED_KINDS } from './feed-kinds.ts';

export const COMPONENTS_MAX = 50;
const COMPONENT_CHARACTERS_MAX = 200;
const ADDRESS_CHARACTERS_MAX = 500;

const address = z
  .url({ protocol: /^https?$/, error: 'must be an address such as https://status.example.com' })
  .max(ADDRESS_CHARACTERS_MAX)
  .overwrite((value) => value.toWellFormed());

/** In one order of fields everywhere: what is kept is compared with what is given. */
export const feed = z.object({
  kind: z.enum(FEED_KINDS),
  url: address.describe('The status page, or the exact address of its feed.'),
  components: z
    .array(filled(COMPONENT_CHARACTERS_MAX))
    .max(COMPONENTS_MAX)
    .default([])
    .transform((list) => [...new Set(list)])
    .describe('Ids or names as the feed gives them; none: all of it matters.'),
});
export type Feed = z.output<typeof feed>;

export const probe = z.object({
  url: address.describe('Asked by us once a minute; it must answer with a status below 400.'),
  text: text(200)
    .nullable()
    .default(null)
    .transform((value) => value || null)
    .describe('A text that the answer must contain.'),
});
export type Probe = z.output<typeof probe>;
