/**
 * From JPEG bytes to the two pictures that are measured: RGB for the face finder, a small grey one for quality.
 * Decoding runs on libuv's threads, so the event loop stays free. What arrives is untrusted: only JPEG is
 * decoded (libvips reads much more), and only up to a number of pixels.
 */
import sharp from 'sharp';

/** Interleaved 8-bit RGB, row by row. */
export interface Rgb {
  width: number;
  height: number;
  data: Uint8Array;
}

/** 8-bit grey, row by row. */
export interface Grey {
  width: number;
  height: number;
  data: Uint8Array;
}

export interface Picture {
  /** Size of the picture as it was sent: face boxes are told in its pixels. */
  width: number;
  height: number;
  /** At most `SEARCH_SIDE` pixels on its longer side. */
  rgb: Rgb;
  /** At most `GREY_WIDTH` pixels wide. */
  grey: Grey;
}

/** The face detector sees 256 × 256 pixels and the mesh a crop of as much: more than this costs and gains nothing. */
const SEARCH_SIDE = 640;
/** Quality is defined on this width, so that figures of different cameras compare. */
const GREY_WIDTH = 320;
/** A 512 KB JPEG may claim 65,535 × 65,535 pixels; a 4K picture has 8.3 million. */
const MAX_PIXELS = 9_000_000;

// A frame is seen once: caching costs memory only. One thread a picture: many rounds share the cores.
sharp.cache(false);
sharp.concurrency(1);

/** The bytes are no picture that can be measured. Sending the same bytes again cannot help. */
export class PictureError extends Error {
  override readonly name = 'PictureError';
}

/** @throws PictureError when the bytes are not a complete JPEG of a size that is accepted. */
export async function decodePicture(jpeg: Uint8Array): Promise<Picture> {
  if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8 || jpeg[2] !== 0xff) throw new PictureError('The frame is not a JPEG.');
  try {
    const source = sharp(jpeg, { limitInputPixels: MAX_PIXELS, failOn: 'truncated' });
    const { width, height } = await source.metadata();
    const rgb = await source
      .resize({ width: SEARCH_SIDE, height: SEARCH_SIDE, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const raw = { width: rgb.info.width, height: rgb.info.height, channels: 3 as const };
    const grey = await sharp(rgb.data, { raw })
      .greyscale()
      .resize({ width: GREY_WIDTH, withoutEnlargement: true })
      .raw()
      .toBuffer({ resolveWithObject: true });
    return {
      width,
      height,
      rgb: { width: raw.width, height: raw.height, data: rgb.data },
      grey: { width: grey.info.width, height: grey.info.height, data: grey.data },
    };
  } catch (error) {
    // libvips names what is wrong with the bytes; it says nothing about this machine.
    throw new PictureError(`The frame could not be decoded: ${firstLine(error)}.`, { cause: error });
  }
}

const firstLine = (error: unknown) => (error instanceof Error ? error.message : String(error)).split('\n')[0];
