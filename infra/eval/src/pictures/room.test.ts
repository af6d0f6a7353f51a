import { decodePicture } from '@interview/video/picture';
import { measurePicture } from '@interview/video/picture-quality';
import { expect, test } from '@jest/globals';
import { Random } from '../random.js';
import { takePicture } from './camera.js';
import { faceSequences } from './face-sequences.js';
import { makeRoom } from './room.js';

test('an empty room has as many edges as a lit picture of a camera, about 124 to 1000 as `video` measures them', async () => {
  const [sequence] = faceSequences(false).filter(({ name }) => name === 'faces/score/mirrored/0');
  if (!sequence) throw new Error('the sequence is gone');
  const room = await makeRoom(new Random(sequence.name).fork('room'));
  const optics = { ...sequence.optics, noise: 0 };
  const jpeg = await takePicture(room, [], optics, new Random('noise'));
  const { sharpness } = measurePicture((await decodePicture(jpeg)).grey);
  expect(sharpness).toBeGreaterThan(124);
  expect(sharpness).toBeLessThan(1000);
});
