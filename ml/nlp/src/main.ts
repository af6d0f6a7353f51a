/** Runs the nlp service. */
import { runFeedWorker } from '@interview/ml-kit/feed-worker';
import { nlpAnalyser } from './nlp.analyser.js';

runFeedWorker(nlpAnalyser);
