/** A status page as finished HTML: without scripts, absolute times only, every text escaped. Pure. */
import { escaped } from '#platform/escaped.ts';
import type { Ways } from '../subscribe/senders.ts';
import { beats } from './beats.ts';
import { colours } from './colours.ts';
import type { ShownUpdate } from './facts-shown.ts';
import type { Language, Speech } from './language.ts';
import {
  type DayModel,
  type IncidentModel,
  type Level,
  type MaintenanceModel,
  type PageModel,
  type ServiceModel,
  statusIn,
} from './model.ts';
import { STYLE } from './style.ts';

/** Filled in when a page is held in memory: when it was last known to be current, and whether that is too long ago. */
export const AS_OF = /@@AS_OF:([\w/+-]+)@@/g;
export const STALE = '<!--stale-->';
const PAST_DAYS = 14;
const LOG_MAX = 8;

export function indexPage(page: PageModel, ways?: Ways): string {
  const title = page.open[0] ? `${page.open[0].title} · ${page.heading}` : page.heading;
  const body = [
    header(page, `<a href="${page.base}subscribe">${escaped(page.speech.words.getUpdates)}</a>`),
    STALE,
    verdict(page),
    ...page.open.map((incident) => card(incident, page)),
    ...page.planned.map((each) => maintenanceCard(each, page)),
    services(page),
    past(page),
    onThisDevice(page, ways),
    footer(page),
  ];
  return shell(page, title, body.join('\n'));
}

export function incidentPage(incident: IncidentModel, page: PageModel): string {
  const { words } = page.speech;
  const time = timeIn(page);
  const body = [
    header(page, `<a href="${page.base}">${escaped(words.allServices)}</a>`),
    STALE,
    `<div class="card ${toneOf(incident)}"><p class="top"><span>${escaped(incident.statusWords)}</span>${nextTime(incident, page)}</p><h2>${escaped(incident.title)}</h2>`,
    late(incident, page),
    incident.mergedReference
      ? `<p>${escaped(words.together)} <a href="${page.base}incidents/${escaped(incident.mergedReference)}">${escaped(incident.mergedReference)}</a>.</p>`
      : '',
    `<p class="quiet">${span(incident, page)} ${escaped(words.affected(incident.names.join(', ')))} ${escaped(words.reference)} <span class="figure">${escaped(incident.reference)}</span>.</p>`,
    `${beats(incident, page)}</div>`,
    learnedSection(incident, page),
    `<section><h2>${escaped(words.whatWeSaid)}</h2>`,
    ...incident.updates.toReversed().map((update) => fullUpdate(update, page, time)),
    '</section>',
    footer(page, incident),
  ];
  return shell(page, `${incident.title} · ${page.heading}`, body.join('\n'));
}

/** What was learned, in paragraphs as they were written. */
function learnedSection({ learned }: IncidentModel, { speech }: PageModel): string {
  if (!learned) return '';
  const { words } = speech;
  const stamp = (at: Temporal.Instant) =>
    timeTag(at, `${speech.reader(at.epochMilliseconds)}, ${speech.longDate(at.epochMilliseconds)}`);
  const corrected = learned.correctedAt ? ` · ${escaped(words.corrected)} ${stamp(learned.correctedAt)}` : '';
  const paragraphs = learned.text
    .split(/\n{2,}/)
    .map((each) => `<p>${text(each.trim())}</p>`)
    .join('\n');
  return `<section id="learned"><h2>${escaped(words.learned)}</h2><p class="note">${escaped(words.written)} ${stamp(learned.at)}${corrected}</p>${paragraphs}</section>`;
}

export function maintenancePage(each: MaintenanceModel, page: PageModel): string {
  const { words } = page.speech;
  const said = each.updates
    .toReversed()
    .map(
      (update) =>
        `<div class="update"><h3>${timeTag(update.at, page.speech.reader(update.at.epochMilliseconds))}, ${escaped(page.speech.longDate(update.at.epochMilliseconds))}</h3><p>${text(update.text)}</p></div>`,
    );
  const body = [
    header(page, `<a href="${page.base}">${escaped(words.allServices)}</a>`),
    STALE,
    maintenanceCard(each, page, true),
    said.length ? `<section><h2>${escaped(words.whatWeSaid)}</h2>${said.join('\n')}</section>` : '',
    footer(page),
  ];
  return shell(page, `${each.title} · ${page.heading}`, body.join('\n'));
}

