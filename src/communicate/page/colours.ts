/** The colours that a page may have: only such that its links stay readable on its paper, in light and in dark. Pure. */

const PAPER = '#f6f5f1';
const PAPER_DARK = '#1b1e23';
/** WCAG 2.2, level AA, for words of ordinary size. */
const CONTRAST_MIN = 4.5;
const COLOUR = /^#[0-9a-f]{6}$/;

/** @returns what is wrong with it and which colour would do, or undefined when it can be read */
export function whyUnreadable(colour: string, on: 'light' | 'dark'): string | undefined {
  const paper = on === 'light' ? PAPER : PAPER_DARK;
  const contrast = contrastOf(colour, paper);
  if (contrast >= CONTRAST_MIN) return undefined;
  return `${colour} has a contrast of ${contrast.toFixed(1)} to 1 on the ${on} paper of the page; links need ${CONTRAST_MIN} to 1. ${readable(colour, on)} would do.`;
}

/** @returns the nearest shade of the colour that can be read */
export function readable(colour: string, on: 'light' | 'dark'): string {
  const paper = on === 'light' ? PAPER : PAPER_DARK;
  const towards = on === 'light' ? 0 : 255;
  for (let part = 0; part <= 100; part += 2) {
    const mixed = channels(colour).map((each) => Math.round(each + ((towards - each) * part) / 100));
    const text = `#${mixed.map((each) => each.toString(16).padStart(2, '0')).join('')}`;
    if (contrastOf(text, paper) >= CONTRAST_MIN) return text;
  }
  return on === 'light' ? '#000000' : '#ffffff';
}

/** @returns the style sheet of a page with colours of its own; empty without. Only hexadecimal colours get into it. */
export function colours(accent: string | null, accentDark: string | null): string {
  if (!accent || !COLOUR.test(accent)) return '';
  const dark = accentDark && COLOUR.test(accentDark) ? accentDark : readable(accent, 'dark');
  return `:root{--accent:${accent};--brand:${accent}}@media (prefers-color-scheme:dark){:root{--accent:${dark};--brand:${dark}}}`;
}

function contrastOf(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((left, right) => right - left);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((each) => {
    const part = each / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((from) => Number.parseInt(colour.slice(from, from + 2), 16));
}
