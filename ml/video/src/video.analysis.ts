/**
 * The analysis of one round's frames: decode, find faces, compare the one face where it matters, measure. State steps forward only after everything that
 * can fail has succeeded, so a frame that is delivered again finds the state as it was before.
 */
import type { Finding, RoundAnalysis, StreamEntry } from '@interview/ml-kit/analyser';
import type { VideoEntry } from '@interview/schema/messages';
import { z } from 'zod';
import type { FaceFinder, FoundFace } from './face-finder.js';
import { finishMeasures, measureFrame, newRoundMeasures, placeFrame, RoundMeasures } from './frame-measures.js';
import { IdentityTrack } from './identity-track.js';
import { decodePicture, type Picture, PictureError } from './picture.js';
import { measurePicture } from './picture-quality.js';

/** Frames in a row that cannot be decoded before the analysis says that it is degraded. */
const UNREADABLE_TOLD_AFTER = 5;

/** Raise the number when the state's meaning changes: an older snapshot is then not gone on from. */
export const VideoSnapshot = z.object({
  version: z.literal(2),
  measures: RoundMeasures,
  /** References that faces of this round were compared with, the present one included. What they are is not kept. */
  references: z.int(),
  /** Frames in a row that could not be decoded, up to now. */
  unreadable: z.int(),
});
type VideoSnapshot = z.infer<typeof VideoSnapshot>;

const newSnapshot = (): VideoSnapshot => ({
  version: 2,
  measures: newRoundMeasures(),
  references: 0,
  unreadable: 0,
});

export class VideoAnalysis implements RoundAnalysis {
  readonly #finder: FaceFinder;
  readonly #state: VideoSnapshot;
  readonly #identity: IdentityTrack;

  /** `snapshot` is what an earlier analysis returned; one of another version is not gone on from. */
  constructor(finder: FaceFinder, snapshot: unknown) {
    this.#finder = finder;
    const parsed = VideoSnapshot.safeParse(snapshot);
    this.#state = parsed.success ? parsed.data : newSnapshot();
    this.#identity = new IdentityTrack(this.#state.references);
  }

  /** @throws FaceFinderError when the frame could not be searched; a frame that cannot be decoded is counted instead. */
  async handle(entry: StreamEntry): Promise<Finding[]> {
    if (entry.stream !== 'video') return [];
    let picture: Picture;
    try {
      picture = await decodePicture(entry.entry.data);
    } catch (error) {
      // The same bytes fail again however often they are delivered, so the entry counts as handled.
      if (error instanceof PictureError) return this.#unreadable(entry.id, error);
      throw error;
    }
    const faces = await this.#finder.find(picture.rgb);
    return await this.#measure(entry.id, entry.entry, picture, faces);
  }

  finish(): Finding[] {
    return finishMeasures(this.#state.measures);
  }

  snapshot(): VideoSnapshot {
    return structuredClone(this.#state);
  }

  async #measure(id: string, { capturedAtMs }: VideoEntry, picture: Picture, found: FoundFace[]): Promise<Finding[]> {
    const figures = measurePicture(picture.grey);
    const { order, issue } = placeFrame(this.#state.measures, { capturedAtMs, figures });
    if (order === 'reset') this.#identity.restartTimes();
    const step = order === 'late' ? null : this.#identity.look({ atMs: capturedAtMs, issue, faces: found });
    const descriptor = step?.landmarks ? await this.#finder.describe(picture.rgb, step.landmarks) : null;
    // From here on nothing fails.
    const identity = step ? this.#identity.take(step, descriptor) : null;
    this.#state.references = this.#identity.references;
    const scale = picture.width / picture.rgb.width;
    const faces = found.map((face) => ({ ...face, box: scaleBox(face.box, scale) }));
    const frame = { id, capturedAtMs, figures, faces, identity };
    return [...this.#readable(id), ...measureFrame(this.#state.measures, frame)];
  }

  #unreadable(id: string, error: PictureError): Finding[] {
    this.#state.unreadable += 1;
    if (this.#state.unreadable !== UNREADABLE_TOLD_AFTER) return [];
    const detail = `The last ${UNREADABLE_TOLD_AFTER} frames could not be read. ${error.message}`;
    return [{ kind: 'status', key: `status/${id}`, state: 'DEGRADED', detail }];
  }

  #readable(id: string): Finding[] {
    const wasTold = this.#state.unreadable >= UNREADABLE_TOLD_AFTER;
    this.#state.unreadable = 0;
    return wasTold ? [{ kind: 'status', key: `status/${id}`, state: 'OK', detail: null }] : [];
  }
}

const scaleBox = ([x, y, width, height]: FoundFace['box'], scale: number): FoundFace['box'] => [
  x * scale,
  y * scale,
  width * scale,
  height * scale,
];
