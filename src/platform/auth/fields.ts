/** The fields of the accounts' routes, with their limits. */
import { z } from 'zod';
import { filled } from '#platform/http/fields.ts';
import { isZone } from '#platform/zones.ts';
import { ROLES } from './callers.ts';
import { PASSWORD_CHARACTERS_MAX, PASSWORD_CHARACTERS_MIN } from './library.ts';

export const role = z.enum(ROLES);
export const email = z.email('must be an email address').max(254);
export const personName = filled(120);
export const zone = z
  .string()
  .max(64)
  .refine(isZone, 'must be an IANA time zone such as Europe/Berlin')
  .default('UTC');
export const newPassword = z
  .string()
  .min(PASSWORD_CHARACTERS_MIN, `must have at least ${PASSWORD_CHARACTERS_MIN} characters`)
  .max(PASSWORD_CHARACTERS_MAX);
/** A password that is only compared; longer ones are refused before they cost anything. */
export const password = z.string().min(1).max(PASSWORD_CHARACTERS_MAX);
export const linkSecret = z.string().min(16).max(100);
export const instant = z.iso.datetime();
export const id = z.string().regex(/^[\w-]{1,64}$/, 'is not an id');
export const byId = z.object({ id });
export const nothing = z.null().describe('Nothing.');
