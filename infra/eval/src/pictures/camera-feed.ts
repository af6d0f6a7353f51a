/**
 * A sequence as the camera sends it: one picture after the other, made when it is asked for. People sway, nod and come
 * nearer; what moves is drawn from the sequence's name.
 */
import { Random } from '../random.js';
import { type Placed, takePicture } from './camera.js';
import type { FaceSequence, Shown } from './face-sequences.js';
import { PICTURES_A_SECOND } from './face-sequences.js';
import type { PersonName, View } from './person.js';
import { makeRoom } from './room.js';

export interface Picture {
  atMs: number;
  jpeg: Uint8Array<ArrayBuffer>;
}

/** A person's own way of moving: slow waves in place, size and roll, with a little unrest. */
export class Sway {
  readonly #random: Random;
  readonly #phases: [number, number, number, number];

  constructor(random: Random) {
    this.#random = random;
    const phase = () => random.between(0, 2 * Math.PI);
    this.#phases = [phase(), phase(), phase(), phase()];
  }

  at(atMs: number, rest: { x: number; y: number; faceShare: number }): Omit<Placed, 'person' | 'view'> {
    const [a, b, c, d] = this.#phases;
    const wave = (phase: number, periodS: number) => Math.sin((2 * Math.PI * atMs) / 1000 / periodS + phase);
    const unrest = (size: number) => this.#random.normal() * size;
    return {
      x: rest.x + 0.03 * wave(a, 11) + unrest(0.004),
      y: rest.y + 0.015 * wave(b, 7) + unrest(0.004),
      faceShare: rest.faceShare * (1 + 0.06 * wave(c, 17)) + unrest(0.004),
      rollDeg: 6 * wave(d, 9) + unrest(0.8),
    };
  }
}

export async function* pictures(sequence: FaceSequence): AsyncGenerator<Picture> {
  const random = new Random(sequence.name);
  const room = await makeRoom(random.fork('room'));
  const dropped = random.fork('dropped');
  const noise = random.fork('noise');
  const views = random.fork('views');
  const sways = { A: new Sway(random.fork('A')), B: new Sway(random.fork('B')) };
  const other: PersonName = sequence.candidate === 'A' ? 'B' : 'A';
  const guestFromLeft = random.fork('guest').chance(0.5);
  const alone = { x: 0.5, y: 0.48, faceShare: sequence.faceShare };
  const beside = { ...alone, x: guestFromLeft ? 0.66 : 0.34, faceShare: sequence.faceShare * 0.85 };
  const guest = { x: guestFromLeft ? 0.2 : 0.8, y: 0.42, faceShare: sequence.faceShare * 0.7 };
  for (let atMs = 0; atMs < sequence.lengthMs; atMs += 1000 / PICTURES_A_SECOND) {
    const view = viewOf(views);
    const seen = (person: PersonName, rest: typeof alone): Placed => ({
      person,
      view,
      ...sways[person].at(atMs, rest),
    });
    const people: Record<Shown, Placed[]> = {
      candidate: [seen(sequence.candidate, alone)],
      nobody: [],
      both: [seen(sequence.candidate, beside), seen(other, guest)],
      other: [seen(other, alone)],
    };
    if (dropped.chance(sequence.droppedShare)) continue;
    const shown = sequence.stretches.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)?.shown ?? 'candidate';
    yield { atMs, jpeg: await takePicture(room, people[shown], sequence.optics, noise) };
  }
}

/** Mostly straight ahead. */
function viewOf(random: Random): View {
  const draw = random.next();
  if (draw < 0.05) return 'up';
  if (draw < 0.1) return 'down';
  return draw < 0.35 ? 'talking' : 'portrait';
}
