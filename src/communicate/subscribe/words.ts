/** What subscribers and readers are told by us and by no person, in each language of a page. Pure. */
import type { Language } from '../page/language.ts';

export type OutsideWords = {
  confirmSubject(page: string): string;
  confirmText(page: string): string;
  alreadySubject(page: string): string;
  alreadyText(page: string): string;
  confirmButton: string;
  ignore: string;
  validUntil(time: string): string;
  because(page: string): string;
  change: string;
  asked: string;
  askedText: string;
  askedHook(secret: string): string;
  confirmTitle: string;
  confirmQuestion(page: string): string;
  confirmed: string;
  confirmedText: string;
  expired: string;
  expiredText: string;
  manageTitle: string;
  manageText(address: string): string;
  save: string;
  saved: string;
  stop: string;
  stopped: string;
  stoppedText: string;
  stopQuestion(address: string): string;
  doorTitle: string;
  doorText: string;
  doorButton: string;
  doorSent: string;
  doorSentText: string;
  enterTitle: string;
  enterText: string;
  enterButton: string;
  linkSubject: string;
  linkText(page: string): string;
  back: string;
  onlyYourself(address: string): string;
  badAddress: string;
  notice: Record<
    'planned' | 'changed' | 'day_before' | 'hour_before' | 'started' | 'extended' | 'finished' | 'cancelled',
    string
  >;
};

const en: OutsideWords = {
  confirmSubject: (page) => `Confirm that you want updates of ${page}`,
  confirmText: (page) => `Somebody, probably you, asked to get updates of ${page} at this address.`,
  alreadySubject: (page) => `You get updates of ${page} already`,
  alreadyText: (page) => `Somebody, probably you, asked to get updates of ${page}. You get them already.`,
  confirmButton: 'Yes, send me updates',
  ignore: 'If it was not you, do nothing: nothing will be sent.',
  validUntil: (time) => `The link works once, until ${time}.`,
  because: (page) => `You get this because you asked for updates of ${page}.`,
  change: 'Change what you hear about, or stop:',
  asked: 'Nearly done',
  askedText:
    'A link to confirm is on its way to this address. Open it within a day; nothing is sent before that.',
  askedHook: (secret) =>
    `The address is asked now. As soon as it has repeated the challenge it is told. This secret signs what it gets; it is shown only here: ${secret} If the address is told already, its secret stays as it was.`,
  confirmTitle: 'Confirm',
  confirmQuestion: (page) => `Do you want to get updates of ${page}?`,
  confirmed: 'You get updates from now on',
  confirmedText: 'Every mail has a link by which you can change or stop it.',
  expired: 'This link does not work any more',
  expiredText: 'It worked once, or its time is over. Ask for a new one.',
  manageTitle: 'Your updates',
  manageText: (address) => `What ${address} hears about.`,
  save: 'Save',
  saved: 'Saved.',
  stop: 'Stop all updates',
  stopped: 'You get no more updates',
  stoppedText: 'It ended at once.',
  stopQuestion: (address) => `Shall ${address} get no more updates?`,
  doorTitle: 'This page is private, or does not exist',
  doorText: 'If your address is listed for it, we send you a link that opens it.',
  doorButton: 'Send me a link',
  doorSent: 'Look into your mail',
  doorSentText:
    'If this address is listed for this page, a link is on its way. It works once, within 30 minutes.',
  enterTitle: 'One more click',
  enterText: 'This link opens the page on this device for 14 days.',
  enterButton: 'Open the page',
  linkSubject: 'Your link to the status page',
  linkText: (page) => `Somebody, probably you, asked for a link to ${page}.`,
  back: 'Back to the page',
  onlyYourself: (address) => `On this page only the address by which you signed in can be told: ${address}.`,
  badAddress: 'This is no address that can be written to.',
  notice: {
    planned: 'Planned maintenance',
    changed: 'Planned maintenance, changed',
    day_before: 'Planned maintenance in 24 hours',
    hour_before: 'Planned maintenance in 1 hour',
    started: 'Maintenance has begun',
    extended: 'Maintenance takes longer',
    finished: 'Maintenance is finished',
    cancelled: 'Maintenance is cancelled',
  },
};

