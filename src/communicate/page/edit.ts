/** Making and changing status pages: what may be said of one, and the one way to write it down. */
import { z } from 'zod';
import type { Tx } from '#platform/db/database.ts';
import { type FieldProblem, notFound, Refused } from '#platform/errors.ts';
import { filled } from '#platform/http/fields.ts';
import { newId } from '#platform/ids.ts';
import { knownZone } from '../words.ts';
import { whyUnreadable } from './colours.ts';
import { LANGUAGES } from './language.ts';
import { DEFAULT_PAGE, touchPages } from './pages.ts';
import { whyNoSlug } from './slug.ts';

const SERVICES_MAX = 200;
const READERS_MAX = 500;
const ADDRESS = /^[^\s@<>"']{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$/;
const DOMAIN = /^@[a-z0-9-]+(\.[a-z0-9-]+)+$/;
/** Everybody can have an address there: such a domain lists the whole world. */
const EVERYBODYS = new Set(
  '@gmail.com @googlemail.com @outlook.com @hotmail.com @live.com @yahoo.com @icloud.com @me.com @aol.com @gmx.de @gmx.net @web.de @proton.me @protonmail.com @mail.com @t-online.de'.split(
    ' ',
  ),
);

const zone = filled(64).refine(
  (value) => knownZone(value) === value,
  'must be a time zone such as Europe/Berlin or UTC',
);
const colour = z
  .string()
  .max(20)
  .transform((value) => value.trim().toLowerCase())
  .refine((value) => /^#[0-9a-f]{6}$/.test(value), 'must be a colour such as #1f4b99');
const reader = z
  .string()
  .max(320)
  .transform((value) => {
    const text = value.trim().toLowerCase();
    return text.includes('@') ? text : `@${text}`;
  })
  .refine(
    (value) => ADDRESS.test(value) || DOMAIN.test(value),
    'must be an address such as ana@example.com or a domain such as example.com',
  )
  .refine(
    (value) => !EVERYBODYS.has(value),
    'is a domain at which everybody can have an address; list the addresses one by one',
  );

export const pageBody = z.object({
  slug: z.string().max(60).optional().describe('Its place: /status/<slug>/. Not for the first page.'),
  clientId: z
    .string()
    .max(100)
    .nullable()
    .default(null)
    .describe('Whose page it is; null: a public page. It stays as it was made.'),
  name: filled(120).nullable().describe('Its heading; null on the first page: the organisation says it.'),
  zone: zone.nullable().default(null).describe('Null: the zone of the organisation.'),
  language: z.enum(LANGUAGES).default('en').describe('Of everything that no person wrote.'),
  accent: colour.nullable().default(null).describe('Links and the line on top; readable on the paper.'),
  accentDark: colour.nullable().default(null).describe('The same in the dark; null: made from the other.'),
  readers: z
    .array(reader)
    .max(READERS_MAX)
    .default([])
    .describe("Who may read a client's page besides its contacts: addresses, or domains."),
  serviceIds: z
    .array(z.string().max(100))
    .max(SERVICES_MAX)
    .optional()
    .describe("In this order. Left out on a new page of a client: all of the client's services."),
});
export type PageBody = z.output<typeof pageBody>;

/** @returns the id; @throws Refused naming every field that cannot be */
export async function savePage(
  tx: Tx,
  id: string | undefined,
  body: PageBody,
  now: Temporal.Instant,
): Promise<string> {
  const before = id
    ? await tx
        .selectFrom('status_page')
        .select(['id', 'slug', 'client_id'])
        .where('id', '=', id)
        .where('archived_at', 'is', null)
        .executeTakeFirst()
    : undefined;
  if (id && !before) throw notFound('status page', id);
  const clientId = before ? before.client_id : body.clientId;
  const slug = body.slug ?? before?.slug ?? undefined;
  refuse([
    ...slugProblems(id, slug),
    ...colourProblems(body),
    ...(body.name === null && id !== DEFAULT_PAGE
      ? [{ path: 'name', message: 'must be given; only the first page is called by the organisation' }]
      : []),
    ...(body.readers.length && !clientId
      ? [{ path: 'readers', message: 'are for the page of a client; this one is public' }]
      : []),
    ...(id === DEFAULT_PAGE && body.serviceIds
      ? [
          {
            path: 'serviceIds',
            message:
              'are not for the first page: it shows the services that are marked in the directory as on the public page',
          },
        ]
      : []),
    ...(await clientProblems(tx, before ? null : clientId)),
    ...(await slugTaken(tx, id, slug)),
  ]);
  const row = {
    slug: id === DEFAULT_PAGE ? null : slug!,
    name: body.name,
    zone: body.zone,
    language: body.language,
    accent: body.accent,
    accent_dark: body.accentDark,
    readers: [...new Set(body.readers)],
    updated_at: now,
  };
  const saved = id ?? newId('pag');
  if (before) await tx.updateTable('status_page').set(row).where('id', '=', saved).execute();
  else
    await tx
      .insertInto('status_page')
      .values({ id: saved, client_id: clientId, created_at: now, ...row })
      .execute();
  const services = body.serviceIds ?? (before ? undefined : await servicesOfClient(tx, clientId));
  if (services && saved !== DEFAULT_PAGE) await placeServices(tx, saved, clientId, services);
  await touchPages(tx, [saved], now);
  return saved;
}

function refuse(problems: FieldProblem[]): void {
  if (problems.length)
    throw new Refused('invalid', 'The page cannot be as it is described; nothing was changed.', {
      mend: 'Mend the fields named here and send again.',
      fields: problems,
    });
}

function slugProblems(id: string | undefined, slug: string | undefined): FieldProblem[] {
  if (id === DEFAULT_PAGE)
    return slug === undefined ? [] : [{ path: 'slug', message: 'the first page stays at /status/' }];
  const why = slug === undefined ? 'must be given' : whyNoSlug(slug);
  return why ? [{ path: 'slug', message: why }] : [];
}

function colourProblems({ accent, accentDark }: PageBody): FieldProblem[] {
  const light = accent && whyUnreadable(accent, 'light');
  const dark = accentDark && whyUnreadable(accentDark, 'dark');
  return [
    ...(light ? [{ path: 'accent', message: light }] : []),
    ...(dark ? [{ path: 'accentDark', message: dark }] : []),
    ...(accentDark && !accent ? [{ path: 'accent', message: 'must be given, too' }] : []),
  ];
}

async function clientProblems(tx: Tx, clientId: string | null): Promise<FieldProblem[]> {
  if (clientId === null) return [];
  const client = await tx
    .selectFrom('client')
    .select('id')
    .where('id', '=', clientId)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
  if (!client) return [{ path: 'clientId', message: `There is no client with the id "${clientId}".` }];
  const page = await tx
    .selectFrom('status_page')
    .select('slug')
    .where('client_id', '=', clientId)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
  return page ? [{ path: 'clientId', message: `has a page already: /status/${page.slug}/` }] : [];
}

async function slugTaken(tx: Tx, id: string | undefined, slug: string | undefined): Promise<FieldProblem[]> {
  if (slug === undefined) return [];
  const other = await tx
    .selectFrom('status_page')
    .select('id')
    .where('slug', '=', slug)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
  return other && other.id !== id
    ? [{ path: 'slug', message: `/status/${slug}/ is another page; choose another` }]
    : [];
}

async function servicesOfClient(tx: Tx, clientId: string | null): Promise<string[]> {
  if (clientId === null) return [];
  const rows = await tx
    .selectFrom('client_service as cs')
    .innerJoin('service as s', 's.id', 'cs.service_id')
    .select('s.id')
    .where('cs.client_id', '=', clientId)
    .where('s.public_name', 'is not', null)
    .where('s.archived_at', 'is', null)
    .orderBy('s.public_name')
    .execute();
  return rows.map((row) => row.id);
}

async function placeServices(
  tx: Tx,
  id: string,
  clientId: string | null,
  serviceIds: string[],
): Promise<void> {
  const wanted = [...new Set(serviceIds)];
  const known = wanted.length
    ? await tx
        .selectFrom('service')
        .select(['id', 'name', 'public_name'])
        .where('id', 'in', wanted)
        .where('archived_at', 'is', null)
        .execute()
    : [];
  const served = new Set(
    clientId
      ? (
          await tx
            .selectFrom('client_service')
            .select('service_id')
            .where('client_id', '=', clientId)
            .execute()
        ).map((row) => row.service_id)
      : wanted,
  );
  refuse(
    wanted.flatMap((serviceId, index) => {
      const path = `serviceIds.${index}`;
      const service = known.find((each) => each.id === serviceId);
      if (!service) return [{ path, message: `There is no service with the id "${serviceId}".` }];
      if (!service.public_name)
        return [{ path, message: `${service.name} has no public name; give it one in the directory first` }];
      return served.has(serviceId)
        ? []
        : [{ path, message: `${service.name} does not serve this client; its page cannot show it` }];
    }),
  );
  await tx.deleteFrom('status_page_service').where('page_id', '=', id).execute();
  if (wanted.length)
    await tx
      .insertInto('status_page_service')
      .values(wanted.map((service_id, position) => ({ page_id: id, service_id, position })))
      .execute();
}

/** Takes a page off the net: nobody can read it, nobody is told through it; its address may be used again. */
export async function archivePage(tx: Tx, id: string, now: Temporal.Instant): Promise<void> {
  if (id === DEFAULT_PAGE)
    throw new Refused('conflict', 'The first page cannot be taken away.', {
      mend: 'Take its services off it in the directory; then it shows none.',
    });
  const gone = await tx
    .updateTable('status_page')
    .set({ archived_at: now, updated_at: now })
    .where('id', '=', id)
    .where('archived_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (!gone) throw notFound('status page', id);
  for (const table of ['page_session', 'page_access_link', 'page_reader', 'status_page_service'] as const)
    await tx.deleteFrom(table).where('page_id', '=', id).execute();
  for (const table of ['page_document', 'page_state', 'page_touch'] as const)
    await tx.deleteFrom(table).where('page', '=', id).execute();
  await tx
    .updateTable('subscription')
    .set({ state: 'ended', ended_because: 'the page was taken away', ended_at: now, updated_at: now })
    .where('page_id', '=', id)
    .where('state', '<>', 'ended')
    .execute();
}
