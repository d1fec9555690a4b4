/** The code that a reporter keeps: shown once, kept as its hash. Pure. */
import { createHash } from 'node:crypto';
import { newSecret } from '#platform/ids.ts';

const CHARACTERS = 16;
const GROUP = 4;

/** @returns for example `7M3K-Q0V9-X2HD-8R4T` (80 random bits) */
export function newReceipt(): string {
  return grouped(newSecret().slice(0, CHARACTERS).toUpperCase());
}

/** However it was typed: small letters, without the dashes, the letter O for a zero. */
export function hashOfReceipt(typed: string): string {
  const code = typed
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
  return createHash('sha256').update(grouped(code)).digest('hex');
}

function grouped(code: string): string {
  return code.match(new RegExp(`.{1,${GROUP}}`, 'g'))?.join('-') ?? '';
}
