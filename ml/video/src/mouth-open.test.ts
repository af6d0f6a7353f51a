import { describe, expect, it } from '@jest/globals';
import { mouthOpen } from './mouth-open.js';

describe('how far a mouth is open', () => {
  it('is the gap between the lips over the width, whatever the tilt', () => {
    expect(
      mouthOpen({
        upper: [50, 80],
        lower: [50, 90],
        corners: [
          [30, 85],
          [70, 85],
        ],
      }),
    ).toBeCloseTo(0.25);
    expect(
      mouthOpen({
        upper: [80, 50],
        lower: [90, 50],
        corners: [
          [85, 30],
          [85, 70],
        ],
      }),
    ).toBeCloseTo(0.25);
  });

  it('is unknown without lips, and when the corners fall together', () => {
    expect(mouthOpen(undefined)).toBeNull();
    expect(
      mouthOpen({
        upper: [1, 1],
        lower: [1, 2],
        corners: [
          [1, 1],
          [1, 1],
        ],
      }),
    ).toBeNull();
  });
});
