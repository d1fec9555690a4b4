/** A message as one reader gets it: the words and names of the reader's own audience, and nothing of another. Pure types and their one maker. */
import type { Confirmed, Lateness, UpdateKind, UpdateStatus } from '#incident/types.ts';
import type { Language } from './page/language.ts';
import { type AudienceKey, CLIENTS, clientOf, keyOfClient, type Text } from './text.ts';
import type { At } from './words.ts';

/** How everybody may call the incident. `publicNames`: all affected services as clients know them. */
export type AboutOutside = {
  reference: string;
  drill: boolean;
  restricted: boolean;
  publicNames: readonly string[];
};

/** How we call it ourselves: a number that counts, a title that nobody outside reads. */
export type AboutInside = AboutOutside & {
  incidentId: string;
  number: number;
  title: string;
  severity: string;
};

type Common = {
  kind: UpdateKind;
  status: UpdateStatus;
  nextAt: At | null;
  writtenAt: At;
  /** The reader's own. */
  zone: string;
  /** Of everything that no person wrote. Our own people read English. */
  language: Language;
  lateness?: Lateness | undefined;
};

export type LetterInside = Common & { readBy: 'internal'; text: Text<'internal'>; about: AboutInside };
/** `services`: the affected ones that this reader uses, by their public names. */
export type LetterOutside = Common & {
  readBy: 'client';
  text: Text<'client'>;
  about: AboutOutside;
  services: readonly string[];
};
export type Letter = LetterInside | LetterOutside;

export type Told = {
  kind: UpdateKind;
  status: UpdateStatus;
  nextAt: At | null;
  writtenAt: At;
  about: AboutInside;
  lateness?: Lateness | undefined;
  text: { audience: AudienceKey; impact: string; action: string; confirmed?: Confirmed | undefined };
  reader: {
    audience: 'internal' | 'client';
    zone: string;
    services: readonly string[];
    language?: Language | undefined;
  };
};

/** @throws when the text is not one of the reader's; the database refuses such a row before */
export function letterOf(told: Told): Letter {
  const { about, text, reader } = told;
  const { audience, ...words } = text;
  const common = commonOf(told);
  if (reader.audience === 'internal' && audience === 'internal')
    return { ...common, readBy: 'internal', text: { audience, ...words }, about };
  const client = clientOf(audience);
  if (reader.audience === 'client' && (audience === CLIENTS || client)) {
    const { reference, drill, restricted, publicNames } = about;
    return {
      ...common,
      readBy: 'client',
      text: { audience: client ? keyOfClient(client) : CLIENTS, ...words },
      about: { reference, drill, restricted, publicNames },
      services: reader.services,
    };
  }
  throw new Error(`A text for "${audience}" was about to reach a reader of "${reader.audience}".`);
}

function commonOf({ kind, status, nextAt, writtenAt, lateness, reader }: Told): Common {
  const { zone, audience, language = 'en' } = reader;
  return {
    kind,
    status,
    nextAt,
    writtenAt,
    lateness,
    zone,
    language: audience === 'client' ? language : 'en',
  };
}
