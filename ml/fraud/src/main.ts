/** Runs the fraud service. */
import { runWorker } from '@interview/ml-kit/worker';
import { fraudAnalyser } from './fraud.analyser.js';

runWorker(fraudAnalyser);
