/**
 * How many faces there are, from what `video` saw in each picture. One picture is no evidence: detectors err in
 * about 1 of 19 pictures. A change of the count counts once it was seen in a row.
 */
import type { InsightFinding } from '@interview/ml-kit/analyser';
import type { FaceObservation } from '@interview/schema/messages';
import { z } from 'zod';
import { Episode, ending, onset, openEpisode } from './episode.js';
import type { FraudThresholds } from './thresholds.js';

type Rules = Pick<FraudThresholds, 'faces' | 'severity'>;

const Presence = z.enum(['none', 'one', 'many']);
type Presence = z.infer<typeof Presence>;

export const FaceState = z.object({
  present: Presence,
  /** A presence other than the present one, seen in a row and not confirmed yet. */
  candidate: z
    .object({ presence: Presence, pictures: z.int(), firstMs: z.number(), lastMs: z.number(), most: z.int() })
    .nullable(),
  episode: Episode.nullable(),
  /** The last picture of good quality that showed what the open episode is about: as far as that it was measured. */
  seenMs: z.number().nullable().default(null),
  alerts: z.int(),
});
export type FaceState = z.infer<typeof FaceState>;

/** One face is what is expected; anything else has to be confirmed. */
export const initialFaceState = (): FaceState => ({
  present: 'one',
  candidate: null,
  episode: null,
  seenMs: null,
  alerts: 0,
});

const presenceOf = (faces: number): Presence => (faces === 0 ? 'none' : faces === 1 ? 'one' : 'many');

/** Handles one picture's observation. Changes `state`. */
export function handleFaces(state: FaceState, entryId: string, seen: FaceObservation, rules: Rules): InsightFinding[] {
  const findings = closeAtHole(state, seen.capturedAtMs, rules);
  // A picture that is dark, blurred or frozen shows neither that a face is there nor that it is not.
  if (seen.quality !== 'OK') return findings;
  const faces = seen.faces.length;
  const presence = presenceOf(faces);
  if (presence === state.present) {
    state.candidate = null;
    state.seenMs = seen.capturedAtMs;
    if (state.episode?.count !== undefined) state.episode.count = Math.max(state.episode.count, faces);
    return findings;
  }
  const run = state.candidate;
  const goesOn = run?.presence === presence && seen.capturedAtMs - run.lastMs <= rules.faces.holeMs;
  state.candidate = goesOn
    ? {
        ...run,
        pictures: run.pictures + 1,
        lastMs: seen.capturedAtMs,
        most: Math.max(run.most, faces),
      }
    : { presence, pictures: 1, firstMs: seen.capturedAtMs, lastMs: seen.capturedAtMs, most: faces };
  if (isConfirmed(state.candidate, rules.faces)) findings.push(...change(state, entryId, seen.capturedAtMs, rules));
  return findings;
}

function isConfirmed(run: NonNullable<FaceState['candidate']>, rules: FraudThresholds['faces']): boolean {
  const spanMs = run.lastMs - run.firstMs;
  // An alert ends only when it is over for longer than a gap: at ten pictures a second three are over in no time.
  if (run.presence === 'one') return run.pictures >= 2 && spanMs >= rules.mergeGapMs;
  return run.pictures >= rules.confirmPictures || (run.pictures >= 2 && spanMs >= rules.confirmMs);
}

/** The candidate presence becomes the present one: ends the open episode, opens the next. */
function change(state: FaceState, entryId: string, capturedAtMs: number, rules: Rules): InsightFinding[] {
  const run = state.candidate;
  if (!run) return [];
  const findings = close(state, { atMs: run.firstMs, capturedAtMs }, rules, '');
  state.present = run.presence;
  state.candidate = null;
  state.seenMs = run.lastMs;
  if (run.presence === 'one') return findings;
  state.alerts += 1;
  const evidence = `in ${run.pictures} pictures in a row within ${run.lastMs - run.firstMs} ms`;
  const threshold = `threshold: ${rules.faces.confirmPictures} pictures or ${rules.faces.confirmMs} ms`;
  const at = { entryId, startMs: run.firstMs, nth: state.alerts, rules: rules.severity };
  if (run.presence === 'none') {
    state.episode = openEpisode('FACE_ABSENT', at);
    findings.push(onset(state.episode, capturedAtMs, `No face ${evidence} (${threshold}).`));
  } else {
    state.episode = openEpisode('MULTIPLE_FACES', { ...at, count: run.most });
    findings.push(onset(state.episode, capturedAtMs, `Up to ${run.most} faces ${evidence} (${threshold}).`));
  }
  return findings;
}

/**
 * While no picture of good quality comes nothing is measured, and an alert does not grow: it ends with the last picture
 * that showed it, and what comes after the hole has to be confirmed anew.
 */
function closeAtHole(state: FaceState, capturedAtMs: number, rules: Rules): InsightFinding[] {
  if (!state.episode || !isHole(state, capturedAtMs, rules)) return [];
  const findings = closeFaces(state, capturedAtMs, rules);
  state.present = 'one';
  state.candidate = null;
  return findings;
}

function isHole(state: FaceState, untilMs: number, { faces }: Rules): boolean {
  const goodMs = state.candidate?.lastMs ?? state.seenMs;
  return goodMs !== null && untilMs - goodMs > faces.holeMs;
}

/** Ends an open episode where it was seen last, at the round's end too; `capturedAtMs` is the capture that showed it. */
export function closeFaces(state: FaceState, capturedAtMs: number, rules: Rules): InsightFinding[] {
  const { episode, seenMs } = state;
  if (!episode) return [];
  const why = isHole(state, capturedAtMs, rules)
    ? ` After that no picture of good quality came for more than ${rules.faces.holeMs / 1000} s.`
    : '';
  // A checkpoint of before `seenMs` was kept does not say how long it was seen: no longer than is known.
  return close(state, { atMs: seenMs ?? episode.startMs, capturedAtMs }, rules, why);
}

function close(
  state: FaceState,
  at: { atMs: number; capturedAtMs: number },
  rules: Rules,
  why: string,
): InsightFinding[] {
  const { episode } = state;
  if (!episode) return [];
  state.episode = null;
  const what = (seconds: string) =>
    episode.type === 'FACE_ABSENT'
      ? `There was no face in the picture for ${seconds} s.${why}`
      : `There were up to ${episode.count ?? 2} faces in the picture for ${seconds} s.${why}`;
  return [ending(episode, { ...at, rules: rules.severity }, what)];
}

/** Moves what rests on times to a clock that was set by `byMs`: a row begins anew, an open alert keeps its length. */
export function moveClock(state: FaceState, byMs: number): void {
  state.candidate = null;
  if (state.seenMs !== null) state.seenMs += byMs;
  if (state.episode) state.episode.startMs += byMs;
}
