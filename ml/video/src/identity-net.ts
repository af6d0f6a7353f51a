/**
 * The net that describes a face with 128 numbers: a ResNet of 29 layers that dlib's author trained, in the weights that
 * @vladmandic/face-api carries. Its layers are put together here on the tfjs that Human runs on, because face-api's own
 * code asks for the whole of @tensorflow/tfjs (287 MB of packages) to do the same: on the same crop the two differ by
 * 0.000001.
 *
 * Loaded inside the thread, where Node strips the types of the source: it imports packages and types only.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as Tf from '@tensorflow/tfjs-core';

/** The mean colours of the training pictures, which the weights expect to be taken off; then 0–1. */
const MEAN_RGB = [122.782, 117.001, 104.298] as const;
/** In order of application; `down` ones halve the picture. */
const BLOCKS = [
  ...['conv32_1', 'conv32_2', 'conv32_3'],
  ...['conv64_down', 'conv64_1', 'conv64_2', 'conv64_3'],
  ...['conv128_down', 'conv128_1', 'conv128_2'],
  ...['conv256_down', 'conv256_1', 'conv256_2', 'conv256_down_out'],
] as const;

interface Layer {
  filter: Tf.Tensor4D;
  bias: Tf.Tensor1D;
}
interface Block {
  down: boolean;
  first: Layer;
  second: Layer;
}

/** Describes a crop of `side` × `side` pixels, interleaved RGB 0–255. */
export type DescribeCrop = (crop: Float32Array, side: number) => Float32Array;

/**
 * @param tf the tfjs-core whose backend is running: a second copy would have none.
 * @public to the thread, which imports this file by its name.
 */
export function loadIdentityNet(tf: typeof Tf): DescribeCrop {
  const weights = readWeights(tf);
  const get = (name: string): Tf.Tensor => {
    const tensor = weights[name];
    if (!tensor) throw new Error(`The identity net's weights have no ${name}.`);
    return tensor;
  };
  /** Scaling after a convolution is a smaller or larger filter: folded in once, it costs nothing for each face. */
  const layer = (name: string): Layer => {
    const scale = get(`${name}/scale/weights`);
    const bias = tf.add(tf.mul(get(`${name}/conv/bias`), scale), get(`${name}/scale/biases`));
    return { filter: tf.mul(get(`${name}/conv/filters`), scale), bias: tf.reshape(bias, [-1]) };
  };
  const first = layer('conv32_down');
  const blocks: Block[] = BLOCKS.map((name) => ({
    down: name.includes('down'),
    first: layer(`${name}/conv1`),
    second: layer(`${name}/conv2`),
  }));
  // A weight of the wrong rank fails here, when it is used, with tfjs' own message.
  const last = get('fc') as Tf.Tensor2D;
  for (const [name, tensor] of Object.entries(weights)) if (name !== 'fc') tensor.dispose();
  return (crop, side) =>
    tf.tidy(() => {
      const pixels = tf.tensor4d(crop, [1, side, side, 3]);
      const input: Tf.Tensor4D = tf.div(tf.sub(pixels, tf.tensor1d([...MEAN_RGB])), 255);
      let out = tf.maxPool(convolve(tf, input, first, 2, 'relu'), 3, 2, 'valid');
      for (const block of blocks) out = applyBlock(tf, out, block);
      const mean: Tf.Tensor2D = tf.mean(out, [1, 2]);
      return Float32Array.from(tf.matMul(mean, last).dataSync());
    });
}

function readWeights(tf: typeof Tf): Record<string, Tf.Tensor> {
  const require = createRequire(import.meta.url);
  const folder = join(dirname(require.resolve('@vladmandic/face-api')), '..', 'model');
  // The package's own file, of the pinned version.
  const [group] = JSON.parse(readFileSync(join(folder, 'face_recognition_model-weights_manifest.json'), 'utf8')) as {
    weights: Tf.io.WeightsManifestEntry[];
  }[];
  const bytes = new Uint8Array(readFileSync(join(folder, 'face_recognition_model.bin')));
  return tf.io.decodeWeights(bytes.buffer, group?.weights ?? []);
}

/** A halving layer leaves the edge out, as those of the training did. */
function convolve(
  tf: typeof Tf,
  x: Tf.Tensor4D,
  { filter, bias }: Layer,
  stride: 1 | 2,
  activation: 'relu' | 'linear',
): Tf.Tensor4D {
  return tf.fused.conv2d({ x, filter, bias, strides: stride, pad: stride === 2 ? 'valid' : 'same', activation });
}

/** Two convolutions, and what came in is added to what comes out; the smaller of the two is filled up with zeros. */
function applyBlock(tf: typeof Tf, x: Tf.Tensor4D, { down, first, second }: Block): Tf.Tensor4D {
  const inner = convolve(tf, x, first, down ? 2 : 1, 'relu');
  const out = convolve(tf, inner, second, 1, 'linear');
  if (!down) return tf.relu(tf.add(out, x));
  const pooled = tf.avgPool(x, 2, 2, 'valid');
  const missing = [0, 1, 2, 3].map((axis) => (pooled.shape[axis] ?? 0) - (out.shape[axis] ?? 0));
  const fillOf = (sign: 1 | -1) => missing.map((n): [number, number] => [0, Math.max(0, sign * n)]);
  return tf.relu(tf.add(tf.pad(out, fillOf(1)), tf.pad(pooled, fillOf(-1))));
}
