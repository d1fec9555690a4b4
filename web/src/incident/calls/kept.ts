/** The last call list of each incident, kept on this device: numbers are needed most when the network is gone. */
import type { CallList } from '../board.ts';

const PREFIX = 'humdrum.call-list.';
const LISTS_MAX = 5;

export function keepList(incidentId: string, list: CallList): void {
  try {
    const others = keptKeys().filter((key) => key !== PREFIX + incidentId);
    for (const key of others.slice(0, Math.max(0, others.length - LISTS_MAX + 1)))
      localStorage.removeItem(key);
    localStorage.setItem(PREFIX + incidentId, JSON.stringify(list));
  } catch {
    // A device that keeps nothing shows the list only while the line is there.
  }
}

export function keptList(incidentId: string): CallList | undefined {
  try {
    const text = localStorage.getItem(PREFIX + incidentId);
    return text ? (JSON.parse(text) as CallList) : undefined;
  } catch {
    return undefined;
  }
}

export function forgetList(incidentId: string): void {
  localStorage.removeItem(PREFIX + incidentId);
}

/** Signing out leaves no number of a client on the device. */
export function forgetLists(): void {
  for (const key of keptKeys()) localStorage.removeItem(key);
}

/** Oldest first. */
function keptKeys(): string[] {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  const asOf = (key: string) => keptList(key.slice(PREFIX.length))?.asOf ?? '';
  return keys.sort((one, other) => asOf(one).localeCompare(asOf(other)));
}
