/**
 * A Whisper model of a few hundred weights, in the form that sherpa-onnx reads, so that tests run the library from
 * audio to text without a download. It says the same words of whatever it hears: its decoder knows only which token
 * follows which. Written field by field after onnx.proto.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What it says. */
export const TINY_TOKENS = [' We', ' had', ' a', ' prob', 'lem', '.'];
const EOT = TINY_TOKENS.length;
const SOT = EOT + 1;
const NO_TIMESTAMPS = EOT + 2;
const VOCABULARY = EOT + 3;
/** Natural logarithm of how much likelier the token that follows is than each other one. */
const CERTAINTY = 4;

const METADATA = {
  model_type: 'whisper-tiny.en',
  n_mels: 80,
  n_text_layer: 1,
  n_text_ctx: 32,
  n_text_state: 4,
  n_vocab: VOCABULARY,
  sot: SOT,
  eot: EOT,
  blank_id: 0,
  translate: SOT,
  transcribe: SOT,
  is_multilingual: 0,
  no_timestamps: NO_TIMESTAMPS,
  no_speech: SOT,
  sot_sequence: SOT,
};

/** Writes the model's three files into a folder. */
export function writeTinyWhisper(folder: string): void {
  const encoder = model(
    [node('ReduceMean', ['mel'], 'n_layer_cross_k'), node('ReduceMean', ['mel'], 'n_layer_cross_v')],
    [value('mel', FLOAT, 3)],
    [value('n_layer_cross_k', FLOAT, 3), value('n_layer_cross_v', FLOAT, 3)],
  );
  const decoder = model(
    [
      node('Gather', ['next', 'tokens'], 'logits'),
      node('Identity', ['in_n_layer_self_k_cache'], 'out_n_layer_self_k_cache'),
      node('Identity', ['in_n_layer_self_v_cache'], 'out_n_layer_self_v_cache'),
    ],
    [
      value('tokens', INT64, 2),
      value('in_n_layer_self_k_cache', FLOAT, 4),
      value('in_n_layer_self_v_cache', FLOAT, 4),
      value('n_layer_cross_k', FLOAT, 3),
      value('n_layer_cross_v', FLOAT, 3),
      value('offset', INT64, 1),
    ],
    [
      value('logits', FLOAT, 3),
      value('out_n_layer_self_k_cache', FLOAT, 4),
      value('out_n_layer_self_v_cache', FLOAT, 4),
    ],
    [followers()],
  );
  writeFileSync(join(folder, 'tiny-encoder.onnx'), encoder);
  writeFileSync(join(folder, 'tiny-decoder.onnx'), decoder);
  const tokens = TINY_TOKENS.map((token, id) => `${Buffer.from(token).toString('base64')} ${id}\n`);
  writeFileSync(join(folder, 'tiny-tokens.txt'), tokens.join(''));
}

/** A row of logits for each token: the first text token follows the start, each is followed by the next, the last by the end. */
function followers(): Buffer {
  const logits = new Float32Array(VOCABULARY * VOCABULARY);
  for (let token = 0; token < VOCABULARY; token++)
    logits[token * VOCABULARY + (token < EOT ? token + 1 : 0)] = CERTAINTY;
  const raw = Buffer.from(logits.buffer);
  return message(number(1, VOCABULARY), number(1, VOCABULARY), number(2, FLOAT), bytes(8, 'next'), bytes(9, raw));
}

// Element types of onnx.proto's TensorProto.
const FLOAT = 1;
const INT64 = 7;

function varint(value: number): Buffer {
  const digits: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...digits, rest]);
    digits.push((rest % 128) + 128);
  }
}
const number = (field: number, value: number) => Buffer.concat([varint(field * 8), varint(value)]);
function bytes(field: number, content: string | Buffer): Buffer {
  const data = Buffer.from(content);
  return Buffer.concat([varint(field * 8 + 2), varint(data.length), data]);
}
const message = (...fields: Buffer[]) => Buffer.concat(fields);

const node = (type: string, inputs: string[], output: string) =>
  message(...inputs.map((input) => bytes(1, input)), bytes(2, output), bytes(3, output), bytes(4, type));

/** A tensor whose sizes are open. */
function value(name: string, element: number, dimensions: number): Buffer {
  const sizes = Array.from({ length: dimensions }, (_, i) => bytes(1, bytes(2, `${name}_${i}`)));
  return message(bytes(1, name), bytes(2, bytes(1, message(number(1, element), bytes(2, message(...sizes))))));
}

function model(nodes: Buffer[], inputs: Buffer[], outputs: Buffer[], weights: Buffer[] = []): Buffer {
  const graph = message(
    ...nodes.map((one) => bytes(1, one)),
    bytes(2, 'tiny'),
    ...weights.map((one) => bytes(5, one)),
    ...inputs.map((one) => bytes(11, one)),
    ...outputs.map((one) => bytes(12, one)),
  );
  const properties = Object.entries(METADATA).map(([key, value]) =>
    bytes(14, message(bytes(1, key), bytes(2, String(value)))),
  );
  return message(number(1, 8), bytes(7, graph), bytes(8, number(2, 13)), ...properties);
}
