/** The `video` analyser: faces, head pose and picture quality of every round that its worker holds. */
import type { Analyser } from '@interview/ml-kit/analyser';
import type { FaceFinder } from './face-finder.js';
import type { FramePace } from './frame-pace.js';
import { RoundPace } from './round-pace.js';
import { VideoAnalysis } from './video.analysis.js';

/** Multiples of the golden section, modulo 1, lie spread over 0–1 however many there are. */
const GOLDEN_SECTION = (Math.sqrt(5) - 1) / 2;

/**
 * All rounds share the finder and, with the machine, the pace.
 * @param pace what the finder's waits are told to; without one every picture is measured, however long it takes.
 */
export function createVideoAnalyser(finder: FaceFinder, pace: FramePace | null = null): Analyser {
  let opened = 0;
  return {
    service: 'video',
    source: 'video/2',
    streams: ['video'],
    start: () => finder.start(),
    stop: () => finder.stop(),
    open(_round, snapshot) {
      opened += 1;
      return new VideoAnalysis(finder, snapshot, pace && new RoundPace(pace, (opened * GOLDEN_SECTION) % 1));
    },
  };
}
