/** A person in front of the incident room, who reads what it says and uses what it offers, by role and visible words. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';

const STEP_SECONDS_MAX = 45;
const TRIES_MAX = 3;
const LOOK_MILLISECONDS = 150;
// What slides in has arrived by then.
const PICTURE_MILLISECONDS = 900;
/** A folder: every step leaves a picture there, for people who look at the screens. */
const PICTURES = process.env.END_TO_END_PICTURES;

export type Responder = ReturnType<typeof responderAt>;

export function responderAt(page: Page) {
  const card = page.locator('#next-step');
  const heading = card.getByRole('heading', { level: 2 });
  const press = (name: string | RegExp) => card.getByRole('button', { name, exact: true }).click();
  const fill = (label: string | RegExp, text: string) => card.getByLabel(label).fill(text);
  let pictures = 0;

  async function title(): Promise<string> {
    const all = await heading.allTextContents();
    return all[0] ?? '';
  }

  /** What a clock puts in front of the order of the process is done when it comes, as a person would. */
  const interruptions: Record<string, () => Promise<void>> = {
    'Send the promised update': () => press(/^Send/),
    async 'Get a second person in'() {
      await press('I stay alone, because…');
      await fill('Why is one person enough?', 'The roll-back runs by itself.');
      await press('I stay alone');
    },
  };

  /** Waits until the card says so. Fails with what it says instead. */
  async function reaches(wanted: string): Promise<void> {
    const end = performance.now() + STEP_SECONDS_MAX * 1000;
    let shown = await title();
    while (shown !== wanted && performance.now() < end) {
      const interrupt = interruptions[shown];
      if (interrupt) {
        await interrupt();
        await leaves(shown);
      } else await pause(LOOK_MILLISECONDS);
      shown = await title();
    }
    assert.equal(shown, wanted, 'the next step');
    await picture(wanted);
  }

  /** Does it on the card that says so, again from its start when a clock has put something else in front meanwhile. */
  async function at(wanted: string, act: () => Promise<unknown>): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      await reaches(wanted);
      try {
        await act();
        return;
      } catch (error) {
        if (tries === TRIES_MAX || (await title()) === wanted) throw error;
      }
    }
  }

  /** Waits until the card says something else. */
  async function leaves(from: string): Promise<void> {
    const end = performance.now() + STEP_SECONDS_MAX * 1000;
    while ((await title()) === from) {
      assert.ok(performance.now() < end, `the next step stays "${from}"`);
      await pause(LOOK_MILLISECONDS);
    }
  }

  async function picture(name: string): Promise<void> {
    if (!PICTURES) return;
    pictures += 1;
    await pause(PICTURE_MILLISECONDS);
    const file = `${String(pictures).padStart(2, '0')} ${name.replaceAll(/[^\w ]/g, '')}.png`;
    await page.screenshot({ path: join(PICTURES, file) });
  }

  const call = page.getByRole('dialog', { name: 'You are being called' });

  return {
    page,
    async isCalled(about: RegExp): Promise<void> {
      await call.getByText(about).first().waitFor();
      await picture('You are being called');
    },
    /** From then on a further call is answered when it comes, as a person would. */
    async answersCall(words: string): Promise<void> {
      const answer = call.getByRole('button', { name: words, exact: true });
      await answer.click();
      await call.waitFor({ state: 'hidden' });
      await page.addLocatorHandler(call, () => answer.click());
    },
    card,
    reaches,
    at,
    press,
    fill,
    picture,
    async sees(words: string | RegExp): Promise<void> {
      await page.getByText(words).first().waitFor();
    },
    /** The parts of the room, at the bottom of a phone. */
    async opens(part: string): Promise<void> {
      await page
        .getByRole('navigation', { name: 'Parts of the room' })
        .getByRole('button', { name: part })
        .click();
    },
  };
}
