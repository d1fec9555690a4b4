/** Chromium for tests: one that is installed on this machine, driven by Playwright. */
import { globSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { findProgram, isExecutable } from './program.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const MAC = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The program's path, or undefined when this machine has none; CHROMIUM_PATH goes first. */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM_PATH;
  if (named) return named;
  const onMac = MAC.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`).find(isExecutable);
  return findProgram(NAMES, ['/snap/bin']) ?? onMac ?? downloadedByPlaywright();
}

/** Throws with what to install when there is no browser. The caller closes it. */
export function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath)
    throw new Error(
      'These tests need Chromium and found none. Run "npm test" as root on Debian, or "npx playwright-core install chromium", or set CHROMIUM_PATH.',
    );
  // The sandbox of Chromium refuses to work for root.
  const args = process.getuid?.() === 0 ? [...FLAGS, '--no-sandbox'] : FLAGS;
  return chromium.launch({ executablePath, args, headless: true });
}

function downloadedByPlaywright(): string | undefined {
  const roots = [
    process.env.PLAYWRIGHT_BROWSERS_PATH,
    join(homedir(), '.cache/ms-playwright'),
    join(homedir(), 'Library/Caches/ms-playwright'),
  ];
  const places = ['chromium-*/chrome-linux*/chrome', 'chromium-*/chrome-mac*/*.app/Contents/MacOS/*'];
  return roots
    .filter((root) => root !== undefined)
    .flatMap((root) => globSync(places, { cwd: root }).map((path) => join(root, path)))
    .find(isExecutable);
}
