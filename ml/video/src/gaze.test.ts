import { describe, expect, it } from '@jest/globals';
import type { Eye } from './face-finder.js';
import { gazeError } from './gaze.js';

/** An eye 40 pixels wide with its iris `offset` widths right of its middle, the whole face tilted by `tilt` degrees. */
function eye(side: 'left' | 'right', offset: number, tilt = 0): Eye {
  const [cos, sin] = [Math.cos((tilt * Math.PI) / 180), Math.sin((tilt * Math.PI) / 180)];
  const at = (x: number): readonly [number, number] => [300 + x * cos, 200 + x * sin];
  const [left, right] = [at(-20), at(20)];
  return {
    outer: side === 'left' ? left : right,
    inner: side === 'left' ? right : left,
    iris: at(offset * 40),
  };
}

describe('the deviation of the eyes', () => {
  it('is none when the irises stand where they rest', () => {
    const eyes = { left: eye('left', -0.06), right: eye('right', 0.06) };
    expect(gazeError(eyes, 0)).toBeCloseTo(0);
  });

  it('is measured along the eyes, so a tilted head changes nothing', () => {
    const eyes = { left: eye('left', -0.2, 25), right: eye('right', 0.1, 25) };
    expect(gazeError(eyes, 0)).toBeCloseTo(0.09);
  });

  it('allows for the drift of the irises in a turned head', () => {
    const eyes = { left: eye('left', -0.21), right: eye('right', 0.21) };
    expect(gazeError(eyes, 20)).toBeCloseTo(0);
    expect(gazeError(eyes, 0)).toBeCloseTo(0.15);
  });

  it('is unknown without eyes, and when the corners fall together', () => {
    expect(gazeError(undefined, 0)).toBeNull();
    const closed: Eye = { outer: [1, 1], inner: [1, 1], iris: [1, 1] };
    expect(gazeError({ left: closed, right: closed }, 0)).toBeNull();
  });
});
