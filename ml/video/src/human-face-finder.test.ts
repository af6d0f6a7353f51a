import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { anyLandmarks } from '../fixtures/face.js';
import { expectedFaces, readPicture, threadFile } from '../fixtures/fixtures.js';
import { FaceFinderError } from './face-finder.js';
import { gazeError } from './gaze.js';
import { HumanFaceFinder } from './human-face-finder.js';
import { decodePicture } from './picture.js';

const rgbOf = async (name: string) => (await decodePicture(readPicture(name))).rgb;
const anyPicture = { width: 2, height: 1, data: new Uint8Array(6) };

describe('faces found by Human', () => {
  const finder = new HumanFaceFinder();
  beforeAll(() => finder.start(), 60_000);
  afterAll(() => finder.stop());

  it.each(Object.keys(expectedFaces))(
    '%s: as many faces, at the places and in the poses of the trial',
    async (name) => {
      const faces = await finder.find(await rgbOf(name));
      const expected = expectedFaces[name] ?? [];
      expect(faces).toHaveLength(expected.length);
      for (const [i, want] of expected.entries()) {
        const face = faces[i];
        if (!face) throw new Error('a face is missing');
        for (const [k, value] of want.box.entries())
          expect(Math.abs((face.box[k] ?? 0) - value)).toBeLessThanOrEqual(8);
        expect(face.score).toBeCloseTo(want.score, 1);
        expect(Math.abs(face.yawDeg - want.yaw)).toBeLessThanOrEqual(2);
        expect(Math.abs(face.pitchDeg - want.pitch)).toBeLessThanOrEqual(2);
        expect(Math.abs(face.rollDeg - want.roll)).toBeLessThanOrEqual(2);
        expect(
          Math.abs((gazeError(face.landmarks?.eyes, face.yawDeg) ?? Number.NaN) - want.gazeError),
        ).toBeLessThanOrEqual(0.03);
      }
    },
  );

  it('answers overlapping calls each with its own picture, whatever was searched before', async () => {
    const [one, two, none] = await Promise.all(['face_a', 'two_faces', 'no_face'].map(rgbOf));
    if (!one || !two || !none) throw new Error('a picture is missing');
    const searched = [two, one, none, one, two, none, none, two];
    const counts = await Promise.all(searched.map(async (picture) => (await finder.find(picture)).length));
    expect(counts).toEqual([2, 1, 0, 1, 2, 0, 0, 2]);
  });

  it.each([
    [640, 360],
    [1280, 720],
    [480, 640],
  ])('finds a turned face of 68 pixels and more in a frame of %d × %d, where it is', async (width, height) => {
    const side = Math.min(width, (height * 4) / 3) / 2;
    const [left, top] = [width - side - 10, height - Math.round(side * 0.75) - 10];
    const input = await sharp(readPicture('face_a_synth_yawm45')).resize(Math.round(side)).toBuffer();
    const jpeg = await sharp({ create: { width, height, channels: 3, background: '#6e6964' } })
      .composite([{ input, left: Math.round(left), top: Math.round(top) }])
      .jpeg()
      .toBuffer();
    const { rgb } = await decodePicture(jpeg);
    const faces = await finder.find(rgb);
    expect(faces).toHaveLength(1);
    const [x = 0, y = 0, w = 0, h = 0] = faces[0]?.box ?? [];
    const scale = (side / 640) * (rgb.width / width);
    const middle = { x: left * (rgb.width / width) + 306 * scale, y: top * (rgb.height / height) + 196 * scale };
    expect(Math.hypot(x + w / 2 - middle.x, y + h / 2 - middle.y)).toBeLessThan(60 * scale);
    expect(x + w).toBeLessThanOrEqual(rgb.width);
    expect(y + h).toBeLessThanOrEqual(rgb.height);
    expect(faces[0]?.yawDeg).toBeLessThan(-12);
  });

  it.each([
    [640, 360],
    [480, 640],
  ])('finds none in a frame of %d × %d without one', async (width, height) => {
    const jpeg = await sharp(readPicture('no_face')).resize(width, height, { fit: 'fill' }).jpeg().toBuffer();
    expect(await finder.find((await decodePicture(jpeg)).rgb)).toEqual([]);
  });

  it('describes a face alike whatever its light and tilt, and another face otherwise', async () => {
    const described = async (name: string, nth = 0) => {
      const picture = await rgbOf(name);
      const landmarks = (await finder.find(picture))[nth]?.landmarks;
      if (!landmarks) throw new Error('a face is missing');
      return await finder.describe(picture, landmarks);
    };
    const a = await described('face_a');
    const distanceTo = async (name: string, nth = 0) => a.distanceTo(await described(name, nth));
    // Measured with face-api's own code for the net: equal to six digits.
    expect(await distanceTo('face_a')).toBe(0);
    expect(await distanceTo('face_a_dim')).toBeCloseTo(0.156, 2);
    expect(await distanceTo('face_a_roll20')).toBeCloseTo(0.106, 2);
    expect(await distanceTo('face_a_synth_yawp30')).toBeCloseTo(0.358, 2);
    expect(await distanceTo('face_a_synth_yawm45')).toBeCloseTo(0.472, 2);
    expect(await distanceTo('two_faces', 1)).toBeCloseTo(0.071, 2);
    expect(await distanceTo('two_faces', 0)).toBeCloseTo(0.656, 2);
  });

  it('leaves the event loop free while it searches', async () => {
    const picture = await rgbOf('two_faces');
    const before = performance.eventLoopUtilization();
    for (let i = 0; i < 5; i++) await finder.find(picture);
    // In the same thread this is above 0.9.
    expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.5);
  });

  it('refuses a picture that is not of the size it claims, and serves the next', async () => {
    await expect(finder.find({ width: 640, height: 480, data: new Uint8Array(6) })).rejects.toThrow(FaceFinderError);
    expect(await finder.find(await rgbOf('face_a'))).toHaveLength(1);
  });
});

