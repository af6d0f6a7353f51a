/** Runs the aggregator service. */
import { runFeedWorker } from '@interview/ml-kit/feed-worker';
import { aggregatorAnalyser } from './aggregator.analyser.js';

runFeedWorker('aggregator', () => aggregatorAnalyser);
