/** The channels by which people are told, as the YAML file writes them. What is secret is never in it: a shortened address stands for it. */
import { z } from 'zod';
import type { Tx } from '#platform/db/database.ts';
import {
  addressShown,
  type ChannelOwner,
  channelsOfOwners,
  isShortened,
  type NewToldChannel,
  newToldChannel,
  type ToldChannel,
} from './channels.ts';
import { TOLD_BY, type ToldBy } from './told-by.ts';

const CHANNELS_MAX = 8;

const more = { label: z.string().optional(), off: z.boolean().optional() };
const written = z
  .strictObject({
    ...(Object.fromEntries(TOLD_BY.map((kind) => [kind, z.string().optional()])) as Record<
      ToldBy,
      z.ZodOptional<z.ZodString>
    >),
    ...more,
  })
  .transform((each, context): z.input<typeof newToldChannel> => {
    const [kind, second] = TOLD_BY.filter((one) => each[one] !== undefined);
    if (!kind || second) {
      context.addIssue({
        code: 'custom',
        message: `must name one channel, such as {email: …} or {sms: …}; the kinds are ${TOLD_BY.join(', ')}`,
      });
      return z.NEVER;
    }
    const address = each[kind] ?? '';
    // Its keys are made by the browser and stay there.
    if (kind === 'web_push' && !isShortened(address)) {
      context.addIssue({
        code: 'custom',
        message: 'cannot be turned on by a file: turn notifications on in that browser, and leave this out',
      });
      return z.NEVER;
    }
    const label = each.label === undefined ? {} : { label: each.label };
    return { kind, address, ...label, ...(each.off === undefined ? {} : { off: each.off }) };
  });

/** A list in the file, in the order in which the channels are tried. */
export const toldByInFile = z.array(written.pipe(newToldChannel)).max(CHANNELS_MAX);

export type WrittenChannel = Partial<Record<ToldBy, string>> & { label?: string; off?: true };

/** @returns as the file has them; undefined for whoever has no list, so that they stay without one */
export function toldByWritten(channels: readonly ToldChannel[]): WrittenChannel[] | undefined {
  if (channels.every((each) => each.id === null)) return undefined;
  return channels.map(({ kind, address, label, offAt }) => ({
    [kind]: address,
    ...(label ? { label } : {}),
    ...(offAt ? { off: true as const } : {}),
  }));
}

/**
 * @param owner the one that is kept already
 * @returns whether the file says anything new; `unknown` are the places of shortened addresses that belong to no channel of this owner
 */
export async function compareToldBy(
  tx: Tx,
  owner: ChannelOwner | undefined,
  wanted: readonly NewToldChannel[],
): Promise<{ differs: boolean; unknown: number[] }> {
  const id = owner?.contactId ?? owner?.personId;
  const column = owner?.contactId ? 'contact_id' : 'person_id';
  const kept = id ? ((await channelsOfOwners(tx, column, [{ id, email: null }])).get(id) ?? []) : [];
  const at = (given: NewToldChannel) =>
    kept.find((each) => each.kind === given.kind && each.address === addressShown(given));
  const unknown = wanted.flatMap((given, place) => (isShortened(given.address) && !at(given) ? [place] : []));
  const differs =
    wanted.length !== kept.length ||
    wanted.some((given, place) => {
      const known = at(given);
      if (!known || known !== kept[place]) return true;
      const relabelled = given.label !== undefined && (given.label || null) !== known.label;
      return relabelled || (given.off !== undefined && given.off !== (known.offAt !== null));
    });
  return { differs, unknown };
}
