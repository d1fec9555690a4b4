/** What a status page says by itself, as one table of words per language, and how it writes times. Pure. */
import type { UpdateKind, UpdateStatus } from '#incident/types.ts';
import * as english from '../words.ts';
import { type At, clockTime, knownZone, milliseconds } from '../words.ts';
import type { Level } from './model.ts';

export type Language = 'en' | 'de';
export const LANGUAGES = ['en', 'de'] as const;

/** @param wanted a language as it is written, for example `de-AT` @returns the one in which we speak to whoever reads it; English where we do not know theirs */
export function languageFor(wanted: string): Language {
  const [main = ''] = wanted.toLowerCase().split('-');
  return LANGUAGES.find((each) => each === main) ?? 'en';
}

/** Every sentence of the page that no person wrote. */
export type PageWords = {
  heading: string;
  headingOf(name: string): string;
  getUpdates: string;
  allServices: string;
  services: string;
  notFound: string;
  noSuchPage: string;
  seeAll: string;
  status: Record<UpdateStatus, string>;
  kind: Partial<Record<UpdateKind, string>>;
  falseAlarm: string;
  resolved: string;
  issueAffecting(names: string): string;
  oneOfOurServices: string;
  and: string;
  working: string;
  worksAgain: string;
  notWorking(what: string): string;
  partlyWorking(what: string): string;
  noServices: string;
  addServices: string;
  everythingWorks: string;
  everythingWorksAgain: string;
  problemWith(names: string): string;
  restWorks: string;
  impact: string;
  doing: string;
  nextUpdate: string;
  nextAt(time: string): string;
  nextBy(time: string): string;
  next(time: string): string;
  lastMessage: string;
  noFurther: string;
  automatic: string;
  automaticText(text: string): string;
  nothingNew: string;
  late(time: string): string;
  moreCalled: string;
  written: string;
  reference: string;
  affected(names: string): string;
  everythingSaid: string;
  whatWeSaid: string;
  learned: string;
  corrected: string;
  together: string;
  togetherThen(reference: string): string;
  lastDays(days: number): string;
  noIncidents: string;
  noOtherIncidents: string;
  since(time: string, date: string): string;
  fromTo(from: string, to: string, duration: string): string;
  aFalseAlarm(time: string): string;
  messages(count: number): string;
  minutes(count: number): string;
  hours(count: number): string;
  hoursAndMinutes(hours: number, minutes: number): string;
  legend: Record<Level, string>;
  today: string;
  notRecorded(date: string): string;
  worked(date: string): string;
  harmedFor(date: string, level: string, duration: string): string;
  noProblem(name: string, days: number): string;
  problems(name: string, days: number, list: string): string;
  sinceDay(date: string): string;
  minutesAffected(duration: string, since: string): string;
  noMinutesAffected(since: string): string;
  asOf: string;
  urgent(number: string, quote: string): string;
  quote(reference: string): string;
  quoteReference: string;
  askUs: string;
  timesIn(zone: string): string;
  cannotCheck(time: string): string;
  beatsBegan(time: string, said: string, next: string): string;
  beatsSaid(count: number, last: string): string;
  beatsLate(time: string): string;
  beatsNext(time: string): string;
  maintenance: string;
  maintenancePhase: Record<'planned' | 'due' | 'under_way' | 'overrunning' | 'done' | 'cancelled', string>;
  maintenanceUntil(time: string): string;
  maintenanceNow: string;
  span(from: string, to: string): string;
  onDate(date: string): string;
  subscribe: {
    title: string;
    intro: string;
    email: string;
    address: string;
    ownAddress: string;
    webhook: string;
    webhookHint: string;
    sms: string;
    telephone: string;
    slackHint: string;
    which: string;
    everything: string;
    button: string;
    also: string;
    atom: string;
    rss: string;
    calendar: string;
    json: string;
    leave: string;
    deviceLink: string;
    deviceHint: string;
  };
};

