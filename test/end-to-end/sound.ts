/** What every screen holds to at every size: nothing is wider than the window, and axe finds nothing serious. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** A phone, and a window on a desk. */
export const SIZES = { phone: { width: 390, height: 844 }, desk: { width: 1440, height: 900 } };
export const SCHEMES = ['light', 'dark'] as const;
const SETTLES_MS = 150;
/** Set to a folder, tests leave pictures there for people to look at. */
const PICTURES = process.env.HUMDRUM_TEST_PICTURES;

const SERIOUS = new Set(['serious', 'critical']);

export async function isSound(page: Page, name: string): Promise<void> {
  const width = page.viewportSize()?.width ?? 0;
  const wide = Number(await page.evaluate('document.documentElement.scrollWidth'));
  assert.ok(wide <= width, `${name} is ${wide} px wide at ${width}`);
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  const serious = violations.filter(({ impact }) => impact && SERIOUS.has(impact));
  assert.deepEqual(
    serious.map(({ id, nodes }) => `${name}: ${id} at ${nodes[0]?.target}`),
    [],
  );
}

/** At both sizes, in light and in dark; the window stays as the last of them. */
export async function isSoundEverywhere(page: Page, name: string): Promise<void> {
  for (const [size, viewport] of Object.entries(SIZES))
    for (const colorScheme of SCHEMES) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(SETTLES_MS);
      await isSound(page, `${name}-${size}-${colorScheme}`);
      await picture(page, `${name}-${size}-${colorScheme}`);
    }
}

/** Leaves a picture of the whole page where somebody asked for pictures. */
export async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES) await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}
