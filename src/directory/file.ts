/** The directory as one YAML file: its shape, and errors that name the place in the file. */
import { LineCounter, type Node, parseDocument } from 'yaml';
import { z } from 'zod';
import { type FieldProblem, Refused } from '#platform/errors.ts';
import { filled } from '#platform/http/fields.ts';
import { brokenWords } from '#platform/yaml.ts';
import { contract, cover, minutes } from './contract.ts';
import { feed, probe } from './feeds.ts';
import {
  contactRole,
  description,
  email,
  language,
  name,
  newChannel,
  phone,
  publicName,
  region,
  slug,
  statusUrl,
  stillWorks,
  zone,
} from './fields.ts';
import { toldByInFile } from './told-by-file.ts';

export const FILE_CHARACTERS_MAX = 400 * 1024;
const ENTRIES_MAX = 2000;
const REFERENCES_MAX = 500;
const PROBLEMS_MAX = 50;

/** Another entry, by its email, slug or name. */
const reference = filled(254);
const references = z.array(reference).max(REFERENCES_MAX);
const list = <Entry extends z.ZodType>(entry: Entry) => z.array(entry).max(ENTRIES_MAX).default([]);

type ChannelGiven = z.input<typeof newChannel>;
const channelInFile = z.union(
  [
    z.literal('app').transform((): ChannelGiven => ({ kind: 'app' })),
    z
      .strictObject({ email: z.string() })
      .transform((each): ChannelGiven => ({ kind: 'email', address: each.email })),
    z
      .strictObject({ push: z.string() })
      .transform((each): ChannelGiven => ({ kind: 'push', address: each.push })),
  ],
  'must be "app", or {email: …}, or {push: …}',
);

const person = z.strictObject({
  name,
  email,
  zone: zone.optional(),
  channels: z.array(channelInFile.pipe(newChannel)).max(6).optional(),
  message_channels: toldByInFile.optional(),
});
const team = z.strictObject({ name, members: references.optional() });
const thirdParty = z.strictObject({
  name,
  status_url: statusUrl.optional(),
  feed: feed.strict().nullable().optional(),
  probe: probe.strict().nullable().optional(),
  still_works: stillWorks.optional(),
});
const service = z.strictObject({
  slug,
  name: name.optional(),
  description: description.optional(),
  public_name: publicName.optional(),
  on_public_page: z.boolean().optional(),
  owner: reference.nullable().optional(),
  region: region.optional(),
  zone: zone.optional(),
  primary: reference.nullable().optional(),
  backup: reference.nullable().optional(),
  manager: reference.nullable().optional(),
  second_team: reference.nullable().optional(),
  depends_on: references.optional(),
  third_parties: references.optional(),
});
const contact = z.strictObject({
  name,
  role: contactRole.optional(),
  email: email.nullable().optional(),
  phone: phone.optional(),
  language: language.optional(),
  zone: zone.optional(),
  channels: toldByInFile.optional(),
});
const contractInFile = z
  .strictObject({
    first_response_minutes: minutes.nullable().optional(),
    cadence_minutes: z
      .strictObject({ P1: minutes.optional(), P2: minutes.optional(), P3: minutes.optional() })
      .optional(),
    clock: z.enum(['detection', 'report']).optional(),
    needs_call: z.boolean().optional(),
  })
  .transform(
    (each): z.input<typeof contract> => ({
      firstResponseMinutes: each.first_response_minutes ?? null,
      cadenceMinutes: each.cadence_minutes ?? {},
      ...(each.clock ? { clock: each.clock } : {}),
      ...(each.needs_call === undefined ? {} : { needsCall: each.needs_call }),
    }),
  )
  .pipe(contract);
const client = z.strictObject({
  name,
  account_owner: reference.nullable().optional(),
  services: references.optional(),
  cover: cover.nullable().optional(),
  contract: contractInFile.nullable().optional(),
  contacts: z.array(contact).max(REFERENCES_MAX).optional(),
});

const shape = z.strictObject({
  people: list(person),
  teams: list(team),
  third_parties: list(thirdParty),
  services: list(service),
  clients: list(client),
});

export type DirectoryFile = z.output<typeof shape>;
export type FilePath = readonly (string | number)[];
export type Parsed = { file: DirectoryFile; where: (path: FilePath) => string };

/** @throws Refused naming every place of the file that cannot be accepted */
export function parseFile(yaml: string): Parsed {
  if (yaml.length > FILE_CHARACTERS_MAX)
    throw new Refused('too_large', 'The file is longer than 400 KB.', {
      mend: 'Split it; several files add up.',
    });
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, prettyErrors: true });
  const broken = document.errors[0];
  if (broken)
    throw new Refused('invalid', `The file is not valid YAML: ${brokenWords(broken.message)}`, {
      mend: 'Nothing was changed. Mend that line and import again.',
    });
  const where = (path: FilePath): string => {
    const text =
      path
        .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
        .join('')
        .replace(/^\./, '') || 'file';
    for (let depth = path.length; depth > 0; depth--) {
      const node = document.getIn(path.slice(0, depth), true) as Node | undefined;
      if (node?.range) return `${text} (line ${lines.linePos(node.range[0]).line})`;
    }
    return text;
  };
  const parsed = shape.safeParse(plain(document) ?? {});
  if (parsed.success) return { file: parsed.data, where };
  throw notAcceptable(
    parsed.error.issues.map((issue) => ({ path: where(issue.path as FilePath), message: issue.message })),
  );
}

function plain(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 20 });
  } catch {
    throw new Refused('invalid', 'The file refers to itself too often.', {
      mend: 'Write the entries out instead of using aliases.',
    });
  }
}

export function notAcceptable(problems: FieldProblem[]): Refused {
  const more = problems.length - PROBLEMS_MAX;
  return new Refused('invalid', 'The file cannot be imported; nothing was changed.', {
    mend:
      more > 0
        ? `Mend the places named here and import again. ${more} more are not shown.`
        : 'Mend the places named here and import again.',
    fields: problems.slice(0, PROBLEMS_MAX),
  });
}