export function notFoundPage(page: PageModel): string {
  const { words } = page.speech;
  return shell(
    page,
    `${words.notFound} · ${page.heading}`,
    `${header(page, '')}<p>${escaped(words.noSuchPage)} <a href="${page.base}">${escaped(words.seeAll)}</a>.</p>`,
  );
}

/** How to be told: by email, by a program, or without giving an address. */
export function subscribePage(page: PageModel, ways: Ways): string {
  const { words } = page.speech;
  const said = words.subscribe;
  const which = page.services.length
    ? `<fieldset><legend>${escaped(said.which)}</legend>${page.services
        .map(
          (service) =>
            `<label class="tick"><input type="checkbox" name="service" value="${escaped(service.id)}"> ${escaped(service.name)}</label>`,
        )
        .join('')}<p class="note">${escaped(said.everything)}</p></fieldset>`
    : '';
  const form = (kind: string, title: string, field: string) =>
    `<form method="post" action="${page.base}subscribe"><h2>${escaped(title)}</h2><input type="hidden" name="kind" value="${kind}">${field}${which}<button>${escaped(said.button)}</button></form>`;
  const links = (
    [
      ['history.atom', said.atom],
      ['history.rss', said.rss],
      ['calendar.ics', said.calendar],
      ['api/v2/summary.json', said.json],
    ] as const
  ).map(([path, name]) => `<li><a href="${page.base}${path}@@KEY@@">${escaped(name)}</a></li>`);
  const body = [
    header(page, `<a href="${page.base}">${escaped(words.allServices)}</a>`),
    `<h2 class="first">${escaped(said.title)}</h2><p>${escaped(said.intro)}</p>`,
    ways.email
      ? form(
          'email',
          said.email,
          `<label>${escaped(said.address)}<input type="email" name="address" required maxlength="254" autocomplete="email"></label>${page.page.clientId ? `<p class="note">${escaped(said.ownAddress)}</p>` : ''}`,
        )
      : '',
    onThisDevice(page, ways),
    ways.sms
      ? folded(
          said.sms,
          form(
            'sms',
            said.sms,
            `<label>${escaped(said.telephone)}<input type="tel" name="address" required maxlength="20" autocomplete="tel" placeholder="+49301234567" pattern="\\+[1-9][0-9 ]{6,18}"></label>`,
          ),
        )
      : '',
    ways.slack
      ? folded(
          'Slack',
          form(
            'slack',
            'Slack',
            `<label>URL<input type="url" name="address" required maxlength="500" placeholder="https://hooks.slack.com/services/…"></label><p class="note">${escaped(said.slackHint)}</p>`,
          ),
        )
      : '',
    ways.webhook
      ? folded(
          said.webhook,
          form(
            'webhook',
            said.webhook,
            `<label>URL<input type="url" name="address" required maxlength="2000" placeholder="https://" pattern="https://.*"></label><p class="note">${escaped(said.webhookHint)}</p>`,
          ),
        )
      : '',
    `<section><h2>${escaped(said.also)}</h2><ul class="links">${links.join('')}</ul></section>`,
    page.page.clientId
      ? `<form method="post" action="${page.base}leave"><button class="quiet-button">${escaped(said.leave)}</button></form>`
      : '',
    footer(page),
  ];
  return shell(page, `${said.title} · ${page.heading}`, body.join('\n'));
}

/** A private page is read by people of one client, and the contacts among them may be told in a browser too. */
function onThisDevice({ page, base, speech }: PageModel, ways: Ways | undefined): string {
  if (!page.clientId || !ways?.device) return '';
  const { deviceLink, deviceHint } = speech.words.subscribe;
  return `<p class="more"><a href="${base}device">${escaped(deviceLink)}</a> <span class="note">${escaped(deviceHint)}</span></p>`;
}

function folded(title: string, content: string): string {
  return `<details><summary>${escaped(title)}</summary>${content}</details>`;
}

/** Where a reader's own key to the feeds goes; on a public page nothing. */
export const KEY = '@@KEY@@';

/** Shown when the page could not be compared with the record for a while. */
export function staleBanner(words: string): string {
  return `<p class="late">${escaped(words)}</p>`;
}

export type Dress = {
  heading: string;
  base: string;
  language: Language;
  private: boolean;
  accent: string | null;
  accentDark: string | null;
  logo: string | null;
};

