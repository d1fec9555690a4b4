/** The same facts on every channel, cut by rules, and nothing that people wrote becomes a mark, a link or a call. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { letterOf, type Told } from '../letter.ts';
import { renderDiscord } from './discord/render.ts';
import { mailOf } from './email/render.ts';
import { asMarkdownText } from './markdown.ts';
import { renderMattermost } from './mattermost/render.ts';
import { renderSlack } from './slack/render.ts';
import { partsOf, renderSms } from './sms/render.ts';
import { CARD_BYTES_MAX, renderTeams } from './teams/render.ts';
import { callHeard, renderCall } from './voice/render.ts';
import { renderPush } from './web_push/render.ts';
import { renderWebhook } from './webhook/render.ts';
import { type Wording, wordingOf } from './wording.ts';

const at = (time: string) => Temporal.Instant.from(time).epochMilliseconds;

const written = {
  kind: 'next' as Told['kind'],
  status: 'cause_known' as Told['status'],
  impact: 'Since 02:02 UTC nobody can pay by card.',
  action: 'We are undoing our last change.',
  nextAt: at('2026-11-25T02:44:00Z'),
  writtenAt: at('2026-11-25T02:14:00Z'),
  about: {
    incidentId: 'inc_1',
    reference: '7M3K-Q0V9',
    number: 7,
    title: 'checkout-api 5xx',
    severity: 'P1',
    drill: false,
    restricted: false,
    publicNames: ['Checkout'],
  },
};
const reader: Told['reader'] = { audience: 'client', zone: 'UTC', services: ['Checkout'] };
const from = {
  organisation: { name: 'Hillside', statusPageName: null, zone: 'UTC', phone: null },
  url: 'https://humdrum.example',
};

const wording = (
  changes: Partial<typeof written> = {},
  who: Told['reader'] = reader,
  by: Parameters<typeof wordingOf>[1] = from,
): Wording => {
  const { impact, action, ...rest } = { ...written, ...changes };
  const audience = who.audience === 'internal' ? 'internal' : 'clients';
  return wordingOf(letterOf({ ...rest, text: { audience, impact, action }, reader: who }), by);
};

test('an SMS says who, the impact, what is done, and the next time', () => {
  assert.equal(
    renderSms(wording()),
    'Hillside: We know the cause. Since 02:02 UTC nobody can pay by card. We are undoing our last change. Next update at 02:44 UTC. Ref 7M3K-Q0V9',
  );
});

test('an SMS that is too long loses the action before the impact, and the next time never', () => {
  const action = 'We are undoing our last change. '.repeat(20);
  const text = renderSms(wording({ action }));
  assert.match(text, /nobody can pay by card\. Next update at 02:44 UTC\./);
  assert.doesNotMatch(text, /undoing/);
  const long = renderSms(
    wording({ impact: `Nobody can pay by card. ${'All shops are affected. '.repeat(60)}` }),
  );
  assert.match(long, /^(Hillside: )?We know the cause\. Nobody can pay by card\./);
  assert.match(long, /\.\.\. Next update at 02:44 UTC\.$/);
  for (const each of [text, long]) assert.ok(partsOf(each) <= 3, `${partsOf(each)} parts: ${each}`);
});

test('an SMS in letters that need more room is cut earlier, never in the middle of a character', () => {
  const text = renderSms(
    wording({ impact: `Никто не может платить картой 😀 ${'и так далее 😀 '.repeat(60)}` }),
  );
  assert.ok(partsOf(text) <= 3);
  assert.match(text, /Next update at 02:44 UTC\.$/);
  assert.ok(text.isWellFormed());
});

test('a call reads the message twice and asks for a key', () => {
  const twiml = renderCall(
    wording({ impact: 'Tom & Jerry <cannot> pay "now".' }),
    'https://humdrum.example/hooks?a=1&b=2',
  );
  assert.match(
    twiml,
    /^<Response><Gather numDigits="1" timeout="8" action="https:\/\/humdrum\.example\/hooks\?a=1&#38;b=2">/,
  );
  assert.equal(twiml.match(/Tom &#38; Jerry &#60;cannot&#62; pay &#34;now&#34;/g)?.length, 2);
  assert.match(twiml, /Press 1/);
});

const NASTY = [
  '<script>alert(1)</script>',
  '<!channel> <@U123> <https://evil.example|click here>',
  '@everyone @here @channel @all',
  '[click here](javascript:alert(1)) ![x](https://evil.example/x.png) **bold** `code` ~~gone~~ ||spoiler||',
  '"><img src=x onerror=alert(1)>',
  '</Say><Dial>+4912345</Dial>',
].join('\n');

const nasty = (): Wording =>
  wording(
    {
      impact: NASTY,
      action: NASTY,
      about: { ...written.about, title: NASTY, reference: NASTY, publicNames: [NASTY] },
    },
    { audience: 'internal', zone: 'UTC', services: [NASTY] },
    { ...from, organisation: { ...from.organisation, name: NASTY, phone: NASTY } },
  );

test('in HTML mail no field becomes a mark', () => {
  const { html, subject, text } = mailOf(nasty(), { unsubscribe: 'https://humdrum.example/unsubscribe/x' });
  assert.doesNotMatch(html, /<script|<img|<Dial|<https|<!channel/);
  assert.match(html, /&#60;script&#62;/);
  assert.ok(text.includes('<script>'), 'plain text stays plain');
  assert.ok(subject.includes('<script>'), 'a subject is no HTML');
});

test('in Slack nobody is called and nothing links away', () => {
  const message = renderSlack(nasty());
  const marks = message.blocks.flatMap((block) => {
    const { text, elements = [] } = block as {
      text?: { type: string; text: string };
      elements?: { text: string }[];
    };
    return [...(text?.type === 'mrkdwn' ? [text.text] : []), ...elements.map((each) => each.text)];
  });
  for (const each of [message.text, ...marks])
    assert.doesNotMatch(each.replace('<https://humdrum.example/incidents/inc_1>', ''), /<|>/);
});

test('in Discord nobody is called, and the message fits', () => {
  const message = renderDiscord(nasty());
  assert.deepEqual(message.allowed_mentions, { parse: [] });
  assert.doesNotMatch(message.content, /@(everyone|here)/);
  assert.doesNotMatch(message.content, /(?<!\\)\[click/);
  const long = renderDiscord(
    wording({ impact: 'Nobody can pay. '.repeat(300), action: 'We look. '.repeat(300) }),
  );
  assert.ok(long.content.length <= 2000);
  assert.match(long.content, /Next update\*\*: 02:44 UTC/);
});

test('in Mattermost nobody is called and no picture is loaded', () => {
  const { text } = renderMattermost(nasty());
  assert.doesNotMatch(text, /@(channel|all|here)/);
  assert.doesNotMatch(text, /(?<!\\)\]\(/);
  assert.doesNotMatch(text.replace('<https://humdrum.example/incidents/inc_1>', ''), /(?<!\\)</);
});

test('in Teams no field becomes a link, and the card is at most 28 KB', () => {
  const card = JSON.stringify(renderTeams(nasty()));
  assert.doesNotMatch(card, /(?<!\\)\]\(javascript/);
  const long = JSON.stringify(
    renderTeams(wording({ impact: '[ж](x) '.repeat(2000), action: '😀'.repeat(4000) })),
  );
  assert.ok(Buffer.byteLength(long) <= CARD_BYTES_MAX, `${Buffer.byteLength(long)} bytes`);
  assert.match(long, /02:44 UTC/);
});

test('a call reads marks out as text', () => {
  const said = renderCall(nasty(), undefined);
  assert.doesNotMatch(said.replaceAll(/<\/?(Response|Say|Pause)[^>]*>/g, ''), /</);
  assert.equal(said.match(/<Dial>/g), null);
});

test('a browser notification is short and keeps the next time', () => {
  const push = renderPush(wording({ impact: 'Nobody can pay. '.repeat(100) }), '7M3K-Q0V9');
  assert.ok(push.body.length <= 400);
  assert.match(push.body, /Next update at 02:44 UTC\.$/);
  assert.equal(push.url, 'https://humdrum.example/status/');
});

test('a webhook carries the facts as data, and internal names only inside', () => {
  const outside = JSON.parse(renderWebhook(wording()));
  assert.equal(outside.type, 'incident.update.sent');
  assert.equal(outside.timestamp, '2026-11-25T02:14:00Z');
  assert.equal(outside.data.next_update_at, '2026-11-25T02:44:00Z');
  assert.deepEqual(outside.data.incident, { reference: '7M3K-Q0V9' });
  assert.doesNotMatch(JSON.stringify(outside), /checkout-api|inc_1/);
  const inside = JSON.parse(renderWebhook(wording({}, { ...reader, audience: 'internal' })));
  assert.equal(inside.data.incident.title, 'checkout-api 5xx');
  const long = renderWebhook(wording({ impact: 'x'.repeat(30_000), action: 'y'.repeat(30_000) }));
  assert.ok(Buffer.byteLength(long) < 20_000, `${Buffer.byteLength(long)} bytes`);
});

test('no channel for readers outside ever says the internal title', () => {
  const words = wording();
  const all = JSON.stringify([
    mailOf(words, {}),
    renderSms(words),
    renderCall(words, undefined),
    renderSlack(words),
    renderTeams(words),
    renderDiscord(words),
    renderMattermost(words),
    renderPush(words, undefined),
    renderWebhook(words),
  ]);
  assert.doesNotMatch(all, /checkout-api|INC-7|inc_1/);
});

test('what people wrote reads the same after it has been made safe for Markdown', () => {
  assert.equal(asMarkdownText('Nobody can pay since 02:02.'), 'Nobody can pay since 02:02.');
  assert.equal(asMarkdownText('1. first\n- second'), '1\\. first\n\\- second');
});

test('around the words of a person every channel speaks the language of its reader', () => {
  const german = wording({}, { ...reader, language: 'de', zone: 'Europe/Berlin' });
  assert.equal(german.subject, 'Nobody can pay by card · Wir kennen die Ursache (7M3K-Q0V9)');
  assert.equal(
    renderSms(german),
    'Hillside: Wir kennen die Ursache. Since 02:02 UTC nobody can pay by card. We are undoing our last change. Nächste Meldung um 03:44 MEZ (02:44 UTC). Az. 7M3K-Q0V9',
  );
  const call = renderCall(german, 'https://humdrum.example/heard');
  assert.match(call, /<Say language="de-DE">Nachricht von Hillside\./);
  assert.match(call, /<Say language="de-DE">Ich wiederhole\. .*Drücken Sie die 1/);
  assert.equal(call.match(/<Say>/g), null);
  assert.equal(callHeard('de'), '<Response><Say language="de-DE">Danke. Auf Wiederhören.</Say></Response>');
  const mail = mailOf(german, {
    ask: 'https://humdrum.example/ask/x',
    unsubscribe: 'https://humdrum.example/u',
  });
  const everything = [
    mail.text,
    mail.html,
    JSON.stringify(renderSlack(german)),
    JSON.stringify(renderTeams(german)),
    renderDiscord(german).content,
    renderMattermost(german).text,
    JSON.stringify(renderPush(german, undefined)),
    JSON.stringify(JSON.parse(renderWebhook(german)).data.text),
  ];
  for (const each of everything) {
    assert.match(each, /Wir kennen die Ursache|Was wir tun|Nächste Meldung/);
    assert.doesNotMatch(
      each,
      /What we are doing|Next update|Written|Reference|Impact|A question|these mails|"Open"/,
    );
  }
  assert.match(mail.html, /^<!doctype html><html lang="de">/);
});

test('a message of the machine is made anew for each reader, from its facts', () => {
  const lateness = {
    promise: 'next_update',
    cycle: 3,
    promisedAt: Temporal.Instant.from('2026-11-25T02:44:00Z'),
    first: false,
    detectedAt: Temporal.Instant.from('2026-11-25T02:02:00Z'),
    calledCount: 2,
    calling: true,
    saidBefore: 1,
  };
  const confirmed = {
    impact: 'Nobody can pay by card.',
    continued: 'nobody can pay by card.',
    at: Temporal.Instant.from('2026-11-25T02:14:00Z'),
  };
  const { impact, action, ...rest } = {
    ...written,
    kind: 'late' as const,
    nextAt: at('2026-11-25T04:14:00Z'),
  };
  const told = (language: 'en' | 'de', zone: string) =>
    wordingOf(
      letterOf({
        ...rest,
        writtenAt: at('2026-11-25T03:14:00Z'),
        lateness,
        text: { audience: 'clients', impact: 'as it was stored', action, confirmed },
        reader: { ...reader, language, zone },
      }),
      from,
    );
  assert.equal(
    renderSms(told('de', 'Europe/Berlin')),
    'Automatische Meldung, Hillside: Unsere Meldung für 03:44 MEZ (02:44 UTC) ist weiterhin überfällig. Zuletzt bestätigt um 03:14 MEZ: "Nobody can pay by card." Eine zweite und eine dritte Person sind gerufen worden. Es werden weiter Personen gerufen. Nächste Meldung bis 05:14 MEZ (04:14 UTC). Az. 7M3K-Q0V9',
  );
  assert.equal(
    told('en', 'America/New_York').lines[0]?.words,
    'Automatic message. Our update for 21:44 EST (02:44 UTC) is still late. Last confirmed at 21:14 EST: nobody can pay by card. A second and third person have been called. We keep calling people. Next message by 23:14 EST (04:14 UTC).',
  );
  assert.equal(told('de', 'UTC').subject, 'Nobody can pay by card · Automatische Meldung (7M3K-Q0V9)');
});
