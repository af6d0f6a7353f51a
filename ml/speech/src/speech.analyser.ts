/** The analyser of sound: loads the voice model and the recogniser once, and opens an analysis for each round. */
import type { Analyser } from '@interview/ml-kit/analyser';
import type { Logger } from '@interview/runtime/log';
import type { Recogniser } from './recogniser.js';
import type { NoRecogniser } from './recogniser-choice.js';
import { loadSileroVad, type VoiceModel } from './silero-vad.js';
import { SpeechRound } from './speech.round.js';

type AnalyserLog = Pick<Logger, 'info' | 'warn' | 'error'>;

export function createSpeechAnalyser(chosen: Recogniser | NoRecogniser, log: AnalyserLog): Analyser {
  let recogniser = chosen;
  let model: VoiceModel | undefined;
  return {
    service: 'speech',
    source: 'speech/1',
    streams: ['audio'],
    async start() {
      model = await loadSileroVad();
      if ('missing' in recogniser) log.warn({ reason: recogniser.missing }, 'no transcript');
      else recogniser = await started(recogniser, log);
    },
    open(round, snapshot) {
      if (!model) throw new Error('the analyser was not started');
      return new SpeechRound({ model, recogniser, log }, round, snapshot);
    },
    async stop() {
      if (!('missing' in recogniser)) await recogniser.stop();
      await model?.close();
    },
  };
}

/** A recogniser that cannot start is as one that is missing: the rest goes on. */
async function started(recogniser: Recogniser, log: AnalyserLog): Promise<Recogniser | NoRecogniser> {
  try {
    await recogniser.start();
    log.info({ recogniser: recogniser.name }, 'transcribing');
    return recogniser;
  } catch (error) {
    log.error({ recogniser: recogniser.name, err: error }, 'the recogniser could not start');
    const reason = error instanceof Error ? error.message : String(error);
    return { missing: `${recogniser.name} could not start (${reason})` };
  }
}
