/**
 * The set of the faces: what each sequence shows when, on a time axis in ms, drawn from seeds. A sequence begins with its
 * candidate alone; then come an absence, a second person and a switch to the other person, in any order, or nothing.
 */
import type { Half } from '../part.js';
import { Random } from '../random.js';
import type { Label } from '../scoring/match.js';
import type { Optics } from './camera.js';
import type { PersonName } from './person.js';

export const CONDITIONS = ['clean', 'dim', 'noise', 'blur', 'small', 'compressed', 'dropped', 'mirrored'] as const;
export type Condition = (typeof CONDITIONS)[number];

/** What a stretch shows: the candidate, nobody, both, or somebody else in the candidate's place. */
export type Shown = 'candidate' | 'nobody' | 'both' | 'other';

export interface Stretch extends Label {
  shown: Shown;
}

export interface FaceSequence {
  name: string;
  half: Half;
  condition: Condition;
  candidate: PersonName;
  stretches: Stretch[];
  lengthMs: number;
  optics: Optics;
  /** Share of the pictures that never come. */
  droppedShare: number;
  /** Height of the candidate's face by the picture's. */
  faceShare: number;
}

/** As the candidate's page sends them on a machine that has time. */
export const PICTURES_A_SECOND = 2;
/** Two of each condition, half and candidate would be 32; four more show nothing but the candidate. */
const SEEDS = 2;

export function faceSequences(quick: boolean): FaceSequence[] {
  return (['choose', 'score'] as const).flatMap((half) => {
    const withEvents = CONDITIONS.flatMap((condition) =>
      Array.from({ length: quick ? 0 : SEEDS }, (_, seed) => sequenceOf(half, condition, seed, true)),
    );
    const without = (quick ? [] : (['clean', 'noise'] as const)).map((condition, i) =>
      sequenceOf(half, condition, SEEDS + i, false),
    );
    const few = quick ? [sequenceOf(half, 'clean', 0, true), sequenceOf(half, 'small', 1, true)] : [];
    return [...withEvents, ...without, ...few];
  });
}

function sequenceOf(half: Half, condition: Condition, seed: number, events: boolean): FaceSequence {
  const name = `faces/${half}/${condition}/${seed}`;
  const random = new Random(name);
  const stretches = events
    ? drawEvents(random.fork('events'))
    : [{ shown: 'candidate' as const, fromMs: 0, toMs: 28_000 }];
  return {
    name,
    half,
    condition,
    candidate: seed % 2 === 0 ? 'A' : 'B',
    stretches,
    lengthMs: stretches.at(-1)?.toMs ?? 0,
    ...opticsOf(condition, random.fork('optics')),
  };
}

/**
 * 5–7 s of the candidate before anything happens, at least 2.5 s between two events. Somebody else stays for longer than an
 * absence lasts: who takes a place answers a question in it, and `video` compares a face that nothing announces each 2 s only.
 */
function drawEvents(random: Random): Stretch[] {
  const stretches: Stretch[] = [];
  const add = (shown: Shown, lengthMs: number) => {
    const fromMs = stretches.at(-1)?.toMs ?? 0;
    stretches.push({ shown, fromMs, toMs: fromMs + Math.round(lengthMs) });
  };
  add('candidate', random.between(5_000, 7_000));
  for (const shown of random.shuffled<Shown>(['nobody', 'both', 'other'])) {
    add(shown, shown === 'other' ? random.between(5_000, 8_000) : random.between(2_000, 4_500));
    add('candidate', random.between(2_500, 3_500));
  }
  return stretches;
}

/** Every picture is a little different in light and compression; the condition makes one thing bad. */
function opticsOf(condition: Condition, random: Random): Pick<FaceSequence, 'optics' | 'droppedShare' | 'faceShare'> {
  const is = (one: Condition) => one === condition;
  return {
    optics: {
      light: is('dim') ? random.between(0.3, 0.5) : random.between(0.85, 1.1),
      noise: is('noise') ? random.between(12, 25) : random.between(0, 3),
      blur: is('blur') ? random.between(1, 2) : 0,
      width: is('small') ? 320 : 640,
      jpegQuality: is('compressed') ? random.between(25, 35) : random.between(55, 80),
      mirrored: is('mirrored'),
    },
    droppedShare: is('dropped') ? 0.3 : 0,
    faceShare: is('small') ? random.between(0.27, 0.33) : random.between(0.38, 0.6),
  };
}

/** Labels of one kind: where the sequence shows it. */
export const labelsOf = (sequence: FaceSequence, shown: Shown): Label[] =>
  sequence.stretches.filter((stretch) => stretch.shown === shown);