/** The frame of every page that this room shows to people outside. */
export function framed(dress: Dress, title: string, body: string): string {
  const own = colours(dress.accent, dress.accentDark);
  return `<!doctype html>
<html lang="${dress.language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escaped(title)}</title>
<meta name="color-scheme" content="light dark">${dress.private ? '<meta name="robots" content="noindex">' : `<link rel="alternate" type="application/atom+xml" href="${dress.base}history.atom" title="Atom">`}<link rel="icon" href="data:,"><style>${STYLE}</style>${own ? `<style>${own}</style>` : ''}</head>
<body><main>
${body}
</main></body></html>
`;
}

export function dressOf(page: Pick<PageModel, 'page' | 'base' | 'heading'>): Dress {
  const { language, accent, accentDark, logo, clientId } = page.page;
  return {
    heading: page.heading,
    base: page.base,
    language,
    private: clientId !== null,
    accent,
    accentDark,
    logo,
  };
}

/** The name of the page, with its picture if it has one. */
export function headerOf(dress: Dress, link: string): string {
  const picture = dress.logo
    ? `<img class="logo" src="${dress.base}logo?${escaped(dress.logo)}" alt="">`
    : '';
  return `<header><h1>${picture}${escaped(dress.heading)}</h1>${link}</header>`;
}

function header(page: PageModel, link: string): string {
  return headerOf(dressOf(page), link);
}

function shell(page: PageModel, title: string, body: string): string {
  return framed(dressOf(page), title, body);
}

function verdict(page: PageModel): string {
  const { level, words } = page.verdict;
  const line = `<p class="verdict">${page.services.length ? sign(level) : ''}<span>${escaped(words)}</span></p>`;
  return level === 'works' && !page.open.length && page.services.length
    ? `<div class="all-well">${line}</div>`
    : line;
}

const SIGN: Record<Level, string> = {
  works:
    '<circle cx="12" cy="12" r="10" fill="none" stroke="var(--good)" stroke-width="2"/><path d="M7 12.5l3.5 3.5L17 9" fill="none" stroke="var(--good)" stroke-width="2.5"/>',
  partly:
    '<path d="M12 3L22 20H2Z" fill="none" stroke="var(--warn)" stroke-width="2" stroke-linejoin="round"/><path d="M12 9v5M12 16.5v1.5" stroke="var(--warn)" stroke-width="2.5"/>',
  not: '<path d="M8 2h8l6 6v8l-6 6H8l-6-6V8z" fill="none" stroke="var(--bad)" stroke-width="2"/><path d="M8.5 8.5l7 7M15.5 8.5l-7 7" stroke="var(--bad)" stroke-width="2.5"/>',
};

function sign(level: Level): string {
  return `<svg viewBox="0 0 24 24" aria-hidden="true">${SIGN[level]}</svg>`;
}

function card(incident: IncidentModel, page: PageModel): string {
  const { words } = page.speech;
  const time = timeIn(page);
  const { latest } = incident;
  const shown = condensed(incident.updates).slice(-LOG_MAX).toReversed();
  return `<article class="card ${toneOf(incident)}" id="${escaped(incident.reference)}">
<p class="top"><span>${escaped(incident.statusWords)}</span>${nextTime(incident, page)}</p>
<h2>${escaped(incident.title)}</h2>
${late(incident, page)}
<p><strong>${escaped(words.impact)}</strong> ${text(latest.impact)}</p>
<p><strong>${escaped(words.doing)}</strong> ${text(latest.action)}</p>
<p class="quiet">${escaped(words.written)} ${timeTag(latest.at, time(latest.at))}. ${escaped(words.reference)} <span class="figure">${escaped(incident.reference)}</span>.</p>
${beats(incident, page)}
${log(shown, page)}
<p class="more"><a href="${page.base}incidents/${escaped(incident.reference)}">${escaped(words.everythingSaid)}</a></p>
</article>`;
}

/** Of automatic messages in a row the newest says it all; the page of the incident lists every one. */
function condensed(updates: readonly ShownUpdate[]): ShownUpdate[] {
  return updates.filter((update, index) => !(update.kind === 'late' && updates[index + 1]?.kind === 'late'));
}

/** The only message stands above it in full. */
function log(shown: ShownUpdate[], page: PageModel): string {
  if (shown.length < 2) return '';
  return `<ol class="log">${shown.map((update) => `<li>${timeTag(update.at, short(update.at, page))}<span>${text(line(update, page.speech))}</span></li>`).join('')}</ol>`;
}