const en: PageWords = {
  heading: 'Status',
  headingOf: (name) => `${name} status`,
  getUpdates: 'Get updates',
  allServices: 'All services',
  services: 'Services',
  notFound: 'Not found',
  noSuchPage: 'There is no such page.',
  seeAll: 'See all services',
  status: english.STATUS_WORDS,
  kind: { stand_down: 'A false alarm', is_back: 'It is back' },
  falseAlarm: 'A false alarm',
  resolved: 'Resolved',
  issueAffecting: (names) => `An issue affecting ${names}`,
  oneOfOurServices: 'one of our services',
  and: 'and',
  working: 'Working',
  worksAgain: 'Works again',
  notWorking: (what) => `Not working: ${what}`,
  partlyWorking: (what) => `Partly working: ${what}`,
  noServices: 'This page shows no services yet.',
  addServices: 'A service appears here once it has been put on this page by name.',
  everythingWorks: 'Everything works.',
  everythingWorksAgain: 'Everything works again. We are watching it.',
  problemWith: (names) => `There is a problem with ${names}.`,
  restWorks: 'Everything else works.',
  impact: 'Impact.',
  doing: 'What we are doing.',
  nextUpdate: 'Next update.',
  nextAt: (time) => `Next update at ${time}.`,
  nextBy: (time) => `Next message by ${time}.`,
  next: (time) => `next update ${time}`,
  lastMessage: 'This is our last message about it.',
  noFurther: 'There will be no further messages about it.',
  automatic: 'Automatic message',
  automaticText: (text) => `Automatic message: ${text}`,
  nothingNew: 'Still at it, nothing new',
  late: (time) => `The update promised for ${time} is late.`,
  moreCalled: 'We have called more people.',
  written: 'Written',
  reference: 'Reference',
  affected: (names) => `Affected: ${names}.`,
  everythingSaid: 'Everything we said about it',
  whatWeSaid: 'What we said, newest first',
  learned: 'What we learned',
  corrected: 'corrected',
  together: 'We handle it together with',
  togetherThen: (reference) => `We handled it together with ${reference}.`,
  lastDays: (days) => `The last ${days} days`,
  noIncidents: 'No incidents.',
  noOtherIncidents: 'No other incidents.',
  since: (time, date) => `Since ${time} on ${date}.`,
  fromTo: (from, to, duration) => `${from} to ${to}, ${duration}.`,
  aFalseAlarm: (time) => `${time}, a false alarm.`,
  messages: (count) => english.counted(count, 'message', 'messages'),
  minutes: (count) => english.counted(count, 'minute', 'minutes'),
  hours: (count) => english.counted(count, 'hour', 'hours'),
  hoursAndMinutes: (hours, minutes) => `${hours} h ${minutes} min`,
  legend: { works: 'worked', partly: 'partly', not: 'did not' },
  today: 'today',
  notRecorded: (date) => `${date}: not recorded`,
  worked: (date) => `${date}: worked`,
  harmedFor: (date, level, duration) => `${date}: ${level} for ${duration}`,
  noProblem: (name, days) => `${name}: no problem in the last ${days} days.`,
  problems: (name, days, list) => `${name}, last ${days} days: ${list}.`,
  sinceDay: (date) => `since ${date}`,
  minutesAffected: (duration, since) => `${duration} affected ${since}`,
  noMinutesAffected: (since) => `no minute affected ${since}`,
  asOf: 'As of',
  urgent: (number, quote) => `Urgent? Call ${number}${quote}.`,
  quote: (reference) => ` and quote ${reference}`,
  quoteReference: ' and quote the reference',
  askUs: 'Ask us, or tell us what does not work',
  timesIn: (zone) => `Times are in ${zone}.`,
  cannotCheck: (time) => `We cannot check this page at the moment. What it says was true at ${time}.`,
  beatsBegan: (time, said, next) => `Began ${time}. ${said}.${next}`,
  beatsSaid: (count, last) => `${english.counted(count, 'message', 'messages')}, the last at ${last}`,
  beatsLate: (time) => ` The one promised for ${time} is late.`,
  beatsNext: (time) => ` The next comes at ${time}.`,
  maintenance: 'Planned maintenance',
  maintenancePhase: {
    planned: 'Planned',
    due: 'Planned, has not begun yet',
    under_way: 'Under way',
    overrunning: 'Takes longer than planned',
    done: 'Finished',
    cancelled: 'Cancelled',
  },
  maintenanceUntil: (time) => `In planned maintenance until ${time}`,
  maintenanceNow: 'Planned maintenance is under way.',
  span: (from, to) => `${from} to ${to}`,
  onDate: (date) => `on ${date}`,
  subscribe: {
    title: 'Get updates',
    intro: 'We write when something happens to what you choose, and before planned maintenance.',
    email: 'By email',
    address: 'Your email address',
    ownAddress: 'The one by which you opened this page; no other can be told by it.',
    webhook: 'To a program',
    webhookHint:
      'An https address. It is asked once, and repeats the challenge that it gets. Everything sent is signed.',
    sms: 'By SMS',
    telephone: 'Your number, with its country',
    slackHint: 'The address of an incoming webhook. A link to confirm is posted there.',
    which: 'What you want to hear about',
    everything: 'Nothing ticked: everything on this page.',
    button: 'Ask for a link to confirm',
    also: 'Without an address',
    atom: 'Atom feed',
    rss: 'RSS feed',
    calendar: 'Calendar of planned maintenance',
    json: 'JSON for programs',
    leave: 'Sign out of this page',
    deviceLink: 'Get these messages on this device',
    deviceHint: 'as a notification, for people whom we tell of every incident',
  },
};