describe('several threads', () => {
  const wide = (width: number) => ({ width, height: 1, data: new Uint8Array(width * 3) });
  it('search at once, the first free one takes what waits longest, and what is half done goes first', async () => {
    const waits: number[] = [];
    const finder = new HumanFaceFinder({
      threads: 2,
      threadFile: threadFile('answers-its-width'),
      onWaited: (ms) => waits.push(ms),
    });
    await finder.start();
    const done: string[] = [];
    const find = async (width: number) => {
      const faces = await finder.find(wide(width));
      expect(faces[0]?.box[2]).toBe(width);
      done.push(`find ${width}`);
    };
    const describeFace = async () => {
      await finder.describe(wide(2), anyLandmarks);
      done.push('describe');
    };
    await Promise.all([find(3), find(4), find(5), find(6), describeFace()]);
    expect(done.toSorted()).toEqual(['describe', 'find 3', 'find 4', 'find 5', 'find 6']);
    expect(done.indexOf('describe')).toBeLessThan(done.indexOf('find 6'));
    expect(waits).toHaveLength(5);
    // Two were taken at once, the others waited for an answer.
    expect(waits.filter((ms) => ms > 0.5).length).toBeGreaterThanOrEqual(1);
    await finder.stop();
  });

  it('fail alone: the other goes on, and a new one takes the place', async () => {
    const finder = new HumanFaceFinder({ threads: 2, threadFile: threadFile('dies-at-width-13') });
    const asked = [13, 4, 5, 13, 6, 7].map((width) => finder.find(wide(width)));
    const settled = await Promise.allSettled(asked);
    expect(settled.map(({ status }) => status)).toEqual([
      'rejected',
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    await finder.stop();
  });

  it('leave nobody waiting when the finder stops', async () => {
    const finder = new HumanFaceFinder({ threads: 2, threadFile: threadFile('hangs') });
    await finder.start();
    const asked = Promise.allSettled([3, 4, 5].map((width) => finder.find(wide(width))));
    await finder.stop();
    expect((await asked).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });
});

describe('a thread that fails', () => {
  it('fails the picture it was at, and the next is served by a new thread', async () => {
    const finder = new HumanFaceFinder({ threadFile: threadFile('dies-at-width-13') });
    const deadly = { width: 13, height: 1, data: new Uint8Array(39) };
    const [first, second] = await Promise.allSettled([finder.find(deadly), finder.find(anyPicture)]);
    expect(first).toMatchObject({ status: 'rejected', reason: expect.any(FaceFinderError) });
    expect(second).toEqual({ status: 'fulfilled', value: [] });
    await finder.stop();
  });

  it('is given up when it does not answer within the limit', async () => {
    const finder = new HumanFaceFinder({ threadFile: threadFile('hangs'), pictureLimitMs: 50 });
    await expect(finder.find(anyPicture)).rejects.toThrow('The thread did not answer within 50 ms.');
    await finder.stop();
  });

  it('rejects the start when it cannot become ready', async () => {
    const finder = new HumanFaceFinder({ threadFile: threadFile('never-ready') });
    await expect(finder.start()).rejects.toThrow('no models');
    await finder.stop();
  });

  it('is not started again after the finder was stopped', async () => {
    const finder = new HumanFaceFinder({ threadFile: threadFile('hangs') });
    await finder.start();
    await finder.stop();
    await expect(finder.find(anyPicture)).rejects.toThrow('The face finder was stopped.');
  });
});
