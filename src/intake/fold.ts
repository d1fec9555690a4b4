/** Folds a group of events into statements: each key at most once in each, and every key's events in their order. */
import { hash } from 'node:crypto';
import type { Incoming } from './incoming.ts';
import type { Route } from './route.ts';

/** An event with what its integration makes of it. */
export type Sorted = { integrationId: string; incoming: Incoming; route: Route };

/** A run of events of one key that one row of one statement can carry. */
export type Step = { integrationId: string; dedupKey: string; keyHash: string; events: Sorted[] };

/** Statements in their order: `put` opens alerts or adds to them, `end` acknowledges or resolves, `keep` only stores. */
export type Slot = { kind: 'put' | 'end'; steps: Step[] };
export type Folded = { slots: Slot[]; ignored: Sorted[] };

/** @param events in the order in which they were accepted */
export function fold(events: readonly Sorted[]): Folded {
  const ignored: Sorted[] = [];
  const slots: Slot[] = [];
  const last = new Map<string, { step: Step; slot: number }>();
  for (const each of events) {
    if (each.route.ignore) {
      ignored.push(each);
      continue;
    }
    const { dedupKey, action } = each.incoming.event;
    const kind = action === 'trigger' ? 'put' : 'end';
    const name = nameOf(each.integrationId, dedupKey);
    const before = last.get(name);
    if (before && slots[before.slot]?.kind === kind) before.step.events.push(each);
    else
      last.set(
        name,
        open(
          slots,
          kind,
          { integrationId: each.integrationId, dedupKey, keyHash: hashOf(name), events: [each] },
          (before?.slot ?? -1) + 1,
        ),
      );
  }
  for (const slot of slots) slot.steps.sort(byKey);
  return { slots, ignored };
}

/** Puts the step into the first statement of its kind from `from` on. Statements alternate: put, end, put, … */
function open(slots: Slot[], kind: Slot['kind'], step: Step, from: number): { step: Step; slot: number } {
  let slot = from;
  while ((slot % 2 === 0 ? 'put' : 'end') !== kind) slot++;
  while (slots.length <= slot) slots.push({ kind: slots.length % 2 === 0 ? 'put' : 'end', steps: [] });
  slots[slot]?.steps.push(step);
  return { step, slot };
}

/** @returns 128 bits in hexadecimal digits: short and of one length, by which the database finds what is open under a key */
export function keyHashOf(integrationId: string, dedupKey: string): string {
  return hashOf(nameOf(integrationId, dedupKey));
}

function nameOf(integrationId: string, dedupKey: string): string {
  return `${integrationId} ${dedupKey}`;
}

function hashOf(name: string): string {
  return hash('sha256', name, 'hex').slice(0, 32);
}

/** One order of locking for everybody, so that two processes never wait for each other; it is that of the index, too. */
function byKey({ keyHash: one }: Step, { keyHash: other }: Step): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