const de: OutsideWords = {
  confirmSubject: (page) => `Bestätigen Sie, dass Sie Meldungen von ${page} erhalten wollen`,
  confirmText: (page) =>
    `Jemand, vermutlich Sie, möchte unter dieser Adresse Meldungen von ${page} erhalten.`,
  alreadySubject: (page) => `Sie erhalten bereits Meldungen von ${page}`,
  alreadyText: (page) =>
    `Jemand, vermutlich Sie, möchte Meldungen von ${page} erhalten. Sie erhalten sie bereits.`,
  confirmButton: 'Ja, schicken Sie mir Meldungen',
  ignore: 'Wenn Sie es nicht waren, tun Sie nichts: dann wird nichts gesendet.',
  validUntil: (time) => `Der Link gilt einmal, bis ${time}.`,
  because: (page) => `Sie erhalten dies, weil Sie Meldungen von ${page} bestellt haben.`,
  change: 'Auswahl ändern oder abbestellen:',
  asked: 'Fast fertig',
  askedText:
    'Ein Link zum Bestätigen ist an diese Adresse unterwegs. Öffnen Sie ihn innerhalb eines Tages; vorher wird nichts gesendet.',
  askedHook: (secret) =>
    `Die Adresse wird jetzt gefragt. Sobald sie die Aufgabe wiederholt hat, erhält sie Meldungen. Dieses Geheimnis signiert sie; es wird nur hier gezeigt: ${secret} Erhält die Adresse schon Meldungen, bleibt ihr Geheimnis, wie es war.`,
  confirmTitle: 'Bestätigen',
  confirmQuestion: (page) => `Möchten Sie Meldungen von ${page} erhalten?`,
  confirmed: 'Sie erhalten ab jetzt Meldungen',
  confirmedText: 'Jede Nachricht enthält einen Link, mit dem Sie sie ändern oder abbestellen können.',
  expired: 'Dieser Link gilt nicht mehr',
  expiredText: 'Er galt einmal, oder seine Zeit ist vorbei. Fordern Sie einen neuen an.',
  manageTitle: 'Ihre Meldungen',
  manageText: (address) => `Worüber ${address} Meldungen erhält.`,
  save: 'Speichern',
  saved: 'Gespeichert.',
  stop: 'Alle Meldungen abbestellen',
  stopped: 'Sie erhalten keine Meldungen mehr',
  stoppedText: 'Das gilt ab sofort.',
  stopQuestion: (address) => `Soll ${address} keine Meldungen mehr erhalten?`,
  doorTitle: 'Diese Seite ist nicht öffentlich, oder es gibt sie nicht',
  doorText: 'Wenn Ihre Adresse für sie eingetragen ist, schicken wir Ihnen einen Link, der sie öffnet.',
  doorButton: 'Link schicken',
  doorSent: 'Sehen Sie in Ihre Mail',
  doorSentText:
    'Wenn diese Adresse für diese Seite eingetragen ist, ist ein Link unterwegs. Er gilt einmal, 30 Minuten lang.',
  enterTitle: 'Noch ein Klick',
  enterText: 'Dieser Link öffnet die Seite auf diesem Gerät für 14 Tage.',
  enterButton: 'Seite öffnen',
  linkSubject: 'Ihr Link zur Statusseite',
  linkText: (page) => `Jemand, vermutlich Sie, hat einen Link zu ${page} angefordert.`,
  back: 'Zurück zur Seite',
  onlyYourself: (address) =>
    `Auf dieser Seite kann nur die Adresse Meldungen erhalten, mit der Sie sich angemeldet haben: ${address}.`,
  badAddress: 'An diese Adresse kann nicht geschrieben werden.',
  notice: {
    planned: 'Geplante Wartung',
    changed: 'Geplante Wartung, geändert',
    day_before: 'Geplante Wartung in 24 Stunden',
    hour_before: 'Geplante Wartung in 1 Stunde',
    started: 'Die Wartung hat begonnen',
    extended: 'Die Wartung dauert länger',
    finished: 'Die Wartung ist abgeschlossen',
    cancelled: 'Die Wartung ist abgesagt',
  },
};

export const OUTSIDE_WORDS: Record<Language, OutsideWords> = { en, de };
