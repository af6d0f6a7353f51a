/**
 * The Whisper models that `npm run models` fetches: English, in 8 bits, as the maintainers of sherpa-onnx exported and
 * published them (https://huggingface.co/csukuangfj, repositories `sherpa-onnx-whisper-*`; the weights are OpenAI's,
 * under the MIT licence). Each at one revision. The checksums are those of the repositories' Git LFS pointers; the
 * tokens, which are no LFS file, are in all of them GPT-2's vocabulary as OpenAI publishes it (`r50k_base.tiktoken`).
 */

export interface ModelFile {
  name: string;
  sha256: string;
}

export interface Model {
  repository: string;
  revision: string;
  /** All files together. */
  megabytes: number;
  files: readonly ModelFile[];
}

const TOKENS = '306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930';

function whisper(
  size: string,
  model: { revision: string; megabytes: number; encoder: string; decoder: string },
): [string, Model] {
  const { revision, megabytes, encoder, decoder } = model;
  const files = [
    { name: `${size}-tokens.txt`, sha256: TOKENS },
    { name: `${size}-encoder.int8.onnx`, sha256: encoder },
    { name: `${size}-decoder.int8.onnx`, sha256: decoder },
  ];
  return [`whisper-${size}`, { repository: `csukuangfj/sherpa-onnx-whisper-${size}`, revision, megabytes, files }];
}

export const MODELS: ReadonlyMap<string, Model> = new Map([
  whisper('tiny.en', {
    revision: 'd026532c022fa99fd789d6b32446a1df7b6bfc43',
    megabytes: 104,
    encoder: '0ce578b827c94a961aacb8fa14b02f096504b337e5c94be37c36238cbe3e8bc6',
    decoder: '06c0e6ff6348d427e51839219d1c886c18cfdf411e629e33f5e1679bff9c1527',
  }),
  whisper('base.en', {
    revision: '59eea950fc76df2453efb57e6c0fd334548e8ffe',
    megabytes: 161,
    encoder: 'ef6b936f4c9b1d90a3b68634b60c4ed8576b26172b33c2535ec0e933c9edb823',
    decoder: 'f7162ad6db2dbef16cfaeaa7f945b9d7dd9c1b8d472f6aca82f2273d185e4d41',
  }),
  whisper('small.en', {
    revision: 'd9533f69affd85061aee349af7fea5cb2996dbbe',
    megabytes: 375,
    encoder: '8bdac288f369aa94ee2194059238c465ed82ea9d47ee8fa4a8c0a891873e462f',
    decoder: '710ccf890e10f3faa15f51ec346081a2723c9f3adb6e4da81c6573a5a6f877fb',
  }),
]);
