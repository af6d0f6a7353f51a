/** What `fraud` makes of what `video` saw, matched with what was shown. */
import { FRAUD_THRESHOLDS, type FraudThresholds } from '@interview/fraud/thresholds';
import type { StreamEntry } from '@interview/ml-kit/analyser';
import type { InsightType } from '@interview/schema/enums';
import { fraudFindings } from '../fraud-side.js';
import { BEGIN_MS, toldOf } from '../rounds.js';
import { countsOf, quantile } from '../score-rows.js';
import { type Label, type Matched, match, type Told, together } from '../scoring/match.js';
import { f1Of, scoresOf } from '../scoring/scores.js';
import type { Seen, SeenPicture } from './face-observations.js';
import { type FaceSequence, labelsOf, type Shown } from './face-sequences.js';

/** An onset may be told this much off: three pictures, and two that were lost. */
const TOLERANCE_MS = 2_000;
/** `MIN_SCORE` of ml/video: what scores less is not reported, so lower values cannot be tried here. */
export const PRODUCT_SCORE = 0.6;

const SHOWS = { FACE_ABSENT: 'nobody', MULTIPLE_FACES: 'both', FACE_SWITCH: 'other' } as const satisfies Partial<
  Record<InsightType, Shown>
>;
export type FaceType = keyof typeof SHOWS;
export const COUNTS: readonly FaceType[] = ['FACE_ABSENT', 'MULTIPLE_FACES'];

export interface Watched {
  sequence: FaceSequence;
  seen: Seen;
}

export interface FaceThresholds {
  minScore: number;
  fraud: FraudThresholds;
}
const PRODUCT: FaceThresholds = { minScore: PRODUCT_SCORE, fraud: FRAUD_THRESHOLDS };

/** What was matched in each sequence, of these types together. */
export function matchedFaces(
  watched: readonly Watched[],
  types: readonly FaceType[],
  { minScore, fraud }: FaceThresholds = PRODUCT,
): Promise<Matched<Label, Told>[]> {
  return Promise.all(
    watched.map(async ({ sequence, seen }) => {
      const findings = await fraudFindings(
        seen.pictures.map((picture) => entryOf(picture, minScore)),
        { thresholds: fraud },
      );
      return together(
        types.map((type) => match(labelsOf(sequence, SHOWS[type]), toldOf(findings, type), TOLERANCE_MS)),
      );
    }),
  );
}

export const faceF1 = async (...of: Parameters<typeof matchedFaces>): Promise<number | null> =>
  f1Of(scoresOf((await matchedFaces(...of)).map(countsOf)));

function entryOf({ id, observation }: SeenPicture, minScore: number): StreamEntry {
  const entry = { ...observation, faces: observation.faces.filter(({ score }) => score >= minScore) };
  return { stream: 'faces', id, entry };
}

const FACES: Record<Shown, number> = { candidate: 1, nobody: 0, both: 2, other: 1 };

/** Every picture with what it shows. */
const shownIn = (watched: readonly Watched[]) =>
  watched.flatMap(({ sequence, seen }) =>
    seen.pictures.flatMap(({ observation }) => {
      const atMs = observation.capturedAtMs - BEGIN_MS;
      const shown = sequence.stretches.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)?.shown;
      return shown ? [{ shown, observation }] : [];
    }),
  );

/** Of the single pictures: how many faces were counted, how many were good enough, how far faces are from the reference. */
export function pictureCells(watched: readonly Watched[]): Record<string, string> {
  const all = shownIn(watched);
  const share = (of: readonly boolean[]) =>
    of.length === 0 ? '–' : `${((100 * of.filter(Boolean).length) / of.length).toFixed(1)} %`;
  const distances = (...wanted: Shown[]) =>
    all.flatMap(({ shown, observation: { identity, quality } }) =>
      wanted.includes(shown) && identity && quality === 'OK' ? [identity.distance] : [],
    );
  const range = (values: readonly number[], low: number, high: number) =>
    values.length === 0 ? '–' : [low, high].map((at) => quantile(values, at)?.toFixed(2)).join('–');
  return {
    pictures: String(all.length),
    'counted right': share(all.map(({ shown, observation }) => FACES[shown] === observation.faces.length)),
    'quality OK': share(all.map(({ observation }) => observation.quality === 'OK')),
    'distance, same (p50–p99)': range(distances('candidate'), 0.5, 0.99),
    'distance, other (p1–p50)': range(distances('other'), 0.01, 0.5),
  };
}
