/** Starts the speech worker. Settings: those of every worker, and the recognisers' (`recogniser-choice.ts`). */
import { runWorker } from '@interview/ml-kit/worker';
import { createLog } from '@interview/runtime/log';
import { runMain } from '@interview/runtime/stop';
import { RecogniserChain } from './recogniser-chain.js';
import { chooseRecognisers } from './recogniser-choice.js';
import { createSpeechAnalyser } from './speech.analyser.js';

const log = createLog('speech');
runMain(log, async () => {
  const chosen = chooseRecognisers(process.env);
  const recogniser = 'missing' in chosen ? chosen : new RecogniserChain(chosen, { clock: Date.now, log });
  runWorker(createSpeechAnalyser(recogniser, log));
});
