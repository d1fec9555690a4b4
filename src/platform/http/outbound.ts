/** The one way to ask something of another server: limited in time and size, and never led to a private address by a name or a redirect. */
import dns, { type LookupAddress } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { pipeline, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { BadConfiguration } from '#platform/config.ts';
import { Failed } from '#platform/errors.ts';

const TIMEOUT_MILLISECONDS = 10_000;
const ANSWER_BYTES_MAX = 256 * 1024;
const REDIRECTS_MAX = 3;
// Nobody needs to pack a thing twice; whoever does wants it to grow.
const PACKINGS_MAX = 1;

export type Ask = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** False: a redirect is handed back as the answer that it is. */
  follow?: boolean;
  /** The operator named this address, so that it may be private; redirects away from its host are not trusted. */
  trusted?: boolean;
  /** For answers that take their time; without it ten seconds. */
  withinMilliseconds?: number;
  /** For answers that may be long; without it 256 KB. Counted after unpacking. */
  answerBytesMax?: number;
  /** Offers gzip, deflate and brotli, and unpacks what comes. */
  packed?: boolean;
};

export type Answered = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** As UTF-8. */
  body: string;
  /** As they came, unpacked if that was asked for. */
  bytes: Uint8Array;
};

export type Outbound = {
  /** @throws Failed when the server cannot be reached in time, answers too much, or must not be asked (permanent) */
  request(ask: Ask): Promise<Answered>;
};

// Loopback, private, link-local, carrier, documentation, multicast and reserved ranges.
const PRIVATE_4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;
const PRIVATE_6 = [
  ['::', 128],
  ['::1', 128],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001:db8::', 32],
  ['2001::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const;
const privateAddresses = new BlockList();
for (const [address, prefix] of PRIVATE_4) privateAddresses.addSubnet(address, prefix, 'ipv4');
for (const [address, prefix] of PRIVATE_6) privateAddresses.addSubnet(address, prefix, 'ipv6');

/**
 * @param allowPrivate host names, addresses or networks such as 10.1.0.0/16 that may be reached although they are private
 * @throws BadConfiguration for an entry that is none of these
 */
export function createOutbound({
  allowPrivate,
  timeoutMilliseconds = TIMEOUT_MILLISECONDS,
}: {
  allowPrivate: string[];
  timeoutMilliseconds?: number;
}): Outbound {
  const allowed = allowances(allowPrivate);
  const check = (host: string, address: string): void => {
    if (isPrivate(address) && !allowed.hosts.has(host.toLowerCase()) && !inList(allowed.networks, address))
      throw new Failed(
        `${host} is a private address, which Humdrum does not ask. An operator can allow it with HUMDRUM_ALLOW_PRIVATE.`,
        { permanent: true },
      );
  };
  return {
    async request(ask) {
      const signal = AbortSignal.timeout(ask.withinMilliseconds ?? timeoutMilliseconds);
      let current = ask;
      for (let hop = 0; hop <= REDIRECTS_MAX; hop += 1) {
        const url = addressOf(current.url);
        const response = await once(url, current, { signal, check: current.trusted ? undefined : check });
        const location = response.headers.location;
        if (
          response.statusCode === undefined ||
          response.statusCode < 300 ||
          response.statusCode >= 400 ||
          !location ||
          ask.follow === false
        )
          return read(response, url, ask);
        response.resume();
        current = redirected(current, url, new URL(location, url), response.statusCode);
      }
      throw new Failed(`${new URL(ask.url).host} sends us from one address to the next.`, {
        permanent: true,
      });
    },
  };
}

function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Failed('Only http and https addresses can be asked.', { permanent: true });
  return url;
}

/** Another host gets neither the trust nor the secrets; 301, 302 and 303 turn into a GET, as every client does. */
function redirected(ask: Ask, from: URL, to: URL, status: number): Ask {
  const sameOrigin = from.origin === to.origin;
  const keepsBody = status === 307 || status === 308;
  const headers = Object.fromEntries(
    Object.entries(ask.headers ?? {}).filter(
      ([name]) => sameOrigin || !/^(authorization|cookie)$/i.test(name),
    ),
  );
  const next: Ask = {
    method: keepsBody ? ask.method : 'GET',
    url: to.href,
    headers,
    trusted: sameOrigin && ask.trusted === true,
    ...(ask.packed ? { packed: true } : {}),
  };
  return keepsBody && ask.body !== undefined ? { ...next, body: ask.body } : next;
}

type Check = ((host: string, address: string) => void) | undefined;

function once(
  url: URL,
  ask: Ask,
  { signal, check }: { signal: AbortSignal; check: Check },
): Promise<IncomingMessage> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host)) check?.(host, host);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const length = ask.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(ask.body)) };
  const options = {
    method: ask.method,
    headers: {
      'user-agent': 'Humdrum',
      ...(ask.packed ? { 'accept-encoding': 'gzip, deflate, br' } : {}),
      ...ask.headers,
      ...length,
    },
    signal,
    agent: false as const,
    ...(check ? { lookup: checkedLookup(check) } : {}),
  };
  const request = send(url, options, resolve);
  request.on('error', (error) => reject(failure(url, error)));
  request.end(ask.body);
  return promise;
}

