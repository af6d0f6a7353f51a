/**
 * The process in which Whisper decodes, by sherpa-onnx. It has a process to itself because the library ends it when it
 * cannot read a model, and because it brings another release of onnxruntime than the voice detector uses.
 *
 * This file is run by Node itself: as `dist/whisper-process.js` in production, as `src/whisper-process.ts` in tests,
 * where Node strips the types. So it imports packages and types only, and uses no syntax that stripping cannot remove.
 */
import sherpa from 'sherpa-onnx-node';
import type { DecodeAnswer, DecodeRequest } from './decode-messages.js';
import type { WhisperFiles } from './whisper-files.js';

const SAMPLE_RATE = 16_000;
/** The worker's other threads want a core too. */
const THREADS = 1;

function createDecoder({ encoder, decoder, tokens }: WhisperFiles): (audio: Int16Array) => unknown {
  const recogniser = new sherpa.OfflineRecognizer({
    featConfig: { sampleRate: SAMPLE_RATE, featureDim: 80 },
    modelConfig: {
      whisper: {
        encoder,
        decoder,
        language: 'en',
        task: 'transcribe',
        // The library's own choice.
        tailPaddings: -1,
        // Given by models that were exported with their attention; others answer without times.
        enableTokenTimestamps: true,
      },
      tokens,
      numThreads: THREADS,
      provider: 'cpu',
      debug: false,
    },
  });
  return (audio) => {
    const samples = Float32Array.from(audio, (sample) => sample / 32_768);
    const stream = recogniser.createStream();
    stream.acceptWaveform({ samples, sampleRate: SAMPLE_RATE });
    recogniser.decode(stream);
    return recogniser.getResult(stream);
  };
}

const answer = (message: DecodeAnswer) => process.send?.(message);
const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

// Ctrl-C and a stop of the whole group reach this process too, while whoever asks still works off what waits. That
// one ends it: by its own end, or by SIGKILL.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => undefined);
// Whoever asks is gone: nobody else will.
process.once('disconnect', () => process.exit(0));
process.once('message', ({ data }: { data: WhisperFiles }) => {
  try {
    const decode = createDecoder(data);
    process.on('message', ({ id, audio }: DecodeRequest) => {
      try {
        answer({ kind: 'heard', id, heard: decode(audio) });
      } catch (error) {
        answer({ kind: 'failed', id, reason: reasonOf(error) });
      }
    });
    answer({ kind: 'ready' });
  } catch (error) {
    answer({ kind: 'unable', reason: reasonOf(error) });
  }
});
