/** The process killed while people type: what was acknowledged is there, what was not comes again from their windows, and no word comes twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { emptySections } from '#src/learn/sections.ts';
import { Problem } from '../../web/src/api/http.ts';
import type { Kept } from '../../web/src/learn/kept.ts';
import { type Answer, createTogether, type Together } from '../../web/src/learn/together.ts';
import { startSmtp } from '../servers/smtp.ts';
import { ask, create, createMortal, type Engine, until } from './process.ts';

const WINDOWS = 3;
const KILLS = 2;
const WORD_MILLISECONDS = 40;
const TYPED_BEFORE_KILL = 25;
const SAVED_SECONDS_MAX = 90;
/** From the first unsent letter to the request; see PAUSE_MS of a window. */
const PAUSE_MILLISECONDS = 400;

for (const engine of ['embedded', 'postgres'] satisfies Engine[])
  test(`the process killed while three people type: nothing that was acknowledged is lost, and in the end nothing at all (${engine})`, async (t) => {
    const smtp = await startSmtp();
    const mortal = await createMortal(engine, smtp.url);
    const { url, start, kill } = mortal;
    try {
      await start();
      const id = await openPostmortem(url);
      const writers = await Promise.all(Array.from({ length: WINDOWS }, () => openWriter(url, id)));
      const typed: string[] = [];
      for (let round = 0; round < KILLS; round += 1) {
        let on = true;
        const typing = writers.map(async (writer, who) => {
          for (let n = 0; on; n += 1) {
            const word = `r${round}w${who}n${n}.`;
            writer.type(word);
            typed.push(word);
            await pause(WORD_MILLISECONDS);
          }
        });
        const before = writers.map((writer) => writer.acknowledged().size);
        await until(
          async () =>
            writers.every(
              (writer, who) => writer.acknowledged().size >= (before[who] ?? 0) + TYPED_BEFORE_KILL,
            ),
          SAVED_SECONDS_MAX,
          'Not enough was acknowledged',
        );
        await kill('SIGKILL');
        const acknowledged = writers.flatMap((writer) => [...writer.acknowledged()]);
        const oldest = Math.max(...writers.map((writer) => writer.oldestUnsent()));
        const slowest = Math.max(...writers.map((writer) => writer.slowest()));
        t.diagnostic(
          `killed ${round + 1}: ${acknowledged.length} words acknowledged; the oldest that was not was ${oldest} ms old, the slowest answer had taken ${slowest} ms`,
        );
        // One request on its way, and what was typed meanwhile; the rest is this machine at work on other things.
        assert.ok(oldest <= PAUSE_MILLISECONDS + 2 * slowest + 1000, `${oldest} ms`);
        on = false;
        await Promise.all(typing);
        await start();
        const { body } = await ask(url, 'GET', `/api/v1/postmortems/${id}`);
        const there: string = body.sections.rootCause;
        for (const word of acknowledged) assert.equal(there.split(word).length - 1, 1, `${word} in ${there}`);
        await until(
          async () => writers.every(({ window }) => window.shown().state === 'saved'),
          SAVED_SECONDS_MAX,
          'Not everything was saved',
        );
      }
      for (const { window } of writers) await window.pull();
      const { body } = await ask(url, 'GET', `/api/v1/postmortems/${id}`);
      const there: string = body.sections.rootCause;
      assert.deepEqual(there.match(/r\d+w\d+n\d+\./g)?.toSorted(), typed.toSorted());
      for (const { window } of writers) assert.equal(window.shown().sections.rootCause, there);
    } finally {
      await mortal.remove();
      await smtp.stop();
    }
  });

async function openPostmortem(url: string): Promise<string> {
  const service = await create(url, '/api/v1/services', { name: 'checkout', slug: 'checkout' });
  const incident = await create(url, '/api/v1/incidents', { title: 'It fails', serviceIds: [service.id] });
  await create(url, `/api/v1/incidents/${incident.id}/confirmation`, { evidence: 'a test payment failed' });
  await create(url, `/api/v1/incidents/${incident.id}/restoration`, {
    proof: { check: 'probe', shows: 'payments pass', since: new Date().toISOString() },
  });
  const { body } = await ask(url, 'GET', '/api/v1/postmortems');
  return body.items[0].id;
}

/** A window as the web app has it, over real requests, and somebody who types in it. */
async function openWriter(url: string, id: string) {
  const typedAt = new Map<string, number>();
  const acknowledged = new Set<string>();
  let slowest = 0;
  const request = async (method: string, path: string, body?: object): Promise<Answer> => {
    const from = Date.now();
    const answer = await ask(url, method, `/api/v1/postmortems/${id}/${path}`, body).catch(() => {
      throw new Problem(0, { title: 'Humdrum cannot be reached.' });
    });
    slowest = Math.max(slowest, Date.now() - from);
    if (answer.status !== 200) throw new Problem(answer.status, answer.body);
    return answer.body;
  };
  const nothingKept: Kept = { read: () => ({ edits: [], forget: () => {} }), write: () => true };
  const window: Together = createTogether(
    {
      pull: (after) => request('GET', `document${after === undefined ? '' : `?after=${after}`}`),
      push: async (edit, after) => {
        const sent = [...typedAt.keys()];
        const answer = await request('POST', 'edits', { edit, after });
        for (const word of sent) acknowledged.add(word);
        return answer;
      },
    },
    nothingKept,
    emptySections(),
  );
  await window.pull();
  return {
    window,
    acknowledged: () => acknowledged,
    slowest: () => slowest,
    oldestUnsent: () =>
      Math.max(
        0,
        ...[...typedAt].filter(([word]) => !acknowledged.has(word)).map(([, at]) => Date.now() - at),
      ),
    type(word: string) {
      const text = window.root('rootCause');
      const shown = text.toString();
      typedAt.set(word, Date.now());
      window.type(text, { shown, typed: shown + word, caret: shown.length + word.length });
    },
  };
}
