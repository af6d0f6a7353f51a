/**
 * Turns the quality of single frames into VIDEO_QUALITY insights: one when the issue changes, once the new one
 * has lasted, so that a single bad frame (auto-exposure, a hand before the lens) is no insight.
 */
import { z } from 'zod';
import { type PictureFigures, QUALITY_LIMITS, type QualityIssue } from './picture-quality.js';
import type { VideoInsight } from './video-insight.js';

const Issue = z.enum(['OK', 'DARK', 'BLURRED', 'FROZEN']);

/** An issue is told once this many frames in a row, over this time, show it. */
export const QUALITY_HOLD = { ms: 800, frames: 2 } as const;

export const QualityWatch = z.object({
  /** What was told last; a round begins with a picture that is taken to be good. */
  told: Issue,
  /** An issue that is seen and was not told yet. */
  pending: z.object({ issue: Issue, firstId: z.string(), sinceMs: z.number(), frames: z.int() }).nullable(),
});
export type QualityWatch = z.infer<typeof QualityWatch>;

export const newQualityWatch = (): QualityWatch => ({ told: 'OK', pending: null });

/** Takes one frame in; returns the insight that it completes. */
export function watchQuality(
  watch: QualityWatch,
  frame: { id: string; atMs: number; issue: QualityIssue; figures: PictureFigures },
): VideoInsight | null {
  const { issue, atMs } = frame;
  if (issue === watch.told) {
    watch.pending = null;
    return null;
  }
  const before =
    watch.pending?.issue === issue ? watch.pending : { issue, firstId: frame.id, sinceMs: atMs, frames: 0 };
  const pending = { ...before, frames: before.frames + 1 };
  watch.pending = pending;
  if (pending.frames < QUALITY_HOLD.frames || atMs - pending.sinceMs < QUALITY_HOLD.ms) return null;
  watch.told = issue;
  watch.pending = null;
  return {
    kind: 'insight',
    // Which frame completes it depends on those left out because the machine was busy; its onset does not.
    key: `video-quality/${pending.firstId}`,
    type: 'VIDEO_QUALITY',
    severity: issue === 'OK' ? 'INFO' : 'LOW',
    value: { issue, luma: round(frame.figures.luma), sharpness: round(frame.figures.sharpness) },
    explanation: explain(issue, frame.figures),
    atMs: pending.sinceMs,
    capturedAtMs: atMs,
  };
}

const round = (value: number) => Math.round(value * 10) / 10;

function explain(issue: QualityIssue, { luma, sharpness, contrast }: PictureFigures): string {
  const limits = QUALITY_LIMITS;
  switch (issue) {
    case 'DARK':
      return `Mean luma ${round(luma)} of 255, threshold ${limits.darkLuma}. Faces are still counted; pose and eyes are not measured.`;
    case 'BLURRED':
      return (
        `Variance of the Laplacian ${round(sharpness)}, threshold ${limits.blurredSharpness}; for each unit of contrast ` +
        `${(sharpness / contrast ** 2).toFixed(3)}, threshold ${limits.blurredRelativeSharpness}. Pose and eyes are not measured.`
      );
    case 'FROZEN':
      return `Every pixel stayed the same for ${limits.frozenMs / 1000} s or longer. Pose and eyes are not measured.`;
    case 'OK':
      return (
        `The picture can be measured again: mean luma ${round(luma)} (threshold ${limits.darkLuma}), ` +
        `variance of the Laplacian ${round(sharpness)} (threshold ${limits.blurredSharpness}).`
      );
  }
}
