/** Whose words are whose: a text carries its audience in its type, so that what is meant for one cannot be handed to another. Pure. */
import type { Confirmed, UpdateSent, Wording } from '#incident/types.ts';

/** Who reads: our own people, people of clients, anybody. */
export type Readership = 'internal' | 'client' | 'public';

/** Under which key a text is kept: everybody inside, all affected clients, one client alone, the public page. */
export type AudienceKey = Wording['audience'];

type Keys = { internal: 'internal'; client: 'clients' | `client:${string}`; public: 'public' };

export type Text<By extends Readership> = {
  readonly audience: Keys[By];
  readonly impact: string;
  readonly action: string;
  /** On an automatic message: what a person told this very audience last. */
  readonly confirmed?: Confirmed | undefined;
};

export const CLIENTS = 'clients';

export function keyOfClient(clientId: string): `client:${string}` {
  return `client:${clientId}`;
}

/** @returns the one client that a key means, else undefined */
export function clientOf(key: AudienceKey): string | undefined {
  return key.startsWith('client:') ? key.slice('client:'.length) : undefined;
}

/** @returns whether a message reaches anybody for whom the key stands */
export function reaches(
  update: Pick<UpdateSent, 'clientIds' | 'internal' | 'publicPage'>,
  key: AudienceKey,
): boolean {
  if (key === 'internal') return update.internal;
  if (key === 'public') return update.publicPage;
  const only = clientOf(key);
  return only === undefined ? update.clientIds.length > 0 : update.clientIds.includes(only);
}

/** The clients that read words of their own. */
export function clientsWithOwnWords(update: UpdateSent): string[] {
  return textsOf(update).flatMap(({ audience }) => clientOf(audience) ?? []);
}

/**
 * Every text of a message, one per audience that it reaches. The common words are those of all affected clients; sent to one
 * client and not to the public they are that client's alone.
 */
export function textsOf(update: UpdateSent): Text<Readership>[] {
  const own = new Map((update.wordings ?? []).map((wording) => [wording.audience, wording]));
  const text = (audience: AudienceKey): Text<Readership> => {
    const { impact, action, confirmed } = own.get(audience) ?? update;
    return { audience, impact, action, ...(confirmed ? { confirmed } : {}) };
  };
  const alone = update.clientIds.length === 1 && !update.publicPage ? update.clientIds[0] : undefined;
  const named = update.clientIds.filter((id) => id === alone || own.has(keyOfClient(id)));
  return [
    ...(update.internal ? [text('internal')] : []),
    ...named.map((id) => text(keyOfClient(id))),
    ...(named.length < update.clientIds.length ? [text(CLIENTS)] : []),
    ...(update.publicPage ? [text('public')] : []),
  ];
}
