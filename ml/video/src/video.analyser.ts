/** The `video` analyser: faces, head pose and picture quality of every round that its worker holds. */
import type { Analyser } from '@interview/ml-kit/analyser';
import type { FaceFinder } from './face-finder.js';
import { VideoAnalysis } from './video.analysis.js';

/** All rounds share the finder, and with it its one queue. */
export function createVideoAnalyser(finder: FaceFinder): Analyser {
  return {
    service: 'video',
    source: 'video/1',
    streams: ['video'],
    start: () => finder.start(),
    stop: () => finder.stop(),
    open: (_round, snapshot) => new VideoAnalysis(finder, snapshot),
  };
}