const de: PageWords = {
  heading: 'Status',
  headingOf: (name) => `${name}: Status`,
  getUpdates: 'Meldungen erhalten',
  allServices: 'Alle Dienste',
  services: 'Dienste',
  notFound: 'Nicht gefunden',
  noSuchPage: 'Diese Seite gibt es nicht.',
  seeAll: 'Alle Dienste ansehen',
  status: {
    looking: 'Wir untersuchen es',
    cause_known: 'Wir kennen die Ursache',
    checking_repair: 'Wir prüfen die Reparatur',
    works_again: 'Es funktioniert wieder',
  },
  kind: { stand_down: 'Falscher Alarm', is_back: 'Die Störung ist zurück' },
  falseAlarm: 'Falscher Alarm',
  resolved: 'Behoben',
  issueAffecting: (names) => `Eine Störung betrifft ${names}`,
  oneOfOurServices: 'einen unserer Dienste',
  and: 'und',
  working: 'Funktioniert',
  worksAgain: 'Funktioniert wieder',
  notWorking: (what) => `Funktioniert nicht: ${what}`,
  partlyWorking: (what) => `Funktioniert teilweise: ${what}`,
  noServices: 'Diese Seite zeigt noch keine Dienste.',
  addServices: 'Ein Dienst erscheint hier, sobald ihn jemand namentlich auf diese Seite gesetzt hat.',
  everythingWorks: 'Alles funktioniert.',
  everythingWorksAgain: 'Alles funktioniert wieder. Wir beobachten es.',
  problemWith: (names) => `Es gibt eine Störung bei: ${names}.`,
  restWorks: 'Alles andere funktioniert.',
  impact: 'Auswirkung.',
  doing: 'Was wir tun.',
  nextUpdate: 'Nächste Meldung.',
  nextAt: (time) => `Nächste Meldung um ${time}.`,
  nextBy: (time) => `Nächste Meldung bis ${time}.`,
  next: (time) => `nächste Meldung ${time}`,
  lastMessage: 'Das ist unsere letzte Meldung dazu.',
  noFurther: 'Dazu wird es keine weiteren Meldungen geben.',
  automatic: 'Automatische Meldung',
  automaticText: (text) => `Automatische Meldung: ${text}`,
  nothingNew: 'Wir arbeiten weiter daran, nichts Neues',
  late: (time) => `Die für ${time} versprochene Meldung ist überfällig.`,
  moreCalled: 'Wir haben weitere Personen gerufen.',
  written: 'Geschrieben',
  reference: 'Aktenzeichen',
  affected: (names) => `Betroffen: ${names}.`,
  everythingSaid: 'Alles, was wir dazu gesagt haben',
  whatWeSaid: 'Was wir gesagt haben, das Neueste zuerst',
  learned: 'Was wir daraus gelernt haben',
  corrected: 'berichtigt',
  together: 'Wir behandeln es zusammen mit',
  togetherThen: (reference) => `Wir haben es zusammen mit ${reference} behandelt.`,
  lastDays: (days) => `Die letzten ${days} Tage`,
  noIncidents: 'Keine Störungen.',
  noOtherIncidents: 'Keine weiteren Störungen.',
  since: (time, date) => `Seit ${time} am ${date}`,
  fromTo: (from, to, duration) => `${from} bis ${to}, ${duration}.`,
  aFalseAlarm: (time) => `${time}, ein falscher Alarm.`,
  messages: (count) => (count === 1 ? '1 Meldung' : `${count} Meldungen`),
  minutes: (count) => (count === 1 ? '1 Minute' : `${count} Minuten`),
  hours: (count) => (count === 1 ? '1 Stunde' : `${count} Stunden`),
  hoursAndMinutes: (hours, minutes) => `${hours} Std. ${minutes} Min.`,
  legend: { works: 'funktionierte', partly: 'teilweise', not: 'gar nicht' },
  today: 'heute',
  notRecorded: (date) => `${date}: nicht aufgezeichnet`,
  worked: (date) => `${date}: funktionierte`,
  harmedFor: (date, level, duration) => `${date}: ${level}, ${duration}`,
  noProblem: (name, days) => `${name}: keine Störung in den letzten ${days} Tagen.`,
  problems: (name, days, list) => `${name}, letzte ${days} Tage: ${list}.`,
  sinceDay: (date) => `seit ${date}`,
  minutesAffected: (duration, since) => `${duration} gestört ${since}`,
  noMinutesAffected: (since) => `keine Minute gestört ${since}`,
  asOf: 'Stand',
  urgent: (number, quote) => `Dringend? Rufen Sie ${number} an${quote}.`,
  quote: (reference) => ` und nennen Sie ${reference}`,
  quoteReference: ' und nennen Sie das Aktenzeichen',
  askUs: 'Fragen Sie uns, oder sagen Sie uns, was nicht geht',
  timesIn: (zone) => `Zeiten in ${zone}.`,
  cannotCheck: (time) => `Wir können diese Seite gerade nicht prüfen. Was sie sagt, galt um ${time}.`,
  beatsBegan: (time, said, next) => `Begann ${time}. ${said}.${next}`,
  beatsSaid: (count, last) => `${count === 1 ? '1 Meldung' : `${count} Meldungen`}, die letzte um ${last}`,
  beatsLate: (time) => ` Die für ${time} versprochene ist überfällig.`,
  beatsNext: (time) => ` Die nächste kommt um ${time}.`,
  maintenance: 'Geplante Wartung',
  maintenancePhase: {
    planned: 'Geplant',
    due: 'Geplant, hat noch nicht begonnen',
    under_way: 'Läuft gerade',
    overrunning: 'Dauert länger als geplant',
    done: 'Abgeschlossen',
    cancelled: 'Abgesagt',
  },
  maintenanceUntil: (time) => `Geplante Wartung bis ${time}`,
  maintenanceNow: 'Eine geplante Wartung läuft.',
  span: (from, to) => `${from} bis ${to}`,
  onDate: (date) => `am ${date}`,
  subscribe: {
    title: 'Meldungen erhalten',
    intro: 'Wir schreiben, wenn mit dem, was Sie wählen, etwas geschieht, und vor geplanten Wartungen.',
    email: 'Per E-Mail',
    address: 'Ihre E-Mail-Adresse',
    ownAddress: 'Die, mit der Sie diese Seite geöffnet haben; eine andere kann sie nicht benachrichtigen.',
    webhook: 'An ein Programm',
    webhookHint:
      'Eine https-Adresse. Sie wird einmal gefragt und wiederholt die Aufgabe, die sie erhält. Alles Gesendete ist signiert.',
    sms: 'Per SMS',
    telephone: 'Ihre Nummer, mit Landesvorwahl',
    slackHint: 'Die Adresse eines Incoming Webhooks. Dorthin wird ein Link zum Bestätigen geschickt.',
    which: 'Worüber Sie hören wollen',
    everything: 'Nichts angekreuzt: alles auf dieser Seite.',
    button: 'Link zum Bestätigen anfordern',
    also: 'Ohne Adresse',
    atom: 'Atom-Feed',
    rss: 'RSS-Feed',
    calendar: 'Kalender der geplanten Wartungen',
    json: 'JSON für Programme',
    leave: 'Von dieser Seite abmelden',
    deviceLink: 'Diese Meldungen auf diesem Gerät erhalten',
    deviceHint: 'als Benachrichtigung, für Personen, denen wir jede Störung mitteilen',
  },
};

