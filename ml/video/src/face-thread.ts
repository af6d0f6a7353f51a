/**
 * The thread in which inference runs: @vladmandic/human (blazeface, mesh, iris) and the identity net on tfjs'
 * WebAssembly backend. It answers one request after the other and keeps nothing between two of them.
 *
 * This file is loaded by `node:worker_threads` itself: as `dist/face-thread.js` in production, as
 * `src/face-thread.ts` in tests, where Node strips the types. So it imports packages and types only, its siblings by
 * their name in the folder that it runs from, and it uses no syntax that stripping cannot remove (enums, decorators,
 * parameter properties).
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type * as Tf from '@tensorflow/tfjs-core';
import type { Config, FaceResult, Human as HumanClass } from '@vladmandic/human';
import type { FoundFace, Landmarks, Point } from './face-finder.js';
import type { Rgb } from './picture.js';
import type { ThreadAnswer, ThreadRequest, ThreadSettings } from './thread-messages.js';

const DEGREES = 180 / Math.PI;
/** Points of the mesh. The iris centres are those that the iris model appends after the 468. */
const MESH = {
  left: { outer: 33, inner: 133, iris: 473 },
  right: { outer: 263, inner: 362, iris: 468 },
  noseBase: 2,
  lips: { upper: 13, lower: 14, corners: [61, 291] },
} as const;

const require = createRequire(import.meta.url);
/** The package's exports map names no subpath, so its files are found beside the main one. */
const humanDist = dirname(require.resolve('@vladmandic/human'));

function configOf(settings: ThreadSettings): Partial<Config> {
  const off = { enabled: false };
  const neverCached = { skipFrames: 0, skipTime: 0 };
  return {
    backend: 'wasm',
    wasmPath: `${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`,
    wasmPlatformFetch: false,
    modelBasePath: `${pathToFileURL(join(humanDist, '..', 'models')).href}/`,
    debug: false,
    async: false,
    // Caches would carry the face of one candidate into the frame of another.
    cacheSensitivity: 0,
    filter: { enabled: false, return: false, autoBrightness: false },
    gesture: off,
    body: off,
    hand: off,
    object: off,
    segmentation: off,
    face: {
      enabled: true,
      detector: { ...neverCached, rotation: true, maxDetected: settings.maxFaces, minConfidence: settings.minScore },
      mesh: { enabled: true, keepInvalid: false },
      iris: { enabled: true, ...neverCached },
      attention: off,
      // What the law forbids, or nobody needs, is not computed at all. Identity has a net of its own, for the equal
      // error rate of this one is 8.7 % and of that one 0.7 %.
      description: off,
      emotion: off,
      antispoof: off,
      liveness: off,
      gear: off,
    },
  };
}

/** Reads a model and its weights from disk: tfjs itself only fetches over HTTP. */
function readModel(url: string) {
  const file = fileURLToPath(url);
  const { weightsManifest, ...model } = JSON.parse(readFileSync(file, 'utf8')) as {
    weightsManifest: { paths: string[]; weights: object[] }[];
  };
  const weights = Buffer.concat(
    weightsManifest.flatMap(({ paths }) => paths.map((path) => readFileSync(join(dirname(file), path)))),
  );
  return {
    ...model,
    weightSpecs: weightsManifest.flatMap((group) => group.weights),
    weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength),
  };
}

async function loadHuman(settings: ThreadSettings): Promise<HumanClass> {
  const { Human } = require(join(humanDist, 'human.node-wasm.js')) as { Human: typeof HumanClass };
  const human = new Human(configOf(settings));
  // The library types `tf` as a namespace of its own bundle; at run time it is tfjs-core with its registry.
  const { io } = human.tf as unknown as {
    io: { registerLoadRouter(router: (url: unknown) => { load: () => Promise<object> } | null): void };
  };
  io.registerLoadRouter((url) =>
    typeof url === 'string' && url.startsWith('file:') ? { load: async () => readModel(url) } : null,
  );
  await human.load();
  // The library logs a model that fails to load, and goes on without it.
  const { numLoadedModels } = human.models.stats();
  if (numLoadedModels !== 3) throw new Error(`${numLoadedModels} of 3 face models could be loaded.`);
  return human;
}

