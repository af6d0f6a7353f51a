/**
 * What a simulated candidate shows, hears and says, and when: the demo's pictures and sound in a loop, so that what
 * must come of it is known. Pure but for reading the media.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Interview, loadInterview } from '@interview/demo/interview';
import { splitMjpeg } from '@interview/demo/media-files';
import { CHECKOUT } from '@interview/local/checkout';

/** `other` is another person's face. */
export type Scene = 'one' | 'two' | 'none' | 'other';

/** Where the pictures of a scene lie in `candidate_cam.mjpeg`, in seconds (infra/demo/media/SOURCES.md). */
const FOOTAGE: Readonly<Record<Scene, { from: number; to: number }>> = {
  one: { from: 0, to: 8 },
  two: { from: 12, to: 15 },
  none: { from: 15, to: 17 },
  other: { from: 17, to: 20 },
};
const FOOTAGE_PER_SECOND = 5;

/** What the camera sees, again and again. At one picture a second each scene is three pictures or more. */
const SCENES: readonly { scene: Scene; ms: number }[] = [
  { scene: 'one', ms: 5000 },
  { scene: 'two', ms: 3000 },
  { scene: 'one', ms: 4000 },
  { scene: 'none', ms: 3000 },
  { scene: 'one', ms: 3000 },
  { scene: 'other', ms: 4000 },
  { scene: 'one', ms: 2000 },
];
export const CYCLE_MS = SCENES.reduce((sum, { ms }) => sum + ms, 0);

/** When the page is hidden within a cycle. */
const HIDDEN: readonly { fromMs: number; toMs: number }[] = [
  { fromMs: 3000, toMs: 6000 },
  { fromMs: 15_000, toMs: 18_000 },
];

export type AlertKind = 'FACE_ABSENT' | 'MULTIPLE_FACES' | 'TAB_SWITCH';

/** Something that must become an alert. Times are on the script's own axis. */
export interface Happening {
  kind: AlertKind;
  fromMs: number;
  toMs: number;
}

const ALERT_OF: Partial<Record<Scene, AlertKind>> = { two: 'MULTIPLE_FACES', none: 'FACE_ABSENT' };

/** All that happens in one cycle. */
const HAPPENINGS: readonly Happening[] = [
  ...scenesWithTimes().flatMap(({ scene, fromMs, toMs }) => {
    const kind = ALERT_OF[scene];
    return kind ? [{ kind, fromMs, toMs }] : [];
  }),
  ...HIDDEN.map((hidden) => ({ kind: 'TAB_SWITCH' as const, ...hidden })),
];

function scenesWithTimes(): { scene: Scene; fromMs: number; toMs: number }[] {
  let fromMs = 0;
  return SCENES.map(({ scene, ms }) => {
    const toMs = fromMs + ms;
    const timed = { scene, fromMs, toMs };
    fromMs = toMs;
    return timed;
  });
}

/** What must become an alert wholly between two moments of a script's axis, in the order of its beginning. */
export function happeningsBetween(fromMs: number, toMs: number): Happening[] {
  const found: Happening[] = [];
  for (let cycle = Math.floor(fromMs / CYCLE_MS); cycle * CYCLE_MS < toMs; cycle++) {
    const atMs = cycle * CYCLE_MS;
    for (const { kind, fromMs: from, toMs: to } of HAPPENINGS) {
      if (atMs + from >= fromMs && atMs + to <= toMs) found.push({ kind, fromMs: atMs + from, toMs: atMs + to });
    }
  }
  return found.sort((a, b) => a.fromMs - b.fromMs);
}

/** Whether the page is to be seen at each moment at which that changes, from a moment of the axis on, for ever. */
export function* visibilityFrom(startMs: number): Generator<{ atMs: number; visible: boolean }> {
  for (let cycle = Math.floor(startMs / CYCLE_MS); ; cycle++) {
    for (const { fromMs, toMs } of HIDDEN) {
      // Who begins while the page would be hidden begins with it visible.
      if (cycle * CYCLE_MS + fromMs < startMs) continue;
      yield { atMs: cycle * CYCLE_MS + fromMs, visible: false };
      yield { atMs: cycle * CYCLE_MS + toMs, visible: true };
    }
  }
}

export function sceneAt(atMs: number): { scene: Scene; sinceMs: number } {
  const inCycle = atMs % CYCLE_MS;
  const found = scenesWithTimes().find(({ toMs }) => inCycle < toMs);
  if (!found) throw new RangeError(`there is no scene at ${atMs} ms`);
  return { scene: found.scene, sinceMs: inCycle - found.fromMs };
}

export interface CandidateScript {
  pictureAt(atMs: number): Buffer;
  /** Both microphones and the questions; it repeats after `sound.durationMs`. */
  sound: Pick<Interview, 'candidateAudio' | 'interviewerAudio' | 'durationMs' | 'cues'>;
}

export async function loadScript(): Promise<CandidateScript> {
  const [sound, footage] = await Promise.all([
    loadInterview(),
    readFile(join(CHECKOUT, 'infra/demo/media/candidate_cam.mjpeg')).then(splitMjpeg),
  ]);
  const shots = Object.fromEntries(
    Object.entries(FOOTAGE).map(([scene, { from, to }]) => [
      scene,
      footage.slice(from * FOOTAGE_PER_SECOND, to * FOOTAGE_PER_SECOND),
    ]),
  );
  return {
    sound,
    pictureAt(atMs) {
      const { scene, sinceMs } = sceneAt(atMs);
      const pictures = shots[scene] ?? [];
      const picture = pictures[Math.floor((sinceMs / 1000) * FOOTAGE_PER_SECOND) % pictures.length];
      if (!picture) throw new RangeError(`there are no pictures of the scene "${scene}"`);
      return picture;
    },
  };
}
