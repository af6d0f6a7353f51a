/**
 * The thread in which inference runs: @vladmandic/human (blazeface, mesh, iris) on tfjs' WebAssembly backend.
 * It answers one picture after the other and keeps nothing between two of them.
 *
 * This file is loaded by `node:worker_threads` itself: as `dist/face-thread.js` in production, as
 * `src/face-thread.ts` in tests, where Node strips the types. So it imports packages and types only, and uses
 * no syntax that stripping cannot remove (enums, decorators, parameter properties).
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { Config, FaceResult, Human as HumanClass } from '@vladmandic/human';
import type { FoundFace, Point } from './face-finder.js';

/** What the thread is given at its start. */
export interface ThreadSettings {
  /** Least score, 0–1, of the detector and of the mesh. */
  minScore: number;
  maxFaces: number;
}
export interface ThreadRequest {
  width: number;
  height: number;
  /** Interleaved 8-bit RGB. */
  data: Uint8Array;
}
export type ThreadAnswer =
  | { kind: 'ready' }
  | { kind: 'faces'; faces: FoundFace[] }
  | { kind: 'failed'; reason: string };

const DEGREES = 180 / Math.PI;
/** Points of the mesh: corners of the eyes, and the iris centres that the iris model appends after the 468. */
const MESH = { left: { outer: 33, inner: 133, iris: 473 }, right: { outer: 263, inner: 362, iris: 468 } } as const;

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
      // What the law forbids, or nobody needs, is not computed at all.
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

function paddedPixels(picture: ThreadRequest, to: { width: number; height: number }): Float32Array {
  const row = picture.width * 3;
  const pixels = new Float32Array(to.width * to.height * 3);
  for (let y = 0; y < picture.height; y++) {
    pixels.set(picture.data.subarray(y * row, (y + 1) * row), y * to.width * 3);
  }
  return pixels;
}

/** Cuts off what reaches into the black. */
function clipBox([x, y, width, height]: FaceResult['box'], picture: ThreadRequest): FoundFace['box'] {
  return [x, y, Math.min(width, picture.width - x), Math.min(height, picture.height - y)];
}

function toFoundFace(face: FaceResult, picture: ThreadRequest): FoundFace {
  const angle = face.rotation?.angle ?? { yaw: 0, pitch: 0, roll: 0 };
  const point = (index: number): Point => {
    const [x = Number.NaN, y = Number.NaN] = face.mesh[index] ?? [];
    return [x, y];
  };
  const eye = (of: { outer: number; inner: number; iris: number }) => ({
    outer: point(of.outer),
    inner: point(of.inner),
    iris: point(of.iris),
  });
  return {
    box: clipBox(face.box, picture),
    // `face.score` is the mesh's, which is 1 for nearly everything; the detector's tells faces from false ones.
    score: face.boxScore,
    yawDeg: angle.yaw * DEGREES,
    pitchDeg: angle.pitch * DEGREES,
    rollDeg: angle.roll * DEGREES,
    eyes: face.mesh.length === 478 ? { left: eye(MESH.left), right: eye(MESH.right) } : null,
  };
}

async function findFaces(human: HumanClass, picture: ThreadRequest): Promise<FoundFace[]> {
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

const port = parentPort;
if (!port) throw new Error('face-thread is to be started as a worker thread.');
const answer = (message: ThreadAnswer) => port.postMessage(message);

// The one who started the thread passes these settings, and nobody else can.
const human = await loadHuman(workerData as ThreadSettings);
port.on('message', (request: ThreadRequest) => {
  findFaces(human, request).then(
    (faces) => answer({ kind: 'faces', faces }),
    (error: unknown) => answer({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) }),
  );
});
answer({ kind: 'ready' });
