import { describe, expect, it } from '@jest/globals';
import type { QualityIssue } from './picture-quality.js';
import { newQualityWatch, watchQuality } from './quality-watch.js';

const figures = { luma: 13.27, contrast: 7, sharpness: 4.71, fingerprint: 'x' };

/** Feeds issues, one frame each `intervalMs`; answers what was told, with the onset and the completing frame. */
function told(issues: QualityIssue[], intervalMs: number) {
  const watch = newQualityWatch();
  return issues.flatMap((issue, i) => {
    const insight = watchQuality(watch, { id: `${i}-0`, atMs: i * intervalMs, issue, figures });
    return insight ? [[insight.value, insight.atMs, insight.capturedAtMs, insight.severity, insight.key]] : [];
  });
}

const values = { luma: 13.3, sharpness: 4.7 };

describe('an issue with the picture', () => {
  it('is told once it has lasted, at its onset', () => {
    expect(told(['OK', 'DARK', 'DARK', 'DARK', 'DARK', 'DARK', 'DARK'], 200)).toEqual([
      [{ issue: 'DARK', ...values }, 200, 1000, 'LOW', 'video-quality/1-0'],
    ]);
  });

  it('is told at the second frame of one a second', () => {
    expect(told(['OK', 'BLURRED', 'BLURRED'], 1000)).toEqual([
      [{ issue: 'BLURRED', ...values }, 1000, 2000, 'LOW', 'video-quality/1-0'],
    ]);
  });

  it('has the same key whichever of its later frames were left out', () => {
    const keyAfter = (kept: number[]) => {
      const watch = newQualityWatch();
      return kept.flatMap(
        (i) => watchQuality(watch, { id: `${i}-0`, atMs: i * 200, issue: 'DARK', figures })?.key ?? [],
      );
    };
    expect(keyAfter([0, 1, 2, 3, 4, 5])).toEqual(['video-quality/0-0']);
    expect(keyAfter([0, 3, 5])).toEqual(['video-quality/0-0']);
  });

  it('of a single frame is not told, however slow the camera', () => {
    expect(told(['OK', 'DARK', 'OK', 'BLURRED', 'OK', 'DARK'], 5000)).toEqual([]);
  });

  it('is told over by the next issue, and by a good picture', () => {
    const issues = told(['DARK', 'DARK', 'BLURRED', 'BLURRED', 'OK', 'OK'], 1000).map(([value]) => value);
    expect(issues).toMatchObject([{ issue: 'DARK' }, { issue: 'BLURRED' }, { issue: 'OK' }]);
  });

  it('that goes before it was told leaves nothing to end', () => {
    expect(told(['OK', 'DARK', 'OK', 'OK', 'OK'], 500)).toEqual([]);
  });
});
