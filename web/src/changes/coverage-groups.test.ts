/** What a person must look at comes first, and no service is lost on the way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coverageGroups } from './coverage-groups.ts';
import type { Coverage } from './lanes.ts';

const service = (name: string, ...states: string[]) =>
  ({
    serviceId: name,
    name,
    kinds: states.map((state) => ({ kind: 'deploy', state })),
  }) as unknown as Coverage;
const names = (list: Coverage[]) => list.map((each) => each.name);

test('a silent feed goes before everything, then whoever is told of by nobody', () => {
  const groups = coverageGroups([
    service('told', 'connected', 'not_connected'),
    service('stopped', 'connected', 'silent'),
    service('never', 'not_connected', 'absent'),
    service('nothing to tell', 'absent', 'absent'),
  ]);
  assert.deepEqual(names(groups.silent), ['stopped']);
  assert.deepEqual(names(groups.untold), ['never']);
  assert.deepEqual(names(groups.told), ['told', 'nothing to tell']);
});
