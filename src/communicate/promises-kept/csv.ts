/** The page of kept promises as a table for a spreadsheet: one line per promise, then one per message with its evidence. Pure. */
import type { PromisesKept } from './read.ts';

const HEADER = [
  'incident',
  'severity',
  'services',
  'line',
  'what',
  'by contract',
  'promised for',
  'happened at',
  'outcome',
  'who',
  'channel',
  'evidence',
];

/** @returns RFC 4180, UTF-8; a field that a spreadsheet would take for a formula begins with an apostrophe */
export function promisesKeptCsv(page: PromisesKept): string {
  return (
    [HEADER, ...page.incidents.flatMap(linesOf)].map((line) => line.map(field).join(',')).join('\r\n') +
    '\r\n'
  );
}

function linesOf(incident: PromisesKept['incidents'][number]): string[][] {
  const about = [incident.reference, incident.severity, incident.services.join('; ')];
  return [
    ...incident.promises.map((each) => [
      ...about,
      'promise',
      each.name,
      each.byContract ? 'yes' : 'no',
      each.dueAt,
      each.keptAt ?? '',
      each.outcome,
      '',
      '',
      '',
    ]),
    ...incident.heard.flatMap((each) =>
      (each.evidence.length ? each.evidence : [undefined]).map((one) => [
        ...about,
        'message',
        each.what,
        '',
        '',
        one?.at ?? each.at,
        one ? 'told' : 'not told',
        one?.who ?? '',
        one?.channel ?? '',
        one?.answer ?? '',
      ]),
    ),
  ];
}

function field(value: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(value.trimStart()) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}
