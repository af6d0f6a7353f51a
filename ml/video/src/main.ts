/** Starts the video worker. Settings: those of every worker, and `VIDEO_THREADS`. */
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { runWorker } from '@interview/ml-kit/worker';
import { createLog } from '@interview/runtime/log';
import { loadSettings } from '@interview/runtime/settings';
import { runMain } from '@interview/runtime/stop';
import { FramePace } from './frame-pace.js';
import { HumanFaceFinder } from './human-face-finder.js';
import { createVideoAnalyser } from './video.analyser.js';

/** More cores than this belong to the rest of the machine, unless somebody says otherwise. */
const THREADS_BY_DEFAULT = 4;

runMain(createLog('video'), async () => {
  const { VIDEO_THREADS: threads = Math.min(THREADS_BY_DEFAULT, availableParallelism()) } = loadSettings([
    'VIDEO_THREADS',
  ]);
  const pace = new FramePace(() => performance.now());
  const finder = new HumanFaceFinder({ threads, onWaited: (ms) => pace.noteWait(ms) });
  runWorker(createVideoAnalyser(finder, pace));
});
