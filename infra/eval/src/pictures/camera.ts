/**
 * The camera: people and room become one JPEG picture, as good or as bad as the condition says.
 */
import sharp, { type OverlayOptions } from 'sharp';
import type { Random } from '../random.js';
import { cutout, type PersonName, type View } from './person.js';
import { PICTURE_SIZE } from './room.js';

/** Where and how one person is seen. */
export interface Placed {
  person: PersonName;
  view: View;
  /** Height of the face by the picture's. */
  faceShare: number;
  /** Centre of the face, 0–1 of the picture. */
  x: number;
  y: number;
  rollDeg: number;
}

/** What is between the scene and the picture that is sent. */
export interface Optics {
  /** Light, 1 as it is. */
  light: number;
  /** Standard deviation of the sensor's noise, of 255. */
  noise: number;
  /** Sigma of the blur in pixels of 640; 0 is none. */
  blur: number;
  /** Width of the picture that is sent. */
  width: number;
  jpegQuality: number;
  mirrored: boolean;
}

export async function takePicture(
  room: Buffer,
  people: readonly Placed[],
  optics: Optics,
  random: Random,
): Promise<Uint8Array<ArrayBuffer>> {
  const layers = await Promise.all(people.map(layerOf));
  // A pipeline for each step: sharp has an order of its own within one.
  const frame = { raw: { ...PICTURE_SIZE, channels: 3 as const } };
  const scene = await sharp(room, frame)
    .composite(layers.flatMap((layer) => layer ?? []))
    .removeAlpha()
    .raw()
    .toBuffer();
  let picture = sharp(scene, frame);
  if (optics.blur >= 0.3) picture = picture.blur(optics.blur);
  if (optics.mirrored) picture = picture.flop();
  if (optics.width !== PICTURE_SIZE.width) picture = picture.resize({ width: optics.width });
  const { data, info } = await picture.linear(optics.light, 0).raw().toBuffer({ resolveWithObject: true });
  addNoise(data, optics.noise, random);
  const raw = { width: info.width, height: info.height, channels: 3 as const };
  return new Uint8Array(
    await sharp(data, { raw })
      .jpeg({ quality: Math.round(optics.jpegQuality) })
      .toBuffer(),
  );
}

/** The same draw for the three colours of a pixel: noise of the luma, which is what JPEG keeps. */
function addNoise(pixels: Buffer, deviation: number, random: Random): void {
  if (deviation <= 0) return;
  for (let i = 0; i + 2 < pixels.length; i += 3) {
    // The sum of three uniform draws is near enough to a normal one, and much faster.
    const noise = (random.next() + random.next() + random.next() - 1.5) * 2 * deviation;
    for (let channel = i; channel < i + 3; channel++) {
      pixels[channel] = Math.max(0, Math.min(255, Math.round((pixels[channel] ?? 0) + noise)));
    }
  }
}

/** The person in the picture's size, cut off at its edges; undefined when nothing of it is inside. */
async function layerOf(placed: Placed): Promise<OverlayOptions | undefined> {
  const { rgba, width, height, face } = await cutout(placed.person, placed.view);
  const scale = (placed.faceShare * PICTURE_SIZE.height) / face.height;
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
  const resized = await sharp(rgba, { raw: { width, height, channels: 4 } })
    .resize(size)
    .raw()
    .toBuffer();
  const turned = await sharp(resized, { raw: { ...size, channels: 4 } })
    .rotate(placed.rollDeg, { background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const box = { width: turned.info.width, height: turned.info.height };
  // Turned about its centre, the face turns about it too.
  const angle = (placed.rollDeg * Math.PI) / 180;
  const [dx, dy] = [face.x * scale - size.width / 2, face.y * scale - size.height / 2];
  const left = Math.round(placed.x * PICTURE_SIZE.width - box.width / 2 - dx * Math.cos(angle) + dy * Math.sin(angle));
  const top = Math.round(placed.y * PICTURE_SIZE.height - box.height / 2 - dx * Math.sin(angle) - dy * Math.cos(angle));
  const [cutLeft, cutTop] = [Math.max(0, -left), Math.max(0, -top)];
  const inside = {
    left: cutLeft,
    top: cutTop,
    width: Math.min(box.width, PICTURE_SIZE.width - left) - cutLeft,
    height: Math.min(box.height, PICTURE_SIZE.height - top) - cutTop,
  };
  if (inside.width <= 0 || inside.height <= 0) return;
  const raw = { ...box, channels: 4 as const };
  const input = await sharp(turned.data, { raw }).extract(inside).raw().toBuffer();
  const { width: w, height: h } = inside;
  return { input, raw: { width: w, height: h, channels: 4 }, left: Math.max(0, left), top: Math.max(0, top) };
}
