/** A language is said by its name; what somebody once typed is not lost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languageName } from './language.ts';

test('a language is named, and what is no code is said as it was typed', () => {
  assert.deepEqual(['en', 'de', 'Deutsch, bitte', ''].map(languageName), [
    'English',
    'German',
    'Deutsch, bitte',
    '',
  ]);
});
