/**
 * The face of somebody who talks in some stretches of time: the openings of the mouth that `video` measured on pictures
 * of the first person with lips closed and apart, one after the other as speech makes them. There is no film of a speaking
 * person among the media.
 */
import type { FaceObservation } from '@interview/schema/messages';
import { takePicture } from '../pictures/camera.js';
import { type Picture, Sway } from '../pictures/camera-feed.js';
import type { Watcher } from '../pictures/face-observations.js';
import type { View } from '../pictures/person.js';
import { makeRoom } from '../pictures/room.js';
import { Random } from '../random.js';
import { BEGIN_MS } from '../rounds.js';
import type { Label } from '../scoring/match.js';

const PICTURES = 24;

/** What `video` saw of lips that are closed, and of lips that are apart. */
export interface Mouths {
  closed: FaceObservation[];
  apart: FaceObservation[];
}

export async function watchMouths(watcher: Watcher): Promise<Mouths> {
  const seen = async (view: View) =>
    (await watcher.watch(portraits(view))).pictures.map((picture) => picture.observation);
  return { closed: await seen('portrait'), apart: await seen('talking') };
}

async function* portraits(view: View): AsyncGenerator<Picture> {
  const random = new Random(`mouths/${view}`);
  const room = await makeRoom(new Random('mouths/room'));
  const sway = new Sway(random);
  const optics = { light: 1, noise: 2, blur: 0, width: 640, jpegQuality: 75, mirrored: false };
  for (let i = 0; i < PICTURES; i++) {
    const atMs = i * 500;
    const placed = { person: 'A' as const, view, ...sway.at(atMs, { x: 0.5, y: 0.48, faceShare: 0.48 }) };
    yield { atMs, jpeg: await takePicture(room, [placed], optics, random) };
  }
}

/** Whether the lips are apart in a picture: of somebody who speaks, in about half of them. */
export const lipsApart = (speaking: boolean, random: Random): boolean => random.chance(0.55) && speaking;

/** Two observations a second; the lips move in the stretches and are closed between them. */
export function talkingFace(
  speaks: readonly Label[],
  lengthMs: number,
  mouths: Mouths,
  random: Random,
): FaceObservation[] {
  return Array.from({ length: Math.floor(lengthMs / 500) }, (_, i) => {
    const atMs = i * 500;
    const speaking = speaks.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
    const from = lipsApart(speaking, random) ? mouths.apart : mouths.closed;
    const observation = from[Math.floor(random.between(0, from.length))];
    if (!observation) throw new RangeError('no mouth was seen');
    return { ...observation, capturedAtMs: BEGIN_MS + atMs };
  });
}
