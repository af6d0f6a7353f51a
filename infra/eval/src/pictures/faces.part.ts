/** How many faces there are, and whose: FACE_ABSENT, MULTIPLE_FACES and FACE_SWITCH on composed cameras. */
import type { StreamEntry } from '@interview/ml-kit/analyser';
import type { InsightType } from '@interview/schema/enums';
import { choose } from '../choice.js';
import { fraudFindings } from '../fraud-side.js';
import type { Floor, Part, PartContext, PartResult } from '../part.js';
import { BEGIN_MS, toldOf } from '../rounds.js';
import { choiceRow, countsOf, f1Floor, scoreRow } from '../score-rows.js';
import { type Label, type Matched, match, type Told } from '../scoring/match.js';
import { f1Of, scoresOf } from '../scoring/scores.js';
import { pictures } from './camera-feed.js';
import { type SeenPicture, Watcher } from './face-observations.js';
import {
  CONDITIONS,
  type FaceSequence,
  faceSequences,
  labelsOf,
  PICTURES_A_SECOND,
  type Shown,
} from './face-sequences.js';

/** An onset may be told this much off: three pictures, and two that were lost. */
const TOLERANCE_MS = 2_000;
/** `MIN_SCORE` of ml/video: what scores less is not reported, so lower values cannot be tried here. */
const PRODUCT_SCORE = 0.6;
const SCORES = [PRODUCT_SCORE, 0.65, 0.7, 0.75, 0.8];

const TYPES = { FACE_ABSENT: 'nobody', MULTIPLE_FACES: 'both', FACE_SWITCH: 'other' } as const satisfies Partial<
  Record<InsightType, Shown>
>;
type FaceType = keyof typeof TYPES;
const COUNTS: readonly FaceType[] = ['FACE_ABSENT', 'MULTIPLE_FACES'];

interface Watched {
  sequence: FaceSequence;
  seen: SeenPicture[];
}

export const faces: Part = {
  name: 'faces',
  summary: 'FACE_ABSENT, MULTIPLE_FACES and FACE_SWITCH on composed cameras',
  async run(context) {
    const watched = await watchAll(faceSequences(context.quick), context);
    const choosing = watched.filter(({ sequence }) => sequence.half === 'choose');
    const scoring = watched.filter(({ sequence }) => sequence.half === 'score');
    const minScore = choose(
      await Promise.all(
        SCORES.map(async (value) => ({
          value,
          name: value.toFixed(2),
          score: f1Of(scoresOf((await scored(choosing, COUNTS, value)).map(countsOf))),
        })),
      ),
      PRODUCT_SCORE,
    );
    return resultOf(scoring, watched, choiceRow('least score of a face', minScore));
  },
};

async function watchAll(sequences: FaceSequence[], { progress }: PartContext): Promise<Watched[]> {
  const watcher = new Watcher();
  await watcher.start();
  try {
    const watched: Watched[] = [];
    for (const sequence of sequences) {
      progress(`faces: ${watched.length + 1} of ${sequences.length}, ${sequence.name}`);
      watched.push({ sequence, seen: (await watcher.watch(pictures(sequence))).pictures });
    }
    return watched;
  } finally {
    await watcher.stop();
  }
}

/** What `fraud` makes of each sequence, as one list of matches for each type. */
async function scored(
  watched: readonly Watched[],
  types: readonly FaceType[],
  minScore = PRODUCT_SCORE,
): Promise<Matched<Label, Told>[]> {
  const all = await Promise.all(
    watched.map(async ({ sequence, seen }) => {
      const findings = await fraudFindings(seen.map((picture) => entryOf(picture, minScore)));
      return types.map((type) => match(labelsOf(sequence, TYPES[type]), toldOf(findings, type), TOLERANCE_MS));
    }),
  );
  return all.flat();
}

function entryOf({ id, observation }: SeenPicture, minScore: number): StreamEntry {
  const entry = { ...observation, faces: observation.faces.filter(({ score }) => score >= minScore) };
  return { stream: 'faces', id, entry };
}

async function resultOf(
  scoring: Watched[],
  watched: Watched[],
  ...choices: PartResult['tables'][0]['rows']
): Promise<PartResult> {
  const counts = scoresOf((await scored(scoring, COUNTS)).map(countsOf));
  const switches = scoresOf((await scored(scoring, ['FACE_SWITCH'])).map(countsOf));
  const compared = scoring.some(({ seen }) => seen.some(({ observation }) => observation.identity !== null));
  const pictureCount = watched.reduce((sum, { seen }) => sum + seen.length, 0);
  const switchFloor: Floor = compared
    ? f1Floor('FACE_SWITCH', 0.9, switches)
    : { name: 'FACE_SWITCH', wanted: 'F1 ≥ 0.9', measured: '–', state: 'not measured' };
  const types: readonly FaceType[] = compared ? [...COUNTS, 'FACE_SWITCH'] : COUNTS;
  return {
    set: [
      `${watched.length} sequences, half of them for choosing; ${pictureCount} pictures at ${PICTURES_A_SECOND} a second.`,
    ],
    floors: [f1Floor('faces (count, absence)', 0.95, counts), switchFloor],
    tables: [
      {
        title: 'By insight type, scored half',
        rows: await Promise.all(types.map(async (type) => scoreRow(type, await scored(scoring, [type])))),
      },
      {
        title: 'By condition, scored half, all types',
        rows: await Promise.all(
          CONDITIONS.map(async (condition) => {
            const these = scoring.filter(({ sequence }) => sequence.condition === condition);
            const row = scoreRow(condition, await scored(these, types));
            const cells = {
              ...row.cells,
              'pictures counted right': countedRight(these),
              sequences: String(these.length),
            };
            return { ...row, cells };
          }),
        ),
      },
      { title: 'Thresholds', rows: choices },
    ],
    notes: [],
    figures: { countF1: counts.f1?.value ?? null, switchF1: compared ? (switches.f1?.value ?? null) : null },
  };
}

const FACES: Record<Shown, number> = { candidate: 1, nobody: 0, both: 2, other: 1 };

/** Share of the single pictures in which the number of faces is the one that is shown. */
function countedRight(watched: readonly Watched[]): string {
  const right = watched.flatMap(({ sequence, seen }) =>
    seen.map(({ observation }) => {
      const atMs = observation.capturedAtMs - BEGIN_MS;
      const shown = sequence.stretches.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)?.shown;
      return shown !== undefined && FACES[shown] === observation.faces.length;
    }),
  );
  if (right.length === 0) return '–';
  return `${((100 * right.filter(Boolean).length) / right.length).toFixed(1)} %`;
}
