/** Who asks: a person by the cookie of a session, or a program by a token. Anything doubtful is nobody. */
import { defaultKeyHasher } from '@better-auth/api-key';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '#platform/clock.ts';
import type { Db } from '#platform/db/database.ts';
import type { Caller, Role } from '#platform/http/app.ts';
import { hashOf, sameHash } from './hash.ts';
import type { Library } from './library.ts';
import { refuseOtherSites } from './own-site.ts';

export const ROLES = ['viewer', 'responder', 'administrator'] as const satisfies Role[];
/** The token of HUMDRUM_API_TOKEN has no login. */
export const BOOTSTRAP = 'bootstrap';
const KNOWN_SECONDS = 5;
const KNOWN_MAX = 2000;
const TOKEN_CHARACTERS_MAX = 200;
const COOKIE_CHARACTERS_MAX = 500;
const SESSION_COOKIE = /(?:^|;\s*)(?:__Secure-)?humdrum\.session_token=([^;]+)/;
const LAST_USED_SECONDS = 60;

const tokenRole = z.object({ role: z.enum(ROLES), actsAsLogin: z.boolean().default(false) });
const tokenScopes = z.object({ api: z.array(z.string()) });

export type CallersParts = {
  db: Db;
  clock: Clock;
  library: Library;
  url: string | undefined;
  apiToken: string | undefined;
};

export type Callers = {
  authenticate(request: FastifyRequest): Promise<Caller | undefined>;
  /** After a session or token ended, a role changed or a login was disabled: what was known is asked again. */
  forget(): void;
};

export function createCallers(parts: CallersParts): Callers {
  const { db, clock, library } = parts;
  const bootstrapHash = parts.apiToken ? hashOf(parts.apiToken) : undefined;
  const known = new Map<string, { caller: Caller; until: Temporal.Instant }>();
  let generation = 0;

  async function byToken(token: string): Promise<Caller | undefined> {
    if (token.length > TOKEN_CHARACTERS_MAX) return undefined;
    if (bootstrapHash && sameHash(hashOf(token), bootstrapHash)) return bootstrap();
    const hash = await defaultKeyHasher(token);
    const caller = remembered(hash);
    if (caller) return caller;
    const asked = generation;
    const found = await findToken(db, hash, clock.now());
    if (found) remember({ key: hash, asked, expiresAt: found.expiresAt }, found.caller);
    return found?.caller;
  }

  async function bySession(request: FastifyRequest): Promise<Caller | undefined> {
    const value = SESSION_COOKIE.exec(request.headers.cookie ?? '')?.[1];
    if (!value || value.length > COOKIE_CHARACTERS_MAX) return undefined;
    const caller = remembered(value) ?? (await findSession(request.headers.cookie ?? '', value));
    if (caller) refuseOtherSites(request, parts.url);
    return caller;
  }

  async function findSession(cookie: string, value: string): Promise<Caller | undefined> {
    const asked = generation;
    const found = await library.api.getSession({
      headers: new Headers({ cookie }),
      query: { disableRefresh: true },
    });
    if (!found) return undefined;
    const login = await db
      .selectFrom('login')
      .leftJoin('person', (join) =>
        join.onRef('person.login_id', '=', 'login.id').on('person.archived_at', 'is', null),
      )
      .select(['login.id', 'login.name', 'login.role', 'login.disabled_at'])
      .select(['person.id as person_id', 'person.name as person_name'])
      .where('login.id', '=', found.user.id)
      .executeTakeFirst();
    if (!login || login.disabled_at) return undefined;
    const caller: Caller = {
      kind: 'person',
      loginId: login.id,
      personId: login.person_id ?? undefined,
      name: login.person_name ?? login.name,
      role: login.role as Role,
      scopes: [],
      sessionId: found.session.id,
    };
    remember({ key: value, asked, expiresAt: undefined }, caller);
    return caller;
  }

  function remembered(key: string): Caller | undefined {
    const found = known.get(key);
    if (found && Temporal.Instant.compare(found.until, clock.now()) > 0) return found.caller;
    known.delete(key);
    return undefined;
  }

  /** What was asked before something ended must not be remembered after it. */
  function remember(
    { key, asked, expiresAt }: { key: string; asked: number; expiresAt: Temporal.Instant | undefined },
    caller: Caller,
  ): void {
    if (asked !== generation) return;
    if (known.size >= KNOWN_MAX) known.clear();
    const soon = clock.now().add({ seconds: KNOWN_SECONDS });
    const until = expiresAt && Temporal.Instant.compare(expiresAt, soon) < 0 ? expiresAt : soon;
    known.set(key, { caller, until });
  }

  return {
    authenticate: async (request) => {
      const { authorization } = request.headers;
      if (authorization === undefined) return bySession(request);
      const token = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
      return token ? byToken(token) : undefined;
    },
    forget() {
      generation += 1;
      known.clear();
    },
  };
}

