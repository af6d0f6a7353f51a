/** Starts the video service. */
import { runWorker } from '@interview/ml-kit/worker';
import { HumanFaceFinder } from './human-face-finder.js';
import { createVideoAnalyser } from './video.analyser.js';

runWorker(createVideoAnalyser(new HumanFaceFinder()));