/** @param alone on its own page, below which everything stands that was said */
function maintenanceCard(each: MaintenanceModel, page: PageModel, alone = false): string {
  const { words } = page.speech;
  const overdue = each.phase === 'due' || each.phase === 'overrunning';
  const latest = each.updates.at(-1);
  return `<article class="card plan" id="${escaped(each.reference)}">
<p class="top"><span>${escaped(words.maintenance)}</span><span${overdue ? ' class="overdue"' : ''}>${escaped(words.maintenancePhase[each.phase])}</span></p>
<h2>${escaped(each.title)}</h2>
<p>${maintenanceSpan(each, page)}</p>
<p><strong>${escaped(words.impact)}</strong> ${text(each.impact)}</p>
${latest ? `<p>${text(latest.text)}</p>` : ''}
<p class="quiet">${escaped(words.affected(each.names.join(', ')))}</p>
${alone ? '' : `<p class="more"><a href="${page.base}maintenance/${escaped(each.reference)}">${escaped(words.everythingSaid)}</a></p>`}
</article>`;
}

function maintenanceSpan(each: MaintenanceModel, page: PageModel): string {
  const { speech } = page;
  const from = each.startedAt ?? each.startsAt;
  const to = each.state === 'completed' ? (each.finishedAt ?? each.endsAt) : each.endsAt;
  const [start, end] = [from.epochMilliseconds, to.epochMilliseconds];
  const began = timeTag(from, speech.time(start));
  return `${speech.words.span(began, timeTag(to, speech.time(end, start)))} ${escaped(speech.words.onDate(speech.longDate(start)))}`;
}

function late(incident: IncidentModel, page: PageModel): string {
  if (!incident.lateSince) return '';
  const { speech } = page;
  const called = incident.moreCalled ? ` ${speech.words.moreCalled}` : '';
  const time = speech.time(incident.lateSince.epochMilliseconds, page.now.epochMilliseconds);
  const next = incident.nextMessageAt
    ? ` ${speech.words.nextBy(speech.time(incident.nextMessageAt.epochMilliseconds, page.now.epochMilliseconds))}`
    : '';
  return `<p class="late">${escaped(`${speech.words.late(time)}${called}${next}`)}</p>`;
}

function nextTime(incident: IncidentModel, page: PageModel): string {
  if (!incident.open || incident.lateSince) return '';
  const next = incident.promisedAt ?? incident.nextMessageAt;
  return next ? `<span>${page.speech.words.next(timeTag(next, timeIn(page)(next)))}</span>` : '';
}

function line(update: ShownUpdate, { words }: Speech): string {
  if (update.automatic) return words.automaticText(update.impact);
  if (update.nothingNew) return words.nothingNew;
  return update.kind === 'next' ? update.action : update.impact;
}

function fullUpdate(
  update: ShownUpdate,
  { speech }: PageModel,
  time: (at: Temporal.Instant) => string,
): string {
  const { words } = speech;
  const next = update.nextAt
    ? `<p><strong>${escaped(words.nextUpdate)}</strong> ${escaped(time(update.nextAt))}</p>`
    : '';
  const heading = update.automatic ? words.automatic : statusIn(speech, update);
  const at = update.at.epochMilliseconds;
  return `<div class="update"><h3>${timeTag(update.at, `${speech.reader(at)}, ${speech.longDate(at)}`)} ${escaped(heading)}</h3>
<p><strong>${escaped(words.impact)}</strong> ${text(update.impact)}</p><p><strong>${escaped(words.doing)}</strong> ${text(update.action)}</p>${next}</div>`;
}

function services(page: PageModel): string {
  const { words } = page.speech;
  if (!page.services.length) return `<p class="quiet">${escaped(words.addServices)}</p>`;
  const first = page.services[0]!.days[0]!.date;
  const legend = (['works', 'partly', 'not'] as const)
    .map(
      (level) =>
        `<span><svg viewBox="0 0 8 24" aria-hidden="true">${bar(level, 0, 8)}</svg>${escaped(words.legend[level])}</span>`,
    )
    .join('');
  return `<section aria-label="${escaped(words.services)}">${page.services.map((service) => serviceRow(service, page.speech)).join('\n')}
<p class="legend"><span class="figure">${escaped(dateOf(first, page.speech))}</span><span>${legend}</span><span>${escaped(words.today)}</span></p></section>`;
}

