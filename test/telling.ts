/** An incident of which people were told once: where the stories of late messages begin. */
import type { Harness } from './harness.ts';

/** @returns the id of an incident that was confirmed and of which the first message was sent */
export async function told(house: Harness, title: string, serviceIds = ['svc_checkout']): Promise<string> {
  const { id } = await house.ask('POST', '/incidents', { title, serviceIds });
  await house.ask('POST', `/incidents/${id}/confirmation`, { evidence: 'seen' });
  await say(house, id, { kind: 'first' });
  return id;
}

export async function say(house: Harness, id: string, more: object = {}): Promise<void> {
  await house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'next',
    status: 'looking',
    impact: 'Nobody can pay by card.',
    action: 'We are looking at the last change.',
    ...more,
  });
  await house.settle();
}

/** Ends an incident, so that it says nothing into the next test. */
export async function over(house: Harness, id: string): Promise<void> {
  await house.ask('POST', `/incidents/${id}/dismissal`, { reason: 'the test is over' });
  await house.settle();
}
