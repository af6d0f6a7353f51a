/**
 * Whether the face before the camera is still the one that the round began with, as a distance. What that face looks
 * like is kept here and nowhere else: in the memory of this process, until the round leaves it. A worker that takes a
 * round over begins with a reference of its own, and numbers it.
 */
import type { FaceObservation } from '@interview/schema/messages';
import { FaceDescriptor } from './face-descriptor.js';
import type { FoundFace, Landmarks } from './face-finder.js';
import {
  comparableFace,
  type IdentityFrame,
  isDue,
  newSchedule,
  noteDistance,
  type Schedule,
  seeFrame,
} from './identity-schedule.js';

/** The reference is made of the first good frames: so many, so far apart, with the face turned to the camera. */
export const REFERENCE = {
  frames: 5,
  apartMs: 400,
  /** Measured degrees; pitch comes with a bias of 5–8°. */
  facing: { yawDeg: 12, pitchDeg: 20, rollDeg: 25 },
  /** Frames further than this from the middle one of them show another face, or no good one. */
  agreeUpTo: 0.5,
  /** With fewer that agree, the oldest is given up and another one waited for. */
  leastAgreeing: 4,
} as const;

/** What is to be done with a frame; made before anything can fail, taken after everything has succeeded. */
export interface IdentityStep {
  atMs: number;
  schedule: Schedule;
  /** The face to be described, or null. */
  landmarks: Landmarks | null;
  /** Frames collected so far may show somebody else. */
  restart: boolean;
}

interface Collected {
  atMs: number;
  descriptor: FaceDescriptor;
}

export class IdentityTrack {
  #schedule = newSchedule();
  #collected: Collected[] = [];
  #reference: FaceDescriptor | null = null;
  /** The number of this track's reference; null until its first frame is collected. */
  #number: number | null = null;

  /** @param earlier references that other workers began in this round. */
  constructor(private readonly earlier: number) {}

  /**
   * References of this round. One counts from its first frame on, long before it is used: so two workers never give one
   * number to two faces, even if the first was killed between using it and saving this count.
   */
  get references(): number {
    return this.#number ?? this.earlier;
  }

  /** What this frame needs. Changes nothing. */
  look(frame: IdentityFrame): IdentityStep {
    const schedule = seeFrame(this.#schedule, frame);
    const face = comparableFace(frame);
    const restart = schedule.run === null;
    const wanted = this.#reference ? isDue(schedule, frame.atMs) : face !== null && this.#collects(face, frame.atMs);
    return { atMs: frame.atMs, schedule, restart, landmarks: wanted ? (face?.landmarks ?? null) : null };
  }

  /** Takes the frame in, with the descriptor that its step asked for; answers how far the face is from the reference. */
  take(step: IdentityStep, descriptor: FaceDescriptor | null): FaceObservation['identity'] {
    this.#schedule = step.schedule;
    if (!descriptor) return null;
    if (!this.#reference || this.#number === null) {
      this.#collect({ atMs: step.atMs, descriptor }, step.restart);
      return null;
    }
    const distance = descriptor.distanceTo(this.#reference);
    this.#schedule = noteDistance(step.schedule, step.atMs, distance);
    return { reference: this.#number, distance: Math.round(distance * 1000) / 1000 };
  }

  /** The clock was set anew: earlier times mean nothing any more. */
  restartTimes(): void {
    this.#schedule = newSchedule();
    this.#collected = [];
  }

  #collects(face: FoundFace, atMs: number): boolean {
    const last = this.#collected.at(-1);
    if (last && atMs - last.atMs < REFERENCE.apartMs) return false;
    const axes = ['yawDeg', 'pitchDeg', 'rollDeg'] as const;
    return axes.every((axis) => Math.abs(face[axis]) <= REFERENCE.facing[axis]);
  }

  #collect(frame: Collected, restart: boolean): void {
    this.#number ??= this.earlier + 1;
    this.#collected = restart ? [frame] : [...this.#collected, frame];
    // Nothing is compared yet, so the face counts as settled: what happens to it next restarts the collecting.
    this.#schedule = { ...this.#schedule, run: { same: true, length: 1 } };
    if (this.#collected.length < REFERENCE.frames) return;
    const agreeing = agreeingOnes(this.#collected.map(({ descriptor }) => descriptor));
    if (agreeing.length < REFERENCE.leastAgreeing) {
      this.#collected.shift();
      return;
    }
    this.#reference = FaceDescriptor.mean(agreeing);
    this.#collected = [];
  }
}

/** Those near the middle one, which is the one with the least distances to all others. */
function agreeingOnes(descriptors: readonly FaceDescriptor[]): FaceDescriptor[] {
  const total = (one: FaceDescriptor) => descriptors.reduce((sum, other) => sum + one.distanceTo(other), 0);
  const [middle, ...others] = descriptors.toSorted((a, b) => total(a) - total(b));
  if (!middle) return [];
  return [middle, ...others.filter((one) => one.distanceTo(middle) <= REFERENCE.agreeUpTo)];
}
