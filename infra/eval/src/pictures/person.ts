/**
 * The people of the pictures, cut out of their portraits with a soft edge so that they can be put into any room. There
 * are two, and that is all there are: see the limits in docs/evaluation.md.
 */
import sharp from 'sharp';
import { type MediaName, mediaFile } from '../media-files.js';

export type PersonName = 'A' | 'B';
/** Other views of a person; B has the portrait alone. `talking` has the lips apart. */
export type View = 'portrait' | 'up' | 'down' | 'turned' | 'talking';

export interface Cutout {
  /** RGBA, row by row. */
  rgba: Buffer;
  width: number;
  height: number;
  /** Height of the face (brow to chin, as the detector boxes it) and its centre, in pixels of the cutout. */
  face: { height: number; x: number; y: number };
}

interface Portrait {
  views: Partial<Record<View, MediaName>>;
  /** Head and shoulders in the portrait's own 640×480 pixels, as SVG. */
  outline: string;
  face: Cutout['face'];
  /** The line between the lips: ends and middle, and how far down the chin reaches. */
  mouth: { left: number; right: number; y: number; chin: number };
}

const PORTRAITS: Record<PersonName, Portrait> = {
  A: {
    views: { portrait: 'face_a', up: 'face_a_pitchm20', down: 'face_a_pitch20', turned: 'face_a_yawp30' },
    outline:
      '<ellipse cx="302" cy="132" rx="124" ry="112"/><path d="M0 480 L10 420 L125 330 L150 255 L230 210 L375 210 L415 290 L435 350 L485 410 L498 480 Z"/>',
    face: { height: 279, x: 298, y: 195 },
    mouth: { left: 262, right: 336, y: 233, chin: 300 },
  },
  B: {
    views: { portrait: 'face_b' },
    outline:
      '<ellipse cx="325" cy="170" rx="150" ry="178"/><path d="M225 230 L435 230 L420 400 L240 400 Z"/><path d="M30 480 L60 440 L230 370 L430 370 L610 440 L640 480 Z"/>',
    face: { height: 409, x: 327, y: 245 },
    mouth: { left: 265, right: 385, y: 305, chin: 410 },
  },
};

const SIZE = { width: 640, height: 480 };
/** Blur of the outline in pixels: no hard edge that a detector or a compressor would see. */
const SOFT_EDGE = 6;

const cutouts = new Map<string, Promise<Cutout>>();

/** A view that the person does not have is the portrait. */
export function cutout(person: PersonName, view: View): Promise<Cutout> {
  const key = `${person}/${view}`;
  const made = cutouts.get(key) ?? cut(PORTRAITS[person], view);
  cutouts.set(key, made);
  return made;
}

async function cut({ views, outline, face, mouth }: Portrait, view: View): Promise<Cutout> {
  const file = mediaFile(views[view] ?? views.portrait ?? 'face_a');
  const rgb = await sharp(file).removeAlpha().raw().toBuffer();
  if (view === 'talking') openMouth(rgb, mouth);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE.width}" height="${SIZE.height}"><g fill="#fff">${outline}</g></svg>`;
  const mask = await sharp(Buffer.from(svg)).blur(SOFT_EDGE).extractChannel('alpha').raw().toBuffer();
  const rgba = await sharp(rgb, { raw: { ...SIZE, channels: 3 } })
    .joinChannel(mask, { raw: { ...SIZE, channels: 1 } })
    .raw()
    .toBuffer();
  return { rgba, ...SIZE, face };
}

/** How far the lips come apart, for each pixel of the mouth's width. */
const OPENING = 0.22;

/**
 * Moves lower lip and chin down and shows dark between: no photograph of a speaking mouth is among the media, and what
 * `video` measures is the gap between the lips.
 */
function openMouth(rgb: Buffer, { left, right, y, chin }: Portrait['mouth']): void {
  const before = Buffer.from(rgb);
  const middle = (left + right) / 2;
  const halfWidth = ((right - left) / 2) * 1.1;
  for (let x = Math.round(middle - halfWidth); x < middle + halfWidth; x++) {
    const gap = (right - left) * OPENING * Math.sqrt(Math.max(0, 1 - ((x - middle) / halfWidth) ** 2));
    for (let row = y; row < chin + gap; row++) {
      const to = (row * SIZE.width + x) * 3;
      // Below the gap the face is squeezed towards a chin that stays nearly where it was.
      const from = Math.round(y + ((row - y - gap) * (chin - y)) / (chin - y + gap * 0.2));
      const at = (Math.min(from, SIZE.height - 1) * SIZE.width + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        rgb[to + channel] = row < y + gap ? (channel === 0 ? 60 : 25) : (before[at + channel] ?? 0);
      }
    }
  }
}
