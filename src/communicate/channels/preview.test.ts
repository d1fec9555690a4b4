/** What the preview shows is what each channel sends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TOLD_BY } from '#directory/told-by.ts';
import { shownBy } from './preview.ts';
import { renderSms } from './sms/render.ts';
import { renderCall } from './voice/render.ts';
import type { Wording } from './wording.ts';

const wording = (more: Partial<Wording> = {}): Wording => ({
  language: 'en',
  subject: 'Card payments fail · We know the cause (HUM-7)',
  lines: [
    { label: 'Status', words: 'We know the cause.' },
    { label: 'Impact', field: 'impact', words: 'Nobody can pay in <checkout> *today* & since 02:00.' },
    { label: 'Next update', field: 'next', words: '02:44 UTC' },
  ],
  footer: ['Reference HUM-7.'],
  link: 'https://humdrum.example.com/status/',
  brief: {
    from: 'Harbour',
    impact: 'We know the cause. Nobody can pay.',
    action: 'We undo a change.',
    next: 'Next update at 02:44 UTC.',
    reference: 'Ref HUM-7',
  },
  event: { type: 'incident.update.sent', at: 0, data: {} },
  ...more,
});

test('an SMS is shown as it is cut, with its length and how many messages it is', () => {
  const long = wording({ brief: { ...wording().brief, impact: 'Nobody can pay. '.repeat(60).trim() } });
  for (const each of [wording(), long]) assert.equal(shownBy('sms', each)?.text, renderSms(each));
  assert.equal(shownBy('sms', wording())?.note, `1 message, ${renderSms(wording()).length} characters`);
  assert.match(shownBy('sms', long)?.note ?? '', /^3 messages, 4\d\d characters$/);
  const cyrillic = wording({ brief: { ...wording().brief, impact: 'Оплата не работает.' } });
  assert.match(
    shownBy('sms', cyrillic)?.note ?? '',
    /^2 messages, \d+ characters; a sign outside the plain alphabet/,
  );
});

test('a call is shown as the words that are said', () => {
  const { text, note } = shownBy('voice', wording()) ?? { text: '', note: '' };
  assert.match(text, /^Message from Harbour\. We know the cause\..*02:44 UTC\.$/);
  assert.equal(renderCall(wording(), undefined).split(text).length, 3, 'said twice');
  assert.match(note ?? '', /^read out twice, about \d+ seconds/);
});

test('chat is shown without the marks that make it look so, and with what people typed as they typed it', () => {
  for (const kind of ['slack', 'teams', 'discord', 'mattermost'] as const) {
    const shown = shownBy(kind, wording());
    assert.equal(shown?.head, 'Card payments fail · We know the cause (HUM-7)', kind);
    assert.match(shown?.text ?? '', /Nobody can pay in <checkout> \*today\* & since 02:00\./, kind);
    assert.match(shown?.text ?? '', /02:44 UTC/, kind);
    assert.doesNotMatch(shown?.text ?? '', /\*\*|&lt;|\u200b|\\|undefined/, kind);
  }
});

test('a notification is its title and its cut text', () => {
  const shown = shownBy('web_push', wording());
  assert.deepEqual([shown.head, shown.text.endsWith('02:44 UTC.')], [wording().subject, true]);
});

test('every channel is shown with words, what a program reads too', () => {
  for (const kind of TOLD_BY) assert.match(shownBy(kind, wording()).text, /02:44 UTC/, kind);
  assert.match(shownBy('webhook', wording()).note ?? '', /a program reads it/);
});
