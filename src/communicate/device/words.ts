/** What a contact reads when turning messages on in a browser, in their language. Pure. */
import type { ToldBy } from '#directory/told-by.ts';
import { type Language, languageFor } from '../page/language.ts';

export type DeviceWords = {
  title: string;
  inMail: string;
  whose(name: string, client: string): string;
  plain: string;
  insecure: string;
  unsupported: string;
  apple: string;
  blocked: string;
  off(client: string): string;
  asks: string;
  other: string;
  turnOn: string;
  on: string;
  since: string;
  turnOff: string;
  turnedOff: string;
  used: string;
  expired: string;
  closedByUs: string;
  busy: string;
  denied: string;
  closed: string;
  noService: string;
  offline: string;
  first: string;
  ways: string;
  toldBy(kinds: string): string;
  toldByNothing: string;
  kinds: Record<ToldBy, string>;
  statusPage: string;
  call(phone: string): string;
  /** Between the last two ways. */
  and: string;
  unknown: string;
  unknownText: string;
  bare: string;
  notContact: string;
  notContactText: string;
  push: { title(from: string): string; text: string };
  notice: {
    subject(label: string): string;
    text(label: string, at: string, from: string): string;
    not: string;
  };
  end: { title: string; text(label: string): string; button: string; done: string; doneText: string };
};

const en: DeviceWords = {
  title: 'Get these messages on this device',
  inMail: 'Get these messages on this device as well:',
  whose: (name, client) => `${name}, ${client}`,
  plain:
    'Turning it on needs JavaScript, which is off in this browser or did not load. Nothing is lost: you are told as before, see below.',
  insecure:
    'Browsers show notifications only for an https address, and this one is not. You are told as before, see below.',
  unsupported:
    'This browser cannot show notifications, or this is a private window. Open the link in another browser, or leave it: you are told as before, see below.',
  apple:
    'On an iPhone or iPad, put this page on the home screen first (Share, then “Add to Home Screen”) and open it from there.',
  blocked:
    'This browser was told to show no notifications of this address. Allow them in its settings (the sign left of the address), then open this page again.',
  off: (client) =>
    `When something breaks that ${client} uses, the message then also shows on this device, at the same moment. You are still told as before.`,
  asks: 'Your browser asks you once whether it may.',
  other: 'This device shows messages for somebody else now. They stop here when you turn yours on.',
  turnOn: 'Show messages on this device',
  on: 'Messages are shown on this device.',
  since: 'Since',
  turnOff: 'Turn off on this device',
  turnedOff: 'Turned off. Nothing is shown on this device any more; you are told as before.',
  used: 'This link has turned a device on already, and works once. For another device open the link in our newest message, or on your status page.',
  expired:
    'This link is too old to turn a device on. Open the one in our newest message, or on your status page.',
  closedByUs: 'Messages on this device were turned off by us. Ask us if you want them back.',
  busy: 'One moment …',
  denied: 'You or your browser said no. Nothing was turned on.',
  closed: 'The question was closed without an answer. Nothing was turned on.',
  noService:
    'This browser reached no service for notifications. Nothing was turned on; you are told as before, see below.',
  offline: 'We could not be reached. Nothing was changed: try again when you are online.',
  first: 'A first notification is on its way to this device.',
  ways: 'How you are told',
  toldBy: (kinds) => `By ${kinds}.`,
  toldByNothing: 'By no message yet: call us.',
  kinds: {
    email: 'email',
    sms: 'SMS',
    voice: 'telephone call',
    slack: 'Slack',
    teams: 'Microsoft Teams',
    discord: 'Discord',
    mattermost: 'Mattermost',
    web_push: 'notification on a device',
    webhook: 'message to a program',
  },
  statusPage: 'The status page shows everything, always.',
  call: (phone) => `Urgent? Call ${phone}`,
  and: 'and',
  unknown: 'This link is not valid',
  unknownText:
    'It may have been cut short in a mail, or it was for an address that is not yours any more. Open our newest message.',
  bare: 'Open the link in our newest message, or on your status page. With it you can turn messages on and off on this device.',
  notContact: 'You are not in our list of contacts',
  notContactText:
    'Messages on a device are for people whom we tell of every incident. Ask us to add you, or use “Get updates”.',
  push: {
    title: (from) => `Messages from ${from} come here`,
    text: 'Nothing is wrong: this is how you will hear when something is. Tap to turn it off again.',
  },
  notice: {
    subject: (label) => `Our messages now also show on a device: ${label}`,
    text: (label, at, from) =>
      `At ${at} somebody used the link that we gave to this address and turned messages from ${from} on in ${label}.`,
    not: 'Was it not you? Turn that device off:',
  },
  end: {
    title: 'Turn this device off?',
    text: (label) =>
      `${label} then shows no more messages of ours. You are told by your other channels as before.`,
    button: 'Turn the device off',
    done: 'The device is off',
    doneText: 'It shows no more messages of ours.',
  },
};

