/** Starts the speech worker. Settings: those of every worker, `STT_PROVIDER` and the recogniser's own. */
import { runWorker } from '@interview/ml-kit/worker';
import { createLog } from '@interview/runtime/log';
import { chooseRecogniser } from './recogniser-choice.js';
import { createSpeechAnalyser } from './speech.analyser.js';

runWorker(createSpeechAnalyser(chooseRecogniser(process.env), createLog('speech')));
