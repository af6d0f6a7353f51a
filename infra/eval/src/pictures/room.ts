/** Backgrounds: rooms without a person, made from a seed, and the one picture without a face that there is. */
import sharp from 'sharp';
import { mediaFile } from '../media-files.js';
import type { Random } from '../random.js';

export const PICTURE_SIZE = { width: 640, height: 480 };

/** A wall with a lamp's light and a few things on it, or the picture of a cup, out of focus or not. RGB, row by row. */
export async function makeRoom(random: Random): Promise<Buffer> {
  if (random.chance(0.25)) {
    const picture = sharp(mediaFile('no_face')).resize({ ...PICTURE_SIZE, fit: 'cover' });
    return (random.chance(0.5) ? picture.blur(random.between(0.5, 1.5)) : picture).removeAlpha().raw().toBuffer();
  }
  const { width, height } = PICTURE_SIZE;
  const hue = Math.round(random.between(0, 360));
  const colour = (lightness: number) => `hsl(${hue},${Math.round(random.between(10, 40))}%,${Math.round(lightness)}%)`;
  const things = Array.from({ length: 3 + Math.floor(random.between(0, 4)) }, () => {
    const [x, y] = [Math.round(random.between(0, width)), Math.round(random.between(0, height * 0.8))];
    const [w, h] = [Math.round(random.between(30, 160)), Math.round(random.between(30, 200))];
    const fill = colour(random.between(20, 85));
    return random.chance(0.3)
      ? `<circle cx="${x}" cy="${y}" r="${Math.round(w / 3)}" fill="${fill}"/>`
      : `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="${fill}"/>`;
  });
  const [lit, shade] = [colour(random.between(60, 85)), colour(random.between(30, 55))];
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><radialGradient id="l" cx="${random.next().toFixed(2)}" cy="0.1" r="1">` +
    `<stop offset="0" stop-color="${lit}"/><stop offset="1" stop-color="${shade}"/></radialGradient></defs>` +
    `<rect width="${width}" height="${height}" fill="url(#l)"/>${things.join('')}</svg>`;
  return sharp(Buffer.from(svg)).blur(random.between(0.4, 1)).removeAlpha().raw().toBuffer();
}