export const WORDS: Record<Language, PageWords> = { en, de };

/** @param time the named one as its reader is told it; undefined on a message that ends the telling */
export function nextWords(words: PageWords, kind: UpdateKind, time: string | undefined): string {
  if (time !== undefined) return kind === 'late' ? words.nextBy(time) : words.nextAt(time);
  if (kind === 'final') return words.lastMessage;
  return kind === 'stand_down' ? words.noFurther : '';
}

/** How one page speaks: its words, and times in its zone. */
export type Speech = {
  language: Language;
  words: PageWords;
  zone: string;
  clock(at: At): string;
  /** `now`: where the time is on another day, the date is added. */
  time(at: At, now?: At): string;
  /** The page's zone, and UTC beside it where it differs. */
  reader(at: At, now?: At): string;
  longDate(at: At): string;
  shortDate(at: At): string;
  listed(names: readonly string[]): string;
  duration(minutes: number): string;
};

export function speechOf(language: Language, wanted: string): Speech {
  const zone = knownZone(wanted);
  const words = WORDS[language];
  const times = language === 'en' ? inEnglish : inGerman;
  return {
    language,
    words,
    zone,
    clock: (at) => clockTime(at, zone),
    time: (at, now) => times.time(at, zone, now),
    reader(at, now) {
      const own = times.time(at, zone, now);
      const utc = times.time(at, 'UTC', now);
      return own === utc ? own : `${own} (${utc})`;
    },
    longDate: (at) => times.longDate(at, zone),
    shortDate: (at) => times.shortDate(at, zone),
    listed: (names) =>
      names.length <= 1 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} ${words.and} ${names.at(-1)}`,
    duration(minutes) {
      if (minutes < 60) return words.minutes(minutes);
      const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
      return rest ? words.hoursAndMinutes(hours, rest) : words.hours(hours);
    },
  };
}

const inEnglish = {
  time: english.timeWithZone,
  longDate: english.longDate,
  shortDate: english.shortDate,
};

const formatters = new Map<string, Intl.DateTimeFormat>();

function german(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone}|${JSON.stringify(options)}`;
  const known = formatters.get(key) ?? new Intl.DateTimeFormat('de-DE', { ...options, timeZone: zone });
  formatters.set(key, known);
  return known;
}

const inGerman = {
  time(at: At, zone: string, now?: At): string {
    const text = `${clockTime(at, zone)} ${germanZone(at, zone)}`;
    const date = inGerman.shortDate(at, zone);
    return now !== undefined && date !== inGerman.shortDate(now, zone) ? `${text} am ${date}` : text;
  },
  longDate: (at: At, zone: string) =>
    german(zone, { day: 'numeric', month: 'long', year: 'numeric' }).format(milliseconds(at)),
  shortDate: (at: At, zone: string) =>
    german(zone, { day: 'numeric', month: 'short' }).format(milliseconds(at)),
};

function germanZone(at: At, zone: string): string {
  const parts = german(zone, { timeZoneName: 'short', hour: '2-digit' }).formatToParts(milliseconds(at));
  const name = parts.find((part) => part.type === 'timeZoneName')?.value;
  return name && !/^(GMT|UTC)[+-]/.test(name) ? name : english.zoneName(at, zone);
}
