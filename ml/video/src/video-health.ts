/** What keeps a round's pictures from being measured as they come, told when it begins, changes and ends. */
import type { StatusFinding } from '@interview/ml-kit/analyser';
import { z } from 'zod';

/** Frames in a row that cannot be decoded before it is told. */
export const UNREADABLE_TOLD_AFTER = 5;

export const VideoHealth = z.object({
  /** Frames in a row that could not be decoded, up to now, and the first of them. */
  unreadable: z.int(),
  firstUnreadableId: z.string().nullable(),
  /** What was told last. */
  told: z.enum(['OK', 'UNREADABLE', 'BUSY']),
});
export type VideoHealth = z.infer<typeof VideoHealth>;

export const newVideoHealth = (): VideoHealth => ({ unreadable: 0, firstUnreadableId: null, told: 'OK' });

/** Counts a frame that could not be decoded, and tells when they are too many. */
export function noteUnreadable(health: VideoHealth, id: string, reason: string): StatusFinding[] {
  health.unreadable += 1;
  health.firstUnreadableId ??= id;
  if (health.unreadable < UNREADABLE_TOLD_AFTER) return [];
  return tell(
    health,
    health.firstUnreadableId,
    'UNREADABLE',
    `The last ${UNREADABLE_TOLD_AFTER} frames could not be read. ${reason}`,
  );
}

/** @param reducedTo pictures a second that are measured, when the machine is too busy for more; else null. */
export function noteReadable(health: VideoHealth, id: string, reducedTo: number | null): StatusFinding[] {
  health.unreadable = 0;
  health.firstUnreadableId = null;
  if (reducedTo === null) return tell(health, id, 'OK', null);
  return tell(health, id, 'BUSY', `The machine is busy: ${reducedTo.toFixed(1)} pictures a second are measured.`);
}

function tell(health: VideoHealth, id: string, what: VideoHealth['told'], detail: string | null): StatusFinding[] {
  if (health.told === what) return [];
  health.told = what;
  return [{ kind: 'status', key: `status/${id}`, state: what === 'OK' ? 'OK' : 'DEGRADED', detail }];
}
