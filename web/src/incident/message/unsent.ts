/** A message that somebody is writing, while another room calls them away: it waits in this window until they are back. */
import type { Sending } from './drafts.ts';

const waiting = new Map<string, Sending>();

/** What was being written for this incident and neither sent nor given up. */
export function unsentOf(incidentId: string): Sending | undefined {
  return waiting.get(incidentId);
}

export function keepUnsent(incidentId: string, message: Sending): void {
  waiting.set(incidentId, message);
}

/** Whoever signs in next in this window reads nobody else's words. */
export function forgetAllUnsent(): void {
  waiting.clear();
}

export function forgetUnsent(incidentId: string): void {
  waiting.delete(incidentId);
}
