/** Who is called, and who is spared. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Candidate, type Standing, whoStands } from './who-stands.ts';

const now = Temporal.Instant.from('2026-11-25T02:00:00Z');

function person(id: string, changes: Partial<Candidate> = {}): Candidate {
  return {
    id,
    name: id,
    zone: 'UTC',
    archived: false,
    unreachable: undefined,
    restUntil: undefined,
    leadsOpenP1: false,
    maySee: true,
    ...changes,
  };
}

function standing(changes: Partial<Standing> & { with?: Candidate[] } = {}): Standing {
  const people = [...['ada', 'ben', 'mia', 'tom', 'tea'].map((id) => person(id)), ...(changes.with ?? [])];
  return {
    rung: 'primary',
    cover: {
      primaryId: 'ada',
      backupId: 'ben',
      managerId: 'mia',
      secondTeamIds: ['tom', 'tea'],
      everyoneIds: ['ada', 'ben', 'mia', 'tom', 'tea'],
    },
    roles: { handsIds: [] },
    people: new Map(people.map((each) => [each.id, each])),
    called: new Set(),
    declined: new Set(),
    now,
    ...changes,
  };
}

const who = (given: Standing) => {
  const { level, round, people } = whoStands(given);
  return [level, round, ...people.map((each) => each.id)];
};

test('the primary is called first', () => {
  assert.deepEqual(who(standing()), ['primary', 1, 'ada']);
});

test('a primary who rests is spared and the backup is called', () => {
  const resting = person('ada', { restUntil: now.add({ hours: 1 }) });
  assert.deepEqual(who(standing({ with: [resting] })), ['backup', 1, 'ben']);
  assert.deepEqual(who(standing({ with: [{ ...resting, restUntil: now }] })), ['primary', 1, 'ada']);
});

test('the lead of another open P1 is busy, so the backup is called first', () => {
  assert.deepEqual(who(standing({ with: [person('ada', { leadsOpenP1: true })] })), ['backup', 1, 'ben']);
});

test('when everybody rests, the primary is called rather than nobody', () => {
  const resting = ['ada', 'ben', 'mia', 'tom', 'tea'].map((id) =>
    person(id, { restUntil: now.add({ hours: 2 }) }),
  );
  assert.deepEqual(who(standing({ with: resting })), ['primary', 1, 'ada']);
});

test('somebody without a channel or no longer here is skipped, and that is said', () => {
  const found = whoStands(
    standing({
      with: [
        person('ada', { archived: true }),
        person('ben', { unreachable: 'has no channel that can ring' }),
      ],
    }),
  );
  assert.deepEqual(
    found.people.map((each) => each.id),
    ['mia'],
  );
  assert.deepEqual(
    found.skipped.map(({ personId, why }) => [personId, why]),
    [
      ['ada', 'is archived'],
      ['ben', 'has no channel that can ring'],
    ],
  );
});

test('an unanswered page goes up level by level, the last one twice, then everyone twice, then it ends', () => {
  const walk: unknown[] = [];
  const called = new Set(['ada']);
  let after: Standing['after'] = { level: 'primary', round: 1 };
  for (let step = 0; step < 7; step += 1) {
    const found = whoStands(standing({ after, called }));
    walk.push([found.level, found.round, found.people.length]);
    for (const each of found.people) called.add(each.id);
    after = found;
  }
  assert.deepEqual(walk, [
    ['backup', 1, 1],
    ['manager', 1, 1],
    ['second_team', 1, 2],
    ['second_team', 2, 2],
    ['everyone', 1, 5],
    ['everyone', 2, 5],
    ['everyone', 3, 0],
  ]);
});

test('whoever said that they cannot is not called again', () => {
  const alone = {
    primaryId: 'ada',
    backupId: undefined,
    managerId: undefined,
    secondTeamIds: [],
    everyoneIds: ['ada', 'ben'],
  };
  assert.deepEqual(
    who(standing({ cover: alone, after: { level: 'primary', round: 1 }, declined: new Set(['ada']) })),
    ['everyone', 1, 'ben'],
  );
});

test('the next level is neither who holds the incident nor who was called for this already', () => {
  const roles = { leadId: 'ada', commsId: 'ada', handsIds: [] };
  assert.deepEqual(who(standing({ rung: 'next_level', roles })), ['backup', 1, 'ben']);
  assert.deepEqual(who(standing({ rung: 'next_level', roles, called: new Set(['ben']) })), [
    'manager',
    1,
    'mia',
  ]);
});

test('a role that nobody holds falls back to the first acknowledger, then to the primary', () => {
  assert.deepEqual(who(standing({ rung: 'comms', roles: { handsIds: [], acknowledgedById: 'tom' } })), [
    'comms',
    1,
    'tom',
  ]);
  assert.deepEqual(who(standing({ rung: 'lead' })), ['primary', 1, 'ada']);
});

test('whoever holds a role is called in spite of their rest', () => {
  const resting = person('tom', { restUntil: now.add({ hours: 5 }) });
  assert.deepEqual(who(standing({ rung: 'lead', roles: { leadId: 'tom', handsIds: [] }, with: [resting] })), [
    'lead',
    1,
    'tom',
  ]);
});

test('a restricted incident calls only people who may see it', () => {
  const strangers = ['ada', 'ben', 'mia', 'tom'].map((id) => person(id, { maySee: false }));
  assert.deepEqual(who(standing({ with: strangers })), ['second_team', 1, 'tea']);
});