function serviceRow(service: ServiceModel, speech: Speech): string {
  const { words } = speech;
  const bars = service.days
    .map(
      (day, index) =>
        `<g><title>${escaped(dayWords(day, speech))}</title>${bar(day.before ? 'before' : day.level, index * 10, 7)}</g>`,
    )
    .join('');
  const since = sinceWords(service, speech);
  const affected = service.minutesAffected
    ? words.minutesAffected(speech.duration(service.minutesAffected), since)
    : words.noMinutesAffected(since);
  const tone = service.underMaintenance && service.level === 'works' ? 'plan' : service.level;
  return `<div class="service"><p class="name"><strong>${escaped(service.name)}</strong><span class="words ${tone}">${escaped(service.words)}</span></p>
<svg class="bars" viewBox="0 0 ${service.days.length * 10 - 3} 24" preserveAspectRatio="none" role="img" aria-label="${escaped(barsAloud(service, speech))}">${bars}</svg><p class="minutes">${escaped(affected)}</p></div>`;
}

/** The first day of which anything is known. */
function sinceWords(service: ServiceModel, speech: Speech): string {
  const first = service.days.find((day) => !day.before) ?? service.days.at(-1)!;
  return speech.words.sinceDay(dateOf(first.date, speech));
}

// Shape as well as colour: a short bar worked, a cut one partly, a full one did not.
function bar(level: Level | 'before', x: number, width: number): string {
  switch (level) {
    case 'before':
    case 'works':
      return `<rect class="${level}" x="${x}" y="4" width="${width}" height="16"/>`;
    case 'partly':
      return `<rect class="partly" x="${x}" y="1" width="${width}" height="13"/><rect class="partly" x="${x}" y="17" width="${width}" height="6"/>`;
    case 'not':
      return `<rect class="not" x="${x}" y="0" width="${width}" height="24"/>`;
  }
}

function dayWords(day: DayModel, speech: Speech): string {
  const { words } = speech;
  const date = dateOf(day.date, speech);
  if (day.before) return words.notRecorded(date);
  return day.level === 'works'
    ? words.worked(date)
    : words.harmedFor(date, words.legend[day.level], speech.duration(day.minutes));
}

function barsAloud(service: ServiceModel, speech: Speech): string {
  const bad = service.days.filter((day) => day.level !== 'works');
  const count = service.days.length;
  if (!bad.length) return speech.words.noProblem(service.name, count);
  return speech.words.problems(service.name, count, bad.map((day) => dayWords(day, speech)).join('; '));
}

function past(page: PageModel): string {
  const { speech } = page;
  const since = page.now
    .toZonedDateTimeISO(page.zone)
    .toPlainDate()
    .subtract({ days: PAST_DAYS - 1 });
  const shown = [
    ...page.past.map((each) => ({ at: each.startedAt, html: () => pastIncident(each, page) })),
    ...page.maintained.map((each) => ({
      at: each.startedAt ?? each.startsAt,
      html: () => pastMaintenance(each, page),
    })),
  ]
    .filter((each) => {
      const day = dayOf(each.at, page);
      return Temporal.PlainDate.compare(day, since) >= 0;
    })
    .toSorted((one, other) => Temporal.Instant.compare(other.at, one.at));
  const groups = Map.groupBy(shown, (each) => dayOf(each.at, page).toString());
  const days = [...groups].map(
    ([, each]) =>
      `<h3>${escaped(speech.longDate(each[0]!.at.epochMilliseconds))}</h3>${each.map((one) => one.html()).join('')}`,
  );
  const none = page.open.length ? speech.words.noOtherIncidents : speech.words.noIncidents;
  return `<section><h2>${escaped(speech.words.lastDays(PAST_DAYS))}</h2>${days.join('') || `<p class="quiet">${escaped(none)}</p>`}</section>`;
}

function pastIncident(incident: IncidentModel, page: PageModel): string {
  const { words } = page.speech;
  const last = incident.updates.at(-1)!;
  const said = incident.mergedReference ? words.togetherThen(incident.mergedReference) : last.impact;
  return `<div class="past"><p><a href="${page.base}incidents/${escaped(incident.reference)}">${escaped(incident.title)}</a></p><p class="quiet">${span(incident, page)} ${escaped(incident.names.join(', '))}. ${escaped(words.messages(incident.updates.length))}.</p><p class="note">${text(said)}</p>${incident.learned ? `<p class="more"><a href="${page.base}incidents/${escaped(incident.reference)}#learned">${escaped(words.learned)}</a></p>` : ''}</div>`;
}

