/** Backgrounds: rooms without a person, made from a seed, and the one picture without a face that there is. */
import sharp from 'sharp';
import { mediaFile } from '../media-files.js';
import type { Random } from '../random.js';

export const PICTURE_SIZE = { width: 640, height: 480 };

/**
 * Standard deviation of a wall's grain, of 255: paint, plaster and paper are no even surface. Without it, and without things that
 * have details, an empty room had less edges than any picture of a camera: see `room.test.ts`.
 */
const GRAIN = 6;

/** A wall with a lamp's light, a rack and a few things on it, or the picture of a cup, out of focus or not. RGB, row by row. */
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
    `<rect width="${width}" height="${height}" fill="url(#l)"/>${things.join('')}${rackOf(random.fork('rack'))}</svg>`;
  const room = await sharp(Buffer.from(svg)).blur(random.between(0.4, 1)).removeAlpha().raw().toBuffer();
  return grained(room, random.fork('grain'));
}

/** Two or three boards of books: what stands behind most people who are interviewed. */
function rackOf(random: Random): string {
  const [left, width] = [Math.round(random.between(0, 360)), Math.round(random.between(180, 280))];
  const boards = Array.from({ length: random.chance(0.5) ? 2 : 3 }, (_, nth) => 130 + nth * 110);
  return boards.map((y) => booksOn(y, left, left + width, random)).join('');
}

function booksOn(boardY: number, left: number, right: number, random: Random): string {
  const books: string[] = [];
  for (let x = left; x < right; ) {
    const [w, h] = [Math.round(random.between(8, 24)), Math.round(random.between(55, 90))];
    const fill = `hsl(${Math.round(random.between(0, 360))},${Math.round(random.between(10, 60))}%,${Math.round(random.between(15, 85))}%)`;
    // Not every place is taken.
    if (random.chance(0.85)) books.push(`<rect x="${x}" y="${boardY - h}" width="${w}" height="${h}" fill="${fill}"/>`);
    x += w + 1;
  }
  return `${books.join('')}<rect x="${left}" y="${boardY}" width="${right - left}" height="6" fill="#5a4632"/>`;
}

/** The same grain in every picture of a sequence: it is the room's, not the camera's. */
function grained(room: Buffer, random: Random): Buffer {
  for (let i = 0; i + 2 < room.length; i += 3) {
    const grain = (random.next() + random.next() + random.next() - 1.5) * 2 * GRAIN;
    for (let channel = i; channel < i + 3; channel++) {
      room[channel] = Math.max(0, Math.min(255, Math.round((room[channel] ?? 0) + grain)));
    }
  }
  return room;
}
