/** One update to some hundreds of contacts, and the process killed in the middle of it, three times over: everybody is told, few of them twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { LIMITS } from '#src/communicate/deliver.ts';
import { startSmtp } from '../servers/smtp.ts';
import { ask, createMortal, type Engine, prepare, until } from './process.ts';

const CONTACTS = 240;
/** Killed when so many more mails have left, so that each kill falls into the fan-out. */
const KILLED_AFTER = [40, 40, 40];
const DONE_SECONDS_MAX = 120;

for (const engine of ['embedded', 'postgres'] satisfies Engine[])
  test(`the process killed in the middle of a fan-out: every contact is told, duplicates within the bound (${engine})`, async () => {
    const smtp = await startSmtp();
    const mortal = await createMortal(engine, smtp.url);
    const { url, start, kill } = mortal;
    try {
      await start();
      const { incidentId } = await prepare(url, CONTACTS);
      const before = smtp.mails.length;
      const sent = await ask(url, 'POST', `/api/v1/incidents/${incidentId}/updates`, {
        kind: 'first',
        status: 'looking',
        impact: 'Some payments fail.',
        action: 'We are working on it.',
        audience: { clientIds: 'affected', internal: false, publicPage: false },
      });
      assert.equal(sent.status, 201);
      const updates = () =>
        smtp.mails.slice(before).filter(({ messageId }) => messageId?.startsWith('<dlv_'));
      const readers = () => new Set(updates().map((mail) => mail.envelope.to.join()));
      for (const more of KILLED_AFTER) {
        const from = updates().length;
        while (updates().length < from + more) await pause(1);
        await kill('SIGKILL');
        assert.ok(readers().size < CONTACTS, 'it was killed before the end');
        await start();
      }
      const waiting = async () =>
        (await ask(url, 'GET', `/api/v1/incidents/${incidentId}/updates`)).body.items[0].deliveries;
      await until(async () => (await waiting()).sent >= CONTACTS, DONE_SECONDS_MAX, 'Not everybody was told');
      const { total, sent: told, waiting: left, failed } = await waiting();
      assert.deepEqual(
        [total, told, left, failed],
        [CONTACTS, CONTACTS, 0, 0],
        'and all of it is on the record',
      );
      assert.equal(readers().size, CONTACTS);
      const duplicates = updates().length - CONTACTS;
      const bound = KILLED_AFTER.length * (LIMITS.urgent.inDoubtMax + LIMITS.ordinary.inDoubtMax);
      assert.ok(duplicates <= bound, `${duplicates} came twice, of at most ${bound}`);
      for (const [reader, mails] of Map.groupBy(updates(), (mail) => mail.envelope.to.join()))
        assert.equal(new Set(mails.map((mail) => mail.messageId)).size, 1, `${reader}: a copy keeps its id`);
      await kill('SIGTERM');
      const { db, close } = await mortal.database();
      try {
        const once = await db
          .selectFrom('delivery')
          .select((each) => each.fn.countAll<string>().as('count'))
          .where('incident_id', '=', incidentId)
          .where('state', '=', 'sent')
          .executeTakeFirstOrThrow();
        assert.equal(Number(once.count), CONTACTS);
      } finally {
        await close();
      }
    } finally {
      await mortal.remove();
      await smtp.stop();
    }
  });
