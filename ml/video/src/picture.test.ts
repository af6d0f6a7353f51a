import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { readPicture } from '../fixtures/fixtures.js';
import { decodePicture, PictureError } from './picture.js';

const blank = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 200, g: 100, b: 50 } } });

describe('a frame', () => {
  it('becomes RGB of its own size and grey 320 pixels wide', async () => {
    const picture = await decodePicture(readPicture('face_a'));
    expect(picture).toMatchObject({ width: 640, height: 480 });
    expect(picture.rgb).toMatchObject({ width: 640, height: 480 });
    expect(picture.rgb.data).toHaveLength(640 * 480 * 3);
    expect(picture.grey).toMatchObject({ width: 320, height: 240 });
    expect(picture.grey.data).toHaveLength(320 * 240);
  });

  it('of a large camera is searched smaller, and told with the size it was sent in', async () => {
    const picture = await decodePicture(await blank(1920, 1080).jpeg().toBuffer());
    expect(picture).toMatchObject({ width: 1920, height: 1080 });
    expect(picture.rgb).toMatchObject({ width: 640, height: 360 });
  });

  it('without colour has three channels all the same', async () => {
    const grey = await decodePicture(await blank(64, 48).greyscale().jpeg().toBuffer());
    expect(grey.rgb.data).toHaveLength(64 * 48 * 3);
    expect(grey.grey).toMatchObject({ width: 64, height: 48 });
    expect(grey.grey.data).toHaveLength(64 * 48);
  });

  it.each([
    ['is empty', async () => new Uint8Array()],
    ['is a PNG', () => blank(8, 8).png().toBuffer()],
    ['is cut short', async () => readPicture('face_a').subarray(0, 20_000)],
    ['holds noise after its first bytes', async () => new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 9, 9, 9, 9])],
    ['has more pixels than are accepted', () => blank(4000, 3000).jpeg().toBuffer()],
  ])('that %s is refused', async (_what, bytes) => {
    await expect(decodePicture(await bytes())).rejects.toBeInstanceOf(PictureError);
  });
});
