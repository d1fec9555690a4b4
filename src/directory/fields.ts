/** The fields of the directory, with their limits; the routes and the YAML file share them. */
import { z } from 'zod';
import { filled, text } from '#platform/http/fields.ts';
import { isZone } from '#platform/zones.ts';

const NAME_CHARACTERS_MAX = 120;
const REFERENCES_MAX = 500;
const CHANNELS_MAX = 6;
// A topic of the push server, or the full address of one elsewhere.
const PUSH_ADDRESS = /^([-_A-Za-z0-9]{1,64}|https?:\/\/[^\s]{1,190}\/[-_A-Za-z0-9]{1,64})$/;

export const name = filled(NAME_CHARACTERS_MAX);
export const email = z.email('must be an email address').max(254).toLowerCase();
export const zone = z.string().max(64).refine(isZone, 'must be an IANA time zone such as Europe/Berlin');
export const slug = z
  .string()
  .max(100)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._/-]*$/,
    'must start with a letter or a digit and go on with letters, digits, ".", "_", "/" or "-"',
  );
export const publicName = filled(NAME_CHARACTERS_MAX).nullable();
export const description = text(2000);
export const region = filled(60).nullable();
export const statusUrl = z
  .url({ protocol: /^https?$/, error: 'must be an address such as https://status.example.com' })
  .max(500)
  .nullable();
export const phone = filled(40).nullable();
/** A free word; the usual ones are offered where it is typed. */
export const contactRole = filled(40).nullable();
export const language = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a language such as en or pt-BR');

export const id = z.string().regex(/^[\w-]{1,64}$/, 'is not an id');
export const ids = z
  .array(id)
  .max(REFERENCES_MAX)
  .transform((list) => [...new Set(list)]);

export const newChannel = z
  .object({ kind: z.enum(['app', 'email', 'push']), address: text(254).default('') })
  .superRefine(({ kind, address }, context) => {
    if (kind === 'push' && !PUSH_ADDRESS.test(address))
      context.addIssue({
        code: 'custom',
        path: ['address'],
        message: 'must be a push topic, or an address such as https://ntfy.example.com/my-topic',
      });
    if (kind === 'email' && !z.email().safeParse(address).success)
      context.addIssue({ code: 'custom', path: ['address'], message: 'must be an email address' });
  });
export const newChannels = z
  .array(newChannel)
  .max(CHANNELS_MAX)
  .describe(
    'In the order in which they are tried. `app` needs no address; `push` takes a topic of the push server.',
  );

/** As kept: `testedAt` is when a test page last came through. */
export const channel = z.object({
  kind: z.enum(['app', 'email', 'push']),
  address: z.string(),
  testedAt: z.string().nullable(),
});
export type Channel = z.infer<typeof channel>;
export type NewChannel = z.infer<typeof newChannel>;

/** Reads what is kept; entries that nobody understands any more are left out. */
export function channelsOf(kept: unknown): Channel[] {
  if (!Array.isArray(kept)) return [];
  return kept.flatMap((each) => {
    const parsed = channel.safeParse({ testedAt: null, ...(each as object) });
    return parsed.success ? [parsed.data] : [];
  });
}

/** A channel that stays as it was keeps its test; a changed one has to be tested again. */
export function withTests(wanted: NewChannel[], before: Channel[]): Channel[] {
  return wanted.map(({ kind, address }) => {
    const known = before.find((each) => each.kind === kind && each.address === address);
    return { kind, address: kind === 'app' ? '' : address, testedAt: known?.testedAt ?? null };
  });
}

const STILL_WORKS_CHARACTERS_MAX = 500;

export const stillWorks = text(STILL_WORKS_CHARACTERS_MAX)
  .transform((words) => words || null)
  .nullable()
  .describe('What still works for clients when it fails, in words that they may read');
