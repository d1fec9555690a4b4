/** The one way in for events: they are written in groups, and nobody is answered before the commit. */
import { createGroups, type Groups } from '#platform/db/groups.ts';
import type { Logger } from '#platform/log.ts';
import type { Incoming } from './incoming.ts';
import type { Writer } from './write.ts';

export type Recorder = Groups<Incoming>;

/** @param write stores all of a group or throws; called for one group at a time */
export function createRecorder(write: Writer, log: Logger): Recorder {
  return createGroups(write, log, 'event');
}
