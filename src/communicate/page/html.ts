/** The public page as finished HTML: without scripts, absolute times only, every text escaped. Pure. */
import { escaped } from '../escaped.ts';
import { statusWords } from '../message.ts';
import { type At, counted, longDate, shortDate, timeForReader, timeWithZone } from '../words.ts';
import { beats } from './beats.ts';
import type { ShownUpdate } from './facts-shown.ts';
import type { DayModel, IncidentModel, Level, PageModel, ServiceModel } from './model.ts';
import { STYLE } from './style.ts';

/** Filled in when a page is held in memory: when it was last known to be current, and whether that is too long ago. */
export const AS_OF = /@@AS_OF:([\w/+-]+)@@/g;
export const STALE = '<!--stale-->';
const PAST_DAYS = 14;
const LOG_MAX = 8;

export function indexPage(page: PageModel): string {
  const title = page.open[0] ? `${page.open[0].title} · ${page.heading}` : page.heading;
  const body = [
    `<header><h1>${escaped(page.heading)}</h1><a href="/status/history.atom">Get updates</a></header>`,
    STALE,
    verdict(page),
    ...page.open.map((incident) => card(incident, page)),
    services(page),
    past(page),
    footer(page),
  ];
  return shell(title, body.join('\n'));
}

export function incidentPage(incident: IncidentModel, page: PageModel): string {
  const time = timeIn(page);
  const body = [
    `<header><h1>${escaped(page.heading)}</h1><a href="/status/">All services</a></header>`,
    STALE,
    `<div class="card ${toneOf(incident)}"><p class="top"><span>${escaped(incident.statusWords)}</span>${nextTime(incident, time)}</p><h2>${escaped(incident.title)}</h2>`,
    late(incident, page),
    incident.mergedReference
      ? `<p>We handle it together with <a href="/status/incidents/${escaped(incident.mergedReference)}">${escaped(incident.mergedReference)}</a>.</p>`
      : '',
    `<p class="quiet">${span(incident, page)} ${escaped(`Affected: ${incident.names.join(', ')}.`)} Reference <span class="figure">${escaped(incident.reference)}</span>.</p>`,
    `${beats(incident, page)}</div>`,
    '<section><h2>What we said, newest first</h2>',
    ...incident.updates.toReversed().map((update) => fullUpdate(update, page)),
    '</section>',
    footer(page, incident),
  ];
  return shell(`${incident.title} · ${page.heading}`, body.join('\n'));
}

export function notFoundPage(heading: string): string {
  return shell(
    `Not found · ${heading}`,
    `<header><h1>${escaped(heading)}</h1></header><p>There is no such page. <a href="/status/">See all services</a>.</p>`,
  );
}

/** Shown when the page could not be compared with the record for a while. */
export function staleBanner(asOf: string): string {
  return `<p class="late">We cannot check this page at the moment. What it says was true at ${escaped(asOf)}.</p>`;
}

function shell(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escaped(title)}</title>
<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><link rel="alternate" type="application/atom+xml" href="/status/history.atom" title="Updates"><style>${STYLE}</style></head>
<body><main>
${body}
</main></body></html>
`;
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
  const time = timeIn(page);
  const { latest } = incident;
  const shown = incident.updates.slice(-LOG_MAX).toReversed();
  return `<article class="card ${toneOf(incident)}" id="${escaped(incident.reference)}">
