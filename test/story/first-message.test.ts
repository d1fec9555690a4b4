/** The first message: whoever owes it is called when it is late, then the lead, then the next level, until somebody sends it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';

let house: Harness;
before(async () => {
  house = await openHarness();
  await seedAgency(house);
});
after(() => house.close());

type Line = {
  kind: string;
  happenedAt: string;
  text: string;
  data: { promise?: string; who?: { name?: string } | string };
};

async function timeline(id: string): Promise<Line[]> {
  return (await house.ask('GET', `/incidents/${id}/timeline`)).items;
}

test('a P1 without a first message is marked late at ten minutes and climbs its ladder: owner, lead, next level; a restart in the middle changes nothing', async () => {
  house.as({ personId: 'ana', name: 'Ana Lima' });
  const incident = await house.ask('POST', '/incidents', {
    title: 'Card payments fail',
    serviceIds: ['svc_checkout'],
  });
  await house.ask('POST', `/incidents/${incident.id}/confirmation`, {
    evidence: 'three failed test payments',
  });
  await house.pass({ minutes: 11 });
  await house.restart();
  await house.pass({ minutes: 9 });
  const steps = (await timeline(incident.id))
    .filter((line) => line.data.promise === 'first_message')
    .map((line) => `${line.happenedAt.slice(14, 16)} ${line.kind} ${line.data.who ?? ''}`.trim());
  assert.deepEqual(steps, [
    '07 reminded owner',
    '10 promise_missed',
    '10 escalated owner',
    '13 escalated lead',
    '16 escalated next_level',
  ]);
});

test('the calls of the ladder really arrive in the mailboxes of the people who stand on it', async () => {
  const pages = house.smtp.mails.filter((mail) => /Card payments fail/.test(`${mail.subject} ${mail.text}`));
  const called = new Set(pages.flatMap((mail) => mail.envelope.to));
  assert.ok(called.has('ana@example.com'), 'Ana owes the message and leads');
  assert.ok(called.has('bo@example.com'), 'Bo is the next level');
  assert.ok(called.has('cleo@example.com') || called.has('bo@example.com'));
});

test('one person is called at most once in ten minutes, however many promises are late', async () => {
  const rows = await house.db
    .selectFrom('page')
    .select(['person_id', 'sent_at'])
    .where('sent_at', 'is not', null)
    .orderBy('sent_at')
    .execute();
  const times = rows
    .filter((row) => row.person_id === 'ana')
    .map((row) => row.sent_at?.epochMilliseconds ?? 0);
  assert.ok(times.length > 0);
  for (const [index, at] of times.entries())
    assert.ok(index === 0 || at - (times[index - 1] ?? 0) >= 10 * 60_000, String(times));
});
