/** Puts together what a request is made of, and shows that request with everything secret masked. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Db } from '#platform/db/database.ts';
import type { Ask } from '#platform/http/outbound.ts';
import type { Platform } from '#platform/platform.ts';
import type { Lever } from './store.ts';
import type { Order } from './targets/target.ts';
import type { Value } from './words.ts';

const MASK = '••••••';
const KEY_CHARACTERS = 43;

export type Service = { id: string; name: string; slug: string };

export async function serviceCalled(db: Db, id: string | null | undefined): Promise<Service | undefined> {
  if (!id) return undefined;
  return db.selectFrom('service').select(['id', 'name', 'slug']).where('id', '=', id).executeTakeFirst();
}

export async function nameOfParty(db: Db, id: string | null): Promise<string | undefined> {
  if (!id) return undefined;
  const row = await db.selectFrom('third_party').select('name').where('id', '=', id).executeTakeFirst();
  return row?.name;
}

/** Inputs, and what we fill in ourselves. */
export function knownOf(
  values: Record<string, Value>,
  about: { service?: string | undefined; thirdParty?: string | undefined; incident?: number | undefined },
): Record<string, Value> {
  return {
    ...values,
    ...(about.service ? { service: about.service } : {}),
    ...(about.thirdParty ? { third_party: about.thirdParty } : {}),
    ...(about.incident ? { incident: `INC-${about.incident}` } : {}),
  };
}

/** The address that answers for this run alone. Its key holds as long as the run is awaited. */
export function callbackUrl(
  { config, secret }: Pick<Platform, 'config' | 'secret'>,
  runId: string,
): string | undefined {
  return config.url ? `${config.url}/hooks/lever/${runId}.${keyOf(secret, runId)}` : undefined;
}

function keyOf(secret: string, runId: string): string {
  return createHmac('sha256', secret).update(`lever run ${runId}`).digest('base64url');
}

/** @returns the run that a key answers for, undefined for a forged one */
export function runOfKey(secret: string, key: string): string | undefined {
  const [runId = '', mac = '', ...more] = key.split('.');
  if (more.length || mac.length !== KEY_CHARACTERS) return undefined;
  const right = Buffer.from(keyOf(secret, runId));
  const given = Buffer.from(mac);
  return right.length === given.length && timingSafeEqual(right, given) ? runId : undefined;
}

export type ShownRequest = {
  method: string;
  url: string;
  headers: { name: string; value: string }[];
  body: string;
};

/** @returns the exact request, with its secrets masked */
export function masked({ method, url, headers = {}, body = '' }: Ask, order: Order): ShownRequest {
  const { secrets, callbackUrl: callback } = order;
  const secret = (name: string) => name in secrets.headers || /^(authorization|private-token)$/.test(name);
  const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
  return {
    method,
    url,
    headers: Object.entries(headers).map(([name, value]) => ({
      name,
      value: secret(name) ? MASK : name === 'webhook-signature' ? `v1,${MASK}` : value,
    })),
    body: callback ? text.replaceAll(callback, callback.replace(/\.[\w-]+$/, `.${MASK}`)) : text,
  };
}

export function orderOf(
  platform: Pick<Platform, 'config' | 'secret'>,
  what: {
    runId: string;
    lever: Lever;
    effect: string;
    values: Record<string, Value>;
    known: Record<string, Value>;
    incident: { id: string; number: number } | undefined;
    service: Service | undefined;
    askedBy: string;
    askedAt: Temporal.Instant;
    dryRun: boolean;
    now: Temporal.Instant;
  },
): Order {
  const { lever, ...rest } = what;
  const { target } = lever;
  const calledBack = target.kind === 'webhook' && target.answer.by === 'callback';
  return {
    ...rest,
    lever: { id: lever.id, name: lever.name },
    target,
    secrets: lever.secrets,
    known: { ...what.known, run: what.runId },
    callbackUrl: calledBack ? callbackUrl(platform, what.runId) : undefined,
  };
}