<p class="top"><span>${escaped(incident.statusWords)}</span>${nextTime(incident, time)}</p>
<h2>${escaped(incident.title)}</h2>
${late(incident, page)}
<p><strong>Impact.</strong> ${text(latest.impact)}</p>
<p><strong>What we are doing.</strong> ${text(latest.action)}</p>
<p class="quiet">Written <time datetime="${latest.at}">${escaped(time(latest.at.epochMilliseconds))}</time>. Reference <span class="figure">${escaped(incident.reference)}</span>.</p>
${beats(incident, page)}
<ol class="log">${shown.map((update) => `<li><time datetime="${update.at}">${escaped(short(update.at, page))}</time><span>${text(line(update))}</span></li>`).join('')}</ol>
<p class="more"><a href="/status/incidents/${escaped(incident.reference)}">Everything we said about it</a></p>
</article>`;
}

function late(incident: IncidentModel, page: PageModel): string {
  if (!incident.lateSince) return '';
  const called = incident.moreCalled ? ' We have called more people.' : '';
  return `<p class="late">The update promised for ${escaped(timeWithZone(incident.lateSince.epochMilliseconds, page.zone, page.now.epochMilliseconds))} is late.${called}</p>`;
}

function nextTime(incident: IncidentModel, time: (at: At) => string): string {
  if (!incident.open || incident.lateSince) return '';
  const next = incident.promisedAt ?? incident.latest.nextAt;
  return next
    ? `<span>next update <time datetime="${next}">${escaped(time(next.epochMilliseconds))}</time></span>`
    : '';
}

function line(update: ShownUpdate): string {
  if (update.automatic) return `Automatic message: ${update.impact}`;
  if (update.nothingNew) return 'Still at it, nothing new';
  return update.kind === 'next' ? update.action : update.impact;
}

function fullUpdate(update: ShownUpdate, page: PageModel): string {
  const time = timeIn(page);
  const next = update.nextAt
    ? `<p><strong>Next update.</strong> ${escaped(time(update.nextAt.epochMilliseconds))}</p>`
    : '';
  const heading = update.automatic ? 'Automatic message' : statusWords(update);
  return `<div class="update"><h3><time datetime="${update.at}">${escaped(`${timeForReader(update.at.epochMilliseconds, page.zone)}, ${longDate(update.at.epochMilliseconds, page.zone)}`)}</time> ${escaped(heading)}</h3>
<p><strong>Impact.</strong> ${text(update.impact)}</p><p><strong>What we are doing.</strong> ${text(update.action)}</p>${next}</div>`;
}

function services(page: PageModel): string {
  if (!page.services.length)
    return '<p class="quiet">A service appears here once it has been put on this page by name.</p>';
  const first = page.services[0]!.days[0]!.date;
  const legend = (['works', 'partly', 'not'] as const)
    .map(
      (level) =>
        `<span><svg viewBox="0 0 8 24" aria-hidden="true">${bar(level, 0, 8)}</svg>${LEGEND[level]}</span>`,
    )
    .join('');
  return `<section aria-label="Services">${page.services.map((service) => serviceRow(service)).join('\n')}
<p class="legend"><span class="figure">${escaped(dateOf(first))}</span><span>${legend}</span><span>today</span></p></section>`;
}

const LEGEND: Record<Level, string> = { works: 'worked', partly: 'partly', not: 'did not' };

function serviceRow(service: ServiceModel): string {
  const bars = service.days
    .map(
      (day, index) =>
        `<g><title>${escaped(dayWords(day))}</title>${bar(day.before ? 'before' : day.level, index * 10, 7)}</g>`,
    )
    .join('');
  return `<div class="service"><p class="name"><strong>${escaped(service.name)}</strong><span class="words ${service.level}">${escaped(service.words)}</span></p>
