/** What Humdrum's own page tells programs can be held up to the mirror like any other's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordOf } from '../../src/cli/mirror/record.ts';
import { sumOf } from '../../src/cli/mirror/silences.ts';
import { openHarness, seedAgency } from '../harness.ts';

test('the mirror reads our own status page, and finds every message naming the next one', async () => {
  const house = await openHarness();
  try {
    const { checkout } = await seedAgency(house);
    house.as({ personId: 'ana', name: 'Ana Lima' });
    const { id } = await house.ask('POST', '/incidents', {
      title: 'Payments fail',
      serviceIds: [checkout],
      noticed: { by: 'person', who: 'a client', how: 'telephone' },
    });
    const tell = (kind: string, more: object = {}) =>
      house.ask('POST', `/incidents/${id}/updates`, {
        kind,
        status: 'looking',
        impact: 'Nobody can pay by card.',
        action: 'We are undoing our last change.',
        audience: { clientIds: 'affected', internal: true, publicPage: true },
        ...more,
      });
    await tell('first');
    await house.pass({ minutes: 25 });
    await tell('next');
    await house.pass({ minutes: 45 });
    await tell('next');
    await house.settle();
    const { text } = await house.call('GET', '/status/api/v2/incidents.json');
    const record = recordOf(text, 'ours');
    assert.ok(record, text);
    const sum = sumOf(record.incidents);
    assert.deepEqual([sum.incidents, record.unreadable], [1, 0]);
    assert.ok(sum.messages >= 3, `${sum.messages} messages`);
    assert.equal(sum.named, sum.owing);
    assert.equal(sum.withSilence, 1);
  } finally {
    await house.close();
  }
});
