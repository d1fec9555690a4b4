/** better-auth on our database and under our names. Only its server functions are called; its own addresses are never mounted. */
import { apiKey } from '@better-auth/api-key';
import { betterAuth } from 'better-auth';
import { APIError } from 'better-auth/api';
import type { Kysely } from 'kysely';
import { newId } from '#platform/ids.ts';
import type { Logger } from '#platform/log.ts';

export const PASSWORD_CHARACTERS_MIN = 12;
export const PASSWORD_CHARACTERS_MAX = 200;
export const TOKEN_PREFIX = 'hum_';
const SESSION_SECONDS = 30 * 24 * 3600;
const SESSION_REFRESH_SECONDS = 24 * 3600;
const TOKEN_CHARACTERS = 40;
const TOKEN_START_CHARACTERS = 10;

export type LibraryParts = {
  /** The database for libraries that expect JavaScript dates. */
  plain: Kysely<never>;
  secret: string;
  /** The public address, if it is known; https makes the cookie secure. */
  url: string | undefined;
  log: Logger;
};

export type Library = ReturnType<typeof createLibrary>;

export function createLibrary(parts: LibraryParts) {
  return betterAuth(libraryOptions(parts));
}

/** Separate from the instance, so that a test can ask whether anything is left to migrate. */
export function libraryOptions({ plain, secret, url, log }: LibraryParts) {
  return {
    appName: 'Humdrum',
    baseURL: url ?? 'http://localhost',
    basePath: '/api/v1/session/library',
    secret,
    telemetry: { enabled: false },
    logger: {
      level: 'error' as const,
      log: (_: unknown, message: string) => log.warn({ message }, 'accounts'),
    },
    database: { db: plain, type: 'postgres' as const },
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_CHARACTERS_MIN,
      maxPasswordLength: PASSWORD_CHARACTERS_MAX,
    },
    user: {
      modelName: 'login',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
      additionalFields: {
        role: { type: 'string' as const, required: true, defaultValue: 'viewer', input: false },
        disabledAt: { type: 'date' as const, required: false, input: false, fieldName: 'disabled_at' },
      },
    },
    session: {
      modelName: 'session',
      fields: {
        userId: 'login_id',
        expiresAt: 'expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
        ipAddress: 'address',
        userAgent: 'user_agent',
      },
      expiresIn: SESSION_SECONDS,
      updateAge: SESSION_REFRESH_SECONDS,
    },
    account: {
      modelName: 'account',
      fields: {
        userId: 'login_id',
        accountId: 'account_id',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    verification: {
      modelName: 'verification',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    advanced: {
      cookiePrefix: 'humdrum',
      useSecureCookies: url?.startsWith('https:') ?? false,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' as const, path: '/' },
      database: { generateId: ({ model }: { model: string }) => newId(ID_PREFIX[model] ?? 'auth') },
    },
    databaseHooks: {
      session: {
        create: { before: async (session: { userId: string }) => refuseDisabled(plain, session.userId) },
      },
    },
    plugins: [
      apiKey({
        apiKeyHeaders: 'x-humdrum-never-read',
        defaultPrefix: TOKEN_PREFIX,
        defaultKeyLength: TOKEN_CHARACTERS,
        startingCharactersConfig: { shouldStore: true, charactersLength: TOKEN_START_CHARACTERS },
        requireName: true,
        minimumNameLength: 1,
        maximumNameLength: 100,
        enableMetadata: true,
        rateLimit: { enabled: false },
        schema: { apikey: { modelName: 'api_token', fields: API_TOKEN_FIELDS } },
      }),
    ],
  };
}

const ID_PREFIX: Record<string, string> = {
  user: 'log',
  login: 'log',
  session: 'ses',
  account: 'acc',
  apikey: 'tok',
  api_token: 'tok',
};

const API_TOKEN_FIELDS = {
  configId: 'config_id',
  referenceId: 'login_id',
  refillInterval: 'refill_interval',
  refillAmount: 'refill_amount',
  lastRefillAt: 'last_refill_at',
  rateLimitEnabled: 'rate_limit_enabled',
  rateLimitTimeWindow: 'rate_limit_time_window',
  rateLimitMax: 'rate_limit_max',
  requestCount: 'request_count',
  lastRequest: 'last_request',
  expiresAt: 'expires_at',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
};

/** The last guard: whatever path asks for a session, a disabled login gets none. */
async function refuseDisabled(plain: Kysely<never>, loginId: string): Promise<void> {
  const db = plain as unknown as Kysely<{ login: { id: string; disabled_at: Date | null } }>;
  const login = await db
    .selectFrom('login')
    .select('disabled_at')
    .where('id', '=', loginId)
    .executeTakeFirst();
  if (login?.disabled_at)
    throw new APIError('FORBIDDEN', { code: 'LOGIN_DISABLED', message: 'This login is disabled.' });
}
