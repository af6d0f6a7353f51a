/**
 * The files of a Whisper model as sherpa-onnx exports them, in the folder that `WHISPER_MODEL_DIR` names:
 * `*encoder*.onnx`, `*decoder*.onnx` and `*tokens.txt`, e.g. `base.en-encoder.int8.onnx`. Where a network is there in
 * both precisions, the one of 8 bits is taken: on a CPU it is faster, and hardly less accurate.
 * `npm run models -- whisper-base.en` makes such a folder.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface WhisperFiles {
  encoder: string;
  decoder: string;
  tokens: string;
}

const PATTERNS: Record<keyof WhisperFiles, RegExp> = {
  encoder: /encoder.*\.onnx$/,
  decoder: /decoder.*\.onnx$/,
  tokens: /tokens\.txt$/,
};
const NAMES: Record<keyof WhisperFiles, string> = {
  encoder: '*encoder*.onnx',
  decoder: '*decoder*.onnx',
  tokens: '*tokens.txt',
};

/** The files, or a sentence that says what is missing. */
export function findWhisper(folder: string): WhisperFiles | string {
  let names: string[];
  try {
    names = readdirSync(folder).toSorted();
  } catch {
    return `WHISPER_MODEL_DIR is ${folder}, which is no folder that can be read: see "npm run models -- --help"`;
  }
  const find = (part: keyof WhisperFiles) => {
    const fitting = names.filter((name) => PATTERNS[part].test(name));
    const name = fitting.find((candidate) => candidate.includes('int8')) ?? fitting[0];
    return name && join(folder, name);
  };
  const [encoder, decoder, tokens] = [find('encoder'), find('decoder'), find('tokens')];
  if (encoder && decoder && tokens) return { encoder, decoder, tokens };
  const missing = Object.entries({ encoder, decoder, tokens }).flatMap(
    ([part, path]) => (path ? [] : [NAMES[part as keyof WhisperFiles]]), // the keys are those just above
  );
  return `WHISPER_MODEL_DIR is ${folder}, which has no ${missing.join(' and no ')}: see "npm run models -- --help"`;
}