/** Every address that a name resolves to is checked at the moment of connecting, so that a second answer cannot differ. */
function checkedLookup(check: NonNullable<Check>): LookupFunction {
  return (hostname, options, callback) => {
    dns.lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, []);
      try {
        for (const each of addresses) check(hostname, each.address);
      } catch (refusal) {
        return callback(refusal as NodeJS.ErrnoException, []);
      }
      const [first] = addresses;
      if (options.all || !first) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

async function read(
  response: IncomingMessage,
  url: URL,
  { answerBytesMax = ANSWER_BYTES_MAX, packed }: Ask,
): Promise<Answered> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    const unpackers = packed ? unpackersOf(response, url) : [];
    const stream = unpackers.length ? (pipeline([response, ...unpackers], () => {}) as Transform) : response;
    for await (const chunk of stream) {
      bytes += (chunk as Buffer).length;
      if (bytes > answerBytesMax)
        throw new Failed(`${url.host} answered more than ${answerBytesMax / 1024} KB.`, {
          permanent: true,
          mayHaveArrived: true,
        });
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    throw failure(url, error);
  } finally {
    response.destroy();
  }
  const whole = Buffer.concat(chunks);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    get body() {
      return whole.toString('utf8');
    },
    bytes: whole,
  };
}

function unpackersOf(response: IncomingMessage, url: URL): Transform[] {
  const names = (response.headers['content-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  // No body, nothing to unpack: 204 and 304 may still name the packing of what they stand for.
  if (response.statusCode === 204 || response.statusCode === 304) return [];
  const unpackers = names.map((name) => {
    if (name === 'gzip' || name === 'x-gzip') return createGunzip();
    if (name === 'deflate') return createInflate();
    if (name === 'br') return createBrotliDecompress();
    throw new Failed(`${url.host} packs its answer as ${name.slice(0, 20)}, which we did not ask for.`, {
      permanent: true,
    });
  });
  if (unpackers.length > PACKINGS_MAX)
    throw new Failed(`${url.host} packed its answer more than once.`, { permanent: true });
  return unpackers;
}

// Nobody was connected to: the request itself never left.
const NEVER_LEFT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

function failure(url: URL, error: unknown): Failed {
  if (error instanceof Failed) return error;
  const { name, code } = error as { name?: string; code?: string };
  if (code?.startsWith('Z_') || code?.startsWith('ERR_BROTLI') || code?.startsWith('ERR__ERROR'))
    return new Failed(`${url.host} packed its answer so that it cannot be unpacked.`, { cause: error });
  const late = name === 'AbortError' || name === 'TimeoutError' || code === 'ABORT_ERR';
  return new Failed(
    late
      ? `${url.host} did not answer in time.`
      : `${url.host} could not be reached (${code ?? 'unknown error'}).`,
    { cause: error, unreachable: true, mayHaveArrived: !NEVER_LEFT.has(code ?? '') },
  );
}

export function isPrivate(address: string): boolean {
  const bare = address.replace(/%.*$/, '');
  return inList(privateAddresses, insideOf(bare) ?? bare);
}

/** An IPv4 address in IPv6 clothing (mapped, compatible or translated) is judged as what it is. @returns it, if there is one */
function insideOf(address: string): string | undefined {
  if (isIP(address) !== 6) return undefined;
  const groups = groupsOf(address);
  const [high = 0, low = 0] = groups.slice(6);
  const inside = `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
  const start = groups.slice(0, 6).join(',');
  if (start === '0,0,0,0,0,65535' || start === '0,0,0,0,65535,0') return inside;
  // ::1.2.3.4, but not :: and ::1, which are addresses of their own.
  return start === '0,0,0,0,0,0' && high !== 0 ? inside : undefined;
}

/** The eight groups of an IPv6 address, as the browser's parser writes it. */
function groupsOf(address: string): number[] {
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [start = '', end] = written.split('::');
  const left = start.split(':').filter(Boolean);
  const right = (end ?? '').split(':').filter(Boolean);
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16));
}

function inList(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

function allowances(texts: string[]): { hosts: Set<string>; networks: BlockList } {
  const hosts = new Set<string>();
  const networks = new BlockList();
  for (const text of texts) {
    const [address = '', prefix] = text.split('/');
    const family = isIP(address);
    const bits = Number(prefix ?? (family === 6 ? 128 : 32));
    if (family === 0) hosts.add(text.toLowerCase());
    else if (Number.isInteger(bits) && bits >= 0 && bits <= (family === 6 ? 128 : 32))
      networks.addSubnet(address, bits, family === 6 ? 'ipv6' : 'ipv4');
    else
      throw new BadConfiguration(
        `HUMDRUM_ALLOW_PRIVATE has "${text}", which is no host, address or network such as 10.1.0.0/16.`,
      );
  }
  return { hosts, networks };
}
