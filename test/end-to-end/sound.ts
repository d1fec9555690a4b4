/** What every screen holds to at every size: nothing is wider than the window, and axe finds nothing serious. */
import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

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