/**
 * The detector squeezes whatever it gets into a square. Measured with faces of 30–190 pixels: at 4:3 every one of 45 px
 * and more was found, at 16:9 the mesh failed on half of the turned and blurred ones, and black below the picture, up to
 * 4:3, brought them back. So a picture becomes no wider than 4:3 and no narrower than 1:1; its own pixels keep their
 * coordinates.
 */
function searchShape(width: number, height: number): { width: number; height: number } {
  return { width: Math.max(width, height), height: Math.max(height, Math.round((width * 3) / 4)) };
}

function paddedPixels(picture: Rgb, to: { width: number; height: number }): Float32Array {
  const row = picture.width * 3;
  const pixels = new Float32Array(to.width * to.height * 3);
  for (let y = 0; y < picture.height; y++) {
    pixels.set(picture.data.subarray(y * row, (y + 1) * row), y * to.width * 3);
  }
  return pixels;
}

/** Cuts off what reaches into the black. */
function clipBox([x, y, width, height]: FaceResult['box'], picture: Rgb): FoundFace['box'] {
  return [x, y, Math.min(width, picture.width - x), Math.min(height, picture.height - y)];
}

function landmarksOf(mesh: FaceResult['mesh']): Landmarks {
  const point = (index: number): Point => {
    const [x = Number.NaN, y = Number.NaN] = mesh[index] ?? [];
    return [x, y];
  };
  const eye = (of: { outer: number; inner: number; iris: number }) => ({
    outer: point(of.outer),
    inner: point(of.inner),
    iris: point(of.iris),
  });
  const { lips } = MESH;
  return {
    eyes: { left: eye(MESH.left), right: eye(MESH.right) },
    noseBase: point(MESH.noseBase),
    lips: {
      upper: point(lips.upper),
      lower: point(lips.lower),
      corners: [point(lips.corners[0]), point(lips.corners[1])],
    },
  };
}

function toFoundFace(face: FaceResult, picture: Rgb): FoundFace {
  const angle = face.rotation?.angle ?? { yaw: 0, pitch: 0, roll: 0 };
  return {
    box: clipBox(face.box, picture),
    // `face.score` is the mesh's, which is 1 for nearly everything; the detector's tells faces from false ones.
    score: face.boxScore,
    yawDeg: angle.yaw * DEGREES,
    pitchDeg: angle.pitch * DEGREES,
    rollDeg: angle.roll * DEGREES,
    landmarks: face.mesh.length === 478 ? landmarksOf(face.mesh) : null,
  };
}

async function findFaces(human: HumanClass, picture: Rgb): Promise<FoundFace[]> {
  const shape = searchShape(picture.width, picture.height);
  const tensor = human.tf.tensor3d(paddedPixels(picture, shape), [shape.height, shape.width, 3], 'float32');
  try {
    const result = await human.detect(tensor);
    if (result.error) throw new Error(result.error);
    const faces = result.face.map((face) => toFoundFace(face, picture)).filter(({ box }) => box[2] > 0 && box[3] > 0);
    return faces.sort((a, b) => b.box[2] * b.box[3] - a.box[2] * a.box[3]);
  } finally {
    tensor.dispose();
  }
}

/** Siblings carry the same ending as this file, `.js` or `.ts`, which only it knows. */
const sibling = (name: string) => import(new URL(`./${name}${extname(import.meta.url)}`, import.meta.url).href);
const { CROP_SIDE, cropFace } = (await sibling('face-crop')) as typeof import('./face-crop.js');
const { loadIdentityNet } = (await sibling('identity-net')) as typeof import('./identity-net.js');

const port = parentPort;
if (!port) throw new Error('face-thread is to be started as a worker thread.');
const answer = (message: ThreadAnswer) => port.postMessage(message);

// The one who started the thread passes these settings, and nobody else can.
const human = await loadHuman(workerData as ThreadSettings);
// The library types `tf` as a namespace of its own bundle; at run time it is the one tfjs-core of the thread.
const describeCrop = loadIdentityNet(human.tf as unknown as typeof Tf);

async function answerTo(request: ThreadRequest): Promise<ThreadAnswer> {
  if (request.kind === 'find') return { kind: 'faces', faces: await findFaces(human, request.picture) };
  return { kind: 'descriptor', numbers: describeCrop(cropFace(request.picture, request.landmarks), CROP_SIDE) };
}
port.on('message', (request: ThreadRequest) => {
  answerTo(request).then(answer, (error: unknown) =>
    answer({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) }),
  );
});
answer({ kind: 'ready' });
