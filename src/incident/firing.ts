/** Whether anything of an incident still fires: the alerts that it lists, and those of a storm that it only counts. Pure. */
import type { AlertSeen, Incident } from './types.ts';

/** An alert that was over and fires anew is another alert of the same check. */
export function isSameCheck(one: AlertSeen, other: AlertSeen): boolean {
  if (one.alertId === other.alertId) return true;
  return one.title === other.title && one.source === other.source && one.serviceId === other.serviceId;
}

/** @returns in words what still fires, such as `the alert "checkout 5xx"`, or undefined when all is quiet */
export function stillFires({
  alerts,
  othersFiring = 0,
}: Pick<Incident, 'alerts' | 'othersFiring'>): string | undefined {
  const [first, ...more] = alerts.filter((alert) => alert.firing);
  const others = more.length + othersFiring;
  if (first) return others ? `the alert "${first.title}" and ${others} more` : `the alert "${first.title}"`;
  if (others === 0) return undefined;
  return others === 1 ? 'another alert of the storm' : `${others} more alerts of the storm`;
}
