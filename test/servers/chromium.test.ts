import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchChromium } from './chromium.ts';

test('a browser opens a page and reads it', async () => {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    await page.setContent('<button>I have it</button>');
    assert.equal(await page.getByRole('button').innerText(), 'I have it');
  } finally {
    await browser.close();
  }
});