<svg class="bars" viewBox="0 0 597 24" preserveAspectRatio="none" role="img" aria-label="${escaped(barsAloud(service))}">${bars}</svg></div>`;
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

function dayWords(day: DayModel): string {
  if (day.before) return `${dateOf(day.date)}: not recorded`;
  return day.level === 'works'
    ? `${dateOf(day.date)}: worked`
    : `${dateOf(day.date)}: ${LEGEND[day.level]} for ${duration(day.minutes)}`;
}

function barsAloud(service: ServiceModel): string {
  const bad = service.days.filter((day) => day.level !== 'works');
  if (!bad.length) return `${service.name}: no problem in the last ${service.days.length} days.`;
  return `${service.name}, last ${service.days.length} days: ${bad.map(dayWords).join('; ')}.`;
}

function past(page: PageModel): string {
  const since = page.now
    .toZonedDateTimeISO(page.zone)
    .toPlainDate()
    .subtract({ days: PAST_DAYS - 1 });
  const shown = page.past.filter((incident) => Temporal.PlainDate.compare(dayOf(incident, page), since) >= 0);
  const groups = Map.groupBy(shown, (incident) => dayOf(incident, page).toString());
  const days = [...groups].map(
    ([, incidents]) =>
      `<h3>${escaped(longDate(incidents[0]!.startedAt.epochMilliseconds, page.zone))}</h3>${incidents.map((incident) => pastIncident(incident, page)).join('')}`,
  );
  return `<section><h2>The last ${PAST_DAYS} days</h2>${days.join('') || `<p class="quiet">${page.open.length ? 'No other incidents.' : 'No incidents.'}</p>`}</section>`;
}

function pastIncident(incident: IncidentModel, page: PageModel): string {
  const last = incident.updates.at(-1)!;
  const said = incident.mergedReference
    ? `We handled it together with ${incident.mergedReference}.`
    : last.impact;
  return `<div class="past"><p><a href="/status/incidents/${escaped(incident.reference)}">${escaped(incident.title)}</a></p><p class="quiet">${span(incident, page)} ${escaped(incident.names.join(', '))}. ${counted(incident.updates.length, 'message', 'messages')}.</p><p class="note">${text(said)}</p></div>`;
}

function dayOf(incident: IncidentModel, page: PageModel): Temporal.PlainDate {
  return incident.startedAt.toZonedDateTimeISO(page.zone).toPlainDate();
}

function span(incident: IncidentModel, page: PageModel): string {
  const end = incident.restoredAt ?? incident.endedAt;
  const start = incident.startedAt;
  const at = (moment: Temporal.Instant) =>
    `<time datetime="${moment}">${escaped(timeWithZone(moment.epochMilliseconds, page.zone, start.epochMilliseconds))}</time>`;
  if (incident.falseAlarm) return `${at(start)}, a false alarm.`;
  if (!end) return `Since ${at(start)} on ${escaped(shortDate(start.epochMilliseconds, page.zone))}.`;
  const minutes = Math.max(1, Math.round((end.epochMilliseconds - start.epochMilliseconds) / 60_000));
  return `${at(start)} to ${at(end)}, ${escaped(duration(minutes))}.`;
}

function footer(page: PageModel, incident?: IncidentModel): string {
  const reference = incident?.reference ?? (page.open.length === 1 ? page.open[0]!.reference : undefined);
  const quote = reference
    ? ` and quote <span class="figure">${escaped(reference)}</span>`
    : page.open.length
      ? ' and quote the reference'
      : '';
  const call = page.phone
    ? ` Urgent? Call <a href="tel:${escaped(page.phone.replace(/[^+\d]/g, ''))}">${escaped(page.phone)}</a>${quote}.`
    : '';
  const known = incident && !incident.open ? '' : `As of <time>@@AS_OF:${page.zone}@@</time>.`;
  return `<footer><p>${known}${call} Times are in ${escaped(page.zone.replaceAll('_', ' '))}.</p></footer>`;
}

function toneOf(incident: IncidentModel): Level {
  if (!incident.open || incident.restoredAt) return 'works';
  return incident.severity === 'P1' ? 'not' : 'partly';
}

function timeIn(page: PageModel): (at: At) => string {
  return (at) => timeForReader(at, page.zone, page.now.epochMilliseconds);
}

function short(at: Temporal.Instant, page: PageModel): string {
  const today =
    shortDate(at.epochMilliseconds, page.zone) === shortDate(page.now.epochMilliseconds, page.zone);
  const time = timeWithZone(at.epochMilliseconds, page.zone).split(' ')[0]!;
  return today ? time : `${shortDate(at.epochMilliseconds, page.zone)} ${time}`;
}

function dateOf(date: Temporal.PlainDate): string {
  return shortDate(date.toZonedDateTime('UTC').epochMilliseconds, 'UTC');
}

function duration(minutes: number): string {
  if (minutes < 60) return counted(minutes, 'minute', 'minutes');
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return rest ? `${hours} h ${rest} min` : counted(hours, 'hour', 'hours');
}

function text(value: string): string {
  return escaped(value).replaceAll('\n', '<br>');
}
