/** VIDEO_QUALITY: pictures that go dark, out of focus or still, and good again. */
import { HALVES, type Half, type Part } from '../part.js';
import { Random } from '../random.js';
import { toldOf } from '../rounds.js';
import { countsOf, scoreRow } from '../score-rows.js';
import { type Label, type Matched, match, type Told, together } from '../scoring/match.js';
import { scoresOf } from '../scoring/scores.js';
import { type Optics, takePicture } from './camera.js';
import { type Picture, Sway } from './camera-feed.js';
import { Watcher } from './face-observations.js';
import { PICTURES_A_SECOND } from './face-sequences.js';
import { makeRoom } from './room.js';

const TOLERANCE_MS = 2_000;
const ISSUES = ['DARK', 'BLURRED', 'FROZEN'] as const;
type Issue = (typeof ISSUES)[number];
/** A picture that is the same for this long is one that stands still: ml/video's definition, not an error of its measure. */
const STILL_MS = 5_000;
const SEEDS = 2;

interface QualitySequence {
  name: string;
  half: Half;
  stretches: (Label & { issue: Issue | 'OK' })[];
}

export const quality: Part = {
  name: 'quality',
  summary: 'VIDEO_QUALITY on pictures that go dark, out of focus or still',
  alwaysMeasured: true,
  async run({ quick, progress }) {
    const sequences = HALVES.flatMap((half) =>
      Array.from({ length: quick ? 1 : SEEDS }, (_, seed) => sequenceOf(`quality/${half}/${seed}`, half)),
    );
    const watcher = new Watcher();
    await watcher.start();
    try {
      const watched = await watcher.watchAll(sequences, pictures, ({ name }, nth) =>
        progress(`quality: ${nth} of ${sequences.length}, ${name}`),
      );
      const matched = (half: Half, issues: readonly Issue[]): Matched<Label, Told>[] =>
        watched
          .filter(({ sequence }) => sequence.half === half)
          .map(({ sequence, seen }) => {
            const told = toldOf(seen.findings, 'VIDEO_QUALITY');
            return together(
              issues.map((issue) =>
                match(
                  sequence.stretches.filter((one) => one.issue === issue).map(labelOf),
                  told.filter(({ finding }) => finding.type === 'VIDEO_QUALITY' && finding.value.issue === issue),
                  TOLERANCE_MS,
                ),
              ),
            );
          });
      const scores = scoresOf(matched('score', ISSUES).map(countsOf));
      return {
        set: [`${sequences.length} sequences; thresholds are ml/video's own, none was chosen on them.`],
        floors: [],
        tables: [{ title: 'Scored half', rows: ISSUES.map((issue) => scoreRow(issue, matched('score', [issue]))) }],
        notes: [],
        figures: { f1: scores.f1?.value ?? null },
      };
    } finally {
      await watcher.stop();
    }
  },
};

const labelOf = ({ fromMs, toMs, issue }: QualitySequence['stretches'][0]): Label => ({
  fromMs: issue === 'FROZEN' ? fromMs + STILL_MS : fromMs,
  toMs,
});

function sequenceOf(name: string, half: Half): QualitySequence {
  const random = new Random(name);
  const stretches: QualitySequence['stretches'] = [];
  const add = (issue: Issue | 'OK', lengthMs: number) => {
    const fromMs = stretches.at(-1)?.toMs ?? 0;
    stretches.push({ issue, fromMs, toMs: fromMs + Math.round(lengthMs / 500) * 500 });
  };
  add('OK', random.between(3_000, 4_000));
  for (const issue of random.shuffled(ISSUES)) {
    add(issue, issue === 'FROZEN' ? random.between(8_000, 9_000) : random.between(3_000, 4_500));
    add('OK', random.between(3_000, 4_000));
  }
  return { name, half, stretches };
}

async function* pictures({ name, stretches }: QualitySequence): AsyncGenerator<Picture> {
  const random = new Random(`${name}/pictures`);
  const room = await makeRoom(random.fork('room'));
  const sway = new Sway(random.fork('sway'));
  const good: Optics = { light: 1, noise: 2, blur: 0, width: 640, jpegQuality: 75, mirrored: false };
  let still: Picture['jpeg'] | undefined;
  const lengthMs = stretches.at(-1)?.toMs ?? 0;
  for (let atMs = 0; atMs < lengthMs; atMs += 1000 / PICTURES_A_SECOND) {
    const issue = stretches.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)?.issue;
    const optics = {
      ...good,
      ...(issue === 'DARK' ? { light: 0.07 } : {}),
      ...(issue === 'BLURRED' ? { blur: 7, noise: 0 } : {}),
    };
    const placed = {
      person: 'A' as const,
      view: 'portrait' as const,
      ...sway.at(atMs, { x: 0.5, y: 0.48, faceShare: 0.48 }),
    };
    const taken = await takePicture(room, [placed], optics, random);
    still = issue === 'FROZEN' ? (still ?? taken) : undefined;
    yield { atMs, jpeg: still ?? taken };
  }
}
