/** Whisper with weights on this machine, by sherpa-onnx: accurate and punctuated, but no fillers and no partial text. */
import { DecoderRecogniser } from './decoder.recogniser.js';
import { inProcess } from './decoder-host.js';
import { RecogniserFailure } from './recogniser.js';
import { findWhisper } from './whisper-files.js';
import { whisperWords } from './whisper-words.js';

export class WhisperRecogniser extends DecoderRecogniser {
  /** @param folder Of the model: `WHISPER_MODEL_DIR`. It is looked at when the recogniser is started. */
  constructor(folder: string) {
    super('whisper', {
      host: inProcess(import.meta.url, 'whisper-process'),
      data: () => {
        const files = findWhisper(folder);
        if (typeof files === 'string') throw new RecogniserFailure(files, 'has no complete model');
        return files;
      },
      read: whisperWords,
    });
  }
}
