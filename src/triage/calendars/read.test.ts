/** Calendars of planned maintenance: what is read of them, by which rule a service is found, and what is refused. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CALENDAR_CHARACTERS_MAX, readCalendar, servicesOf } from './read.ts';
import { waitSeconds } from './watch.ts';

const NOW = Temporal.Instant.from('2026-11-25T02:00:00Z');
const FILE = readFileSync(join(import.meta.dirname, 'fixtures/maintenance.ics'), 'utf8');
const calendarOf = (event: string) =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20261120T090000Z\r\nDTSTART:20261129T010000Z\r\n${event}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;

test('entries of two months are read, a series date by date, without what is cancelled or past', () => {
  const { entries, more } = readCalendar(FILE, NOW);
  assert.equal(more, false);
  assert.deepEqual(
    entries.slice(0, 4).map((each) => [each.title, each.startsAt.toString(), each.endsAt.toString()]),
    [
      ['Replace the core switch', '2026-11-29T01:00:00Z', '2026-11-29T03:00:00Z'],
      ['Rebuild the Product search index', '2026-11-29T02:00:00Z', '2026-11-29T03:00:00Z'],
      ['Rebuild the Product search index', '2026-12-13T02:00:00Z', '2026-12-13T03:00:00Z'],
      ['Rebuild the Product search index', '2026-12-20T02:00:00Z', '2026-12-20T03:00:00Z'],
    ],
  );
  assert.deepEqual(entries[0]?.names, ['checkout']);
  assert.equal(entries[0]?.url, 'https://wiki.example/switch');
  assert.equal(new Set(entries.map(({ id }) => id)).size, entries.length, 'each date has an id of its own');
  assert.ok(entries.every(({ title }) => title !== 'Not after all' && title !== 'Long ago'));
});

test('an entry finds its services by what it names, else by its title, else by the calendar', () => {
  const services = [
    { id: 'svc_search', slug: 'search', name: 'Product search' },
    { id: 'svc_checkout', slug: 'checkout', name: 'Checkout' },
    { id: 'svc_site', slug: 'site-search', name: 'Site search' },
  ];
  const found = (title: string, names: string[] = [], usual?: string) =>
    servicesOf({ title, names }, services, usual);
  assert.deepEqual(found('Product search is rebuilt', ['CHECKOUT']), ['svc_checkout']);
  assert.deepEqual(found('Product search is rebuilt', ['Room 4']), ['svc_search']);
  assert.deepEqual(found('Research day'), [], 'a name counts as a word only');
  assert.deepEqual(found('Replace the switch', [], 'svc_checkout'), ['svc_checkout']);
  assert.deepEqual(found('Replace the switch', ['search', 'checkout', 'Product search', 'Room 4']), [
    'svc_search',
    'svc_checkout',
  ]);
  assert.deepEqual(found('Checkout and site search are away'), ['svc_site', 'svc_checkout']);
});

test('what is no calendar, too long, or repeats by the second is refused with what to do', () => {
  const refused = (text: string) => {
    try {
      readCalendar(text, NOW);
    } catch (error) {
      return (error as Error).message;
    }
    return 'accepted';
  };
  assert.match(refused('<!doctype html><title>Sign in</title>'), /no calendar/);
  assert.match(refused(''), /no calendar/);
  assert.match(refused(Buffer.from(FILE, 'utf16le').toString('latin1')), /no calendar/);
  assert.match(refused('x'.repeat(CALENDAR_CHARACTERS_MAX + 1)), /longer than 256 KB/);
  assert.match(refused(calendarOf('SUMMARY:x\r\nRRULE:FREQ=SEC\r\n ONDLY')), /repeats by the hour/);
  assert.match(
    refused(`BEGIN:VCALENDAR\n${'BEGIN:VEVENT\nEND:VEVENT\n'.repeat(2001)}`),
    /more than 2000 entries/,
  );
});

test('broken entries are left out and the others are read', () => {
  assert.deepEqual(
    readCalendar(calendarOf('DTEND:20261128T010000Z\r\nSUMMARY:ends before it begins'), NOW).entries,
    [],
  );
  assert.deepEqual(readCalendar(calendarOf('DTEND:20261129T010000Z'), NOW).entries, [], 'without a title');
  const [kept] = readCalendar(calendarOf('SUMMARY:a\0b\r\nURL:javascript:alert(1)'), NOW).entries;
  assert.deepEqual([kept?.title, kept?.url], ['a\uFFFDb', undefined]);
});

test('a calendar that fails is asked ever more rarely, at least four times a day', () => {
  assert.deepEqual(
    [0, 1, 2, 10].map((failures) => waitSeconds(failures, 0.5) / 60),
    [15, 30, 60, 300],
  );
  assert.ok(waitSeconds(0, 0) === 12 * 60 && waitSeconds(0, 1) === 18 * 60);
});