function bootstrap(): Caller {
  return {
    kind: 'token',
    loginId: BOOTSTRAP,
    personId: undefined,
    name: 'Bootstrap token',
    role: 'administrator',
    scopes: [],
    sessionId: undefined,
  };
}

/** A token never does more than its login may, and stops with it. */
async function findToken(db: Db, hash: string, now: Temporal.Instant) {
  const row = await db
    .selectFrom('api_token')
    .leftJoin('login', 'login.id', 'api_token.login_id')
    .leftJoin('person', (join) =>
      join.onRef('person.login_id', '=', 'login.id').on('person.archived_at', 'is', null),
    )
    .select([
      'api_token.id',
      'api_token.name',
      'api_token.login_id',
      'api_token.expires_at',
      'api_token.last_request',
    ])
    .select([
      'api_token.permissions',
      'api_token.metadata',
      'login.role',
      'login.disabled_at',
      'person.id as person_id',
    ])
    .where('api_token.key', '=', hash)
    .where('api_token.enabled', 'is not', false)
    .where((where) =>
      where.or([where('api_token.expires_at', 'is', null), where('api_token.expires_at', '>', now)]),
    )
    .executeTakeFirst();
  if (!row || row.disabled_at || (!row.role && row.login_id !== BOOTSTRAP)) return undefined;
  const rights = tokenRights(row);
  const role = row.role ? lesser(rights.role, row.role as Role) : rights.role;
  await noteUse(db, row, now);
  const caller: Caller = {
    kind: 'token',
    loginId: row.login_id,
    personId: rights.actsAsLogin ? (row.person_id ?? undefined) : undefined,
    name: row.name ?? 'Token',
    role,
    scopes: rights.scopes,
    sessionId: undefined,
  };
  return { caller, expiresAt: row.expires_at ?? undefined };
}

/** What a kept token may do; anything unreadable falls back to the least. */
export function tokenRights(row: { metadata: string | null; permissions: string | null }) {
  const metadata = tokenRole.safeParse(parseTwice(row.metadata));
  const permissions = tokenScopes.safeParse(parseTwice(row.permissions));
  return {
    role: metadata.success ? metadata.data.role : ('viewer' as const),
    actsAsLogin: metadata.success && metadata.data.actsAsLogin,
    scopes: permissions.success && permissions.data.api.length ? permissions.data.api : ['read'],
  };
}

/** The library writes JSON, in some versions as a JSON text inside JSON. */
function parseTwice(text: string | null): unknown {
  try {
    const once: unknown = JSON.parse(text ?? 'null');
    return typeof once === 'string' ? JSON.parse(once) : once;
  } catch {
    return undefined;
  }
}

function lesser(one: Role, other: Role): Role {
  return ROLES.indexOf(one) < ROLES.indexOf(other) ? one : other;
}

async function noteUse(
  db: Db,
  row: { id: string; last_request: Temporal.Instant | null },
  now: Temporal.Instant,
): Promise<void> {
  const before = now.subtract({ seconds: LAST_USED_SECONDS });
  if (row.last_request && Temporal.Instant.compare(row.last_request, before) > 0) return;
  await db.updateTable('api_token').set({ last_request: now }).where('id', '=', row.id).execute();
}