const de: DeviceWords = {
  title: 'Diese Meldungen auf diesem Gerät erhalten',
  inMail: 'Diese Meldungen auch auf diesem Gerät erhalten:',
  whose: (name, client) => `${name}, ${client}`,
  plain:
    'Zum Einschalten wird JavaScript gebraucht; es ist in diesem Browser aus oder wurde nicht geladen. Es geht nichts verloren: Sie werden benachrichtigt wie bisher, siehe unten.',
  insecure:
    'Browser zeigen Benachrichtigungen nur von einer https-Adresse, und diese ist keine. Sie werden benachrichtigt wie bisher, siehe unten.',
  unsupported:
    'Dieser Browser kann keine Benachrichtigungen zeigen, oder dies ist ein privates Fenster. Öffnen Sie den Link in einem anderen Browser, oder lassen Sie es: Sie werden benachrichtigt wie bisher, siehe unten.',
  apple:
    'Legen Sie diese Seite auf einem iPhone oder iPad zuerst auf den Home-Bildschirm (Teilen, dann „Zum Home-Bildschirm“) und öffnen Sie sie von dort.',
  blocked:
    'Diesem Browser wurde gesagt, von dieser Adresse keine Benachrichtigungen zu zeigen. Erlauben Sie sie in seinen Einstellungen (Zeichen links von der Adresse), und öffnen Sie diese Seite noch einmal.',
  off: (client) =>
    `Wenn etwas ausfällt, das ${client} nutzt, erscheint die Meldung dann im selben Augenblick auch auf diesem Gerät. Sie werden weiterhin benachrichtigt wie bisher.`,
  asks: 'Ihr Browser fragt Sie einmal, ob er darf.',
  other:
    'Dieses Gerät zeigt zurzeit Meldungen für jemand anderen. Sie enden hier, wenn Sie Ihre einschalten.',
  turnOn: 'Meldungen auf diesem Gerät zeigen',
  on: 'Meldungen werden auf diesem Gerät gezeigt.',
  since: 'Seit',
  turnOff: 'Auf diesem Gerät ausschalten',
  turnedOff:
    'Ausgeschaltet. Auf diesem Gerät wird nichts mehr gezeigt; Sie werden benachrichtigt wie bisher.',
  used: 'Dieser Link hat schon ein Gerät eingeschaltet und gilt einmal. Öffnen Sie für ein weiteres den Link in unserer neuesten Meldung oder auf Ihrer Statusseite.',
  expired:
    'Dieser Link ist zu alt, um ein Gerät einzuschalten. Öffnen Sie den in unserer neuesten Meldung oder auf Ihrer Statusseite.',
  closedByUs:
    'Meldungen auf diesem Gerät wurden von uns ausgeschaltet. Fragen Sie uns, wenn Sie sie wieder wünschen.',
  busy: 'Einen Augenblick …',
  denied: 'Sie oder Ihr Browser haben Nein gesagt. Es wurde nichts eingeschaltet.',
  closed: 'Die Frage wurde ohne Antwort geschlossen. Es wurde nichts eingeschaltet.',
  noService:
    'Dieser Browser erreichte keinen Dienst für Benachrichtigungen. Es wurde nichts eingeschaltet; Sie werden benachrichtigt wie bisher, siehe unten.',
  offline:
    'Wir waren nicht erreichbar. Es wurde nichts geändert: Versuchen Sie es noch einmal, wenn Sie online sind.',
  first: 'Eine erste Benachrichtigung ist unterwegs zu diesem Gerät.',
  ways: 'So werden Sie benachrichtigt',
  toldBy: (kinds) => `Per ${kinds}.`,
  toldByNothing: 'Noch durch keine Meldung: Rufen Sie uns an.',
  kinds: {
    email: 'E-Mail',
    sms: 'SMS',
    voice: 'Anruf',
    slack: 'Slack',
    teams: 'Microsoft Teams',
    discord: 'Discord',
    mattermost: 'Mattermost',
    web_push: 'Benachrichtigung auf einem Gerät',
    webhook: 'Meldung an ein Programm',
  },
  statusPage: 'Die Statusseite zeigt immer alles.',
  call: (phone) => `Eilig? Telefon ${phone}`,
  and: 'und',
  unknown: 'Dieser Link gilt nicht',
  unknownText:
    'Vielleicht wurde er in einer Mail gekürzt, oder er war für eine Adresse, die nicht mehr Ihre ist. Öffnen Sie unsere neueste Meldung.',
  bare: 'Öffnen Sie den Link in unserer neuesten Meldung oder auf Ihrer Statusseite. Damit schalten Sie Meldungen auf diesem Gerät ein und aus.',
  notContact: 'Sie stehen nicht in unserer Liste der Ansprechpartner',
  notContactText:
    'Meldungen auf einem Gerät sind für Personen, denen wir jede Störung mitteilen. Bitten Sie uns, Sie aufzunehmen, oder nutzen Sie „Meldungen erhalten“.',
  push: {
    title: (from) => `Meldungen von ${from} kommen hierher`,
    text: 'Es ist nichts passiert: So erfahren Sie es, wenn etwas ist. Tippen Sie, um es wieder auszuschalten.',
  },
  notice: {
    subject: (label) => `Unsere Meldungen erscheinen jetzt auch auf einem Gerät: ${label}`,
    text: (label, at, from) =>
      `Um ${at} hat jemand den Link benutzt, den wir dieser Adresse gegeben haben, und Meldungen von ${from} eingeschaltet in: ${label}.`,
    not: 'Waren das nicht Sie? Schalten Sie das Gerät aus:',
  },
  end: {
    title: 'Dieses Gerät ausschalten?',
    text: (label) =>
      `${label} zeigt dann keine Meldungen von uns mehr. Auf Ihren anderen Wegen werden Sie benachrichtigt wie bisher.`,
    button: 'Gerät ausschalten',
    done: 'Das Gerät ist aus',
    doneText: 'Es zeigt keine Meldungen von uns mehr.',
  },
};

const WORDS: Record<Language, DeviceWords> = { en, de };

/** @param language a contact's, such as de-AT; English where we have no other */
export function deviceWords(language: string): DeviceWords {
  return WORDS[languageFor(language)];
}