function pastMaintenance(each: MaintenanceModel, page: PageModel): string {
  const { words } = page.speech;
  return `<div class="past"><p><a href="${page.base}maintenance/${escaped(each.reference)}">${escaped(each.title)}</a></p><p class="quiet">${escaped(`${words.maintenance}: ${words.maintenancePhase[each.phase]}`)}. ${maintenanceSpan(each, page)}. ${escaped(each.names.join(', '))}.</p></div>`;
}

function dayOf(at: Temporal.Instant, page: PageModel): Temporal.PlainDate {
  return at.toZonedDateTimeISO(page.zone).toPlainDate();
}

function span(incident: IncidentModel, page: PageModel): string {
  const { speech } = page;
  const end = incident.restoredAt ?? incident.endedAt;
  const start = incident.startedAt;
  const at = (moment: Temporal.Instant) =>
    timeTag(moment, speech.time(moment.epochMilliseconds, start.epochMilliseconds));
  if (incident.falseAlarm) return speech.words.aFalseAlarm(at(start));
  if (!end) return speech.words.since(at(start), escaped(speech.shortDate(start.epochMilliseconds)));
  const minutes = Math.max(1, Math.round((end.epochMilliseconds - start.epochMilliseconds) / 60_000));
  return speech.words.fromTo(at(start), at(end), escaped(speech.duration(minutes)));
}

function footer(page: PageModel, incident?: IncidentModel): string {
  const { words } = page.speech;
  const reference = incident?.reference ?? (page.open.length === 1 ? page.open[0]!.reference : undefined);
  const quote = reference
    ? words.quote(`<span class="figure">${escaped(reference)}</span>`)
    : page.open.length
      ? words.quoteReference
      : '';
  const call = page.phone
    ? ` ${words.urgent(`<a href="tel:${escaped(page.phone.replace(/[^+\d]/g, ''))}">${escaped(page.phone)}</a>`, quote)}`
    : '';
  const known =
    incident && !incident.open ? '' : `${escaped(words.asOf)} <time>@@AS_OF:${page.zone}@@</time>.`;
  // Clients' pages have readers of their own; the form that everybody may open belongs to the public one.
  const ask =
    page.base === '/status/'
      ? `<p><a href="/ask${incident ? `?about=${escaped(incident.reference)}` : ''}">${escaped(words.askUs)}</a></p>`
      : '';
  return `<footer>${ask}<p>${known}${call} ${escaped(words.timesIn(page.zone.replaceAll('_', ' ')))}</p></footer>`;
}

function toneOf(incident: IncidentModel): Level {
  if (!incident.open || incident.restoredAt || incident.level === 'works') return 'works';
  return incident.severity === 'P1' ? 'not' : 'partly';
}

function timeIn({ speech, now }: PageModel): (at: Temporal.Instant) => string {
  return (at) => speech.reader(at.epochMilliseconds, now.epochMilliseconds);
}

function timeTag(at: Temporal.Instant, words: string): string {
  return `<time datetime="${at}">${escaped(words)}</time>`;
}

function short(at: Temporal.Instant, { speech, now }: PageModel): string {
  const [moment, date] = [at.epochMilliseconds, speech.shortDate(at.epochMilliseconds)];
  return date === speech.shortDate(now.epochMilliseconds)
    ? speech.clock(moment)
    : `${date} ${speech.clock(moment)}`;
}

const knownDates = new WeakMap<Temporal.PlainDate, Map<string, string>>();

function dateOf(date: Temporal.PlainDate, { language, zone, shortDate }: Speech): string {
  const known = knownDates.get(date) ?? new Map<string, string>();
  knownDates.set(date, known);
  const key = `${language} ${zone}`;
  // Noon of the page's own day is never on the day before or after.
  const words =
    known.get(key) ??
    shortDate(date.toZonedDateTime({ timeZone: zone, plainTime: '12:00' }).epochMilliseconds);
  known.set(key, words);
  return words;
}

function text(value: string): string {
  return escaped(value).replaceAll('\n', '<br>');
}
