/**
 * The analysis of one round's frames: decode, find faces, compare the one face where it matters, measure. State steps forward only after everything that
 * can fail has succeeded, so a frame that is delivered again finds the state as it was before.
 */
import type { Finding, RoundAnalysis, StreamEntry, WaitingEntry } from '@interview/ml-kit/analyser';
import type { VideoEntry } from '@interview/schema/messages';
import { z } from 'zod';
import type { FaceFinder, FoundFace } from './face-finder.js';
import { finishMeasures, measureFrame, newRoundMeasures, placeFrame, RoundMeasures } from './frame-measures.js';
import { IdentityTrack } from './identity-track.js';
import { decodePicture, type Picture, PictureError } from './picture.js';
import { measurePicture } from './picture-quality.js';
import type { RoundPace } from './round-pace.js';
import { newVideoHealth, noteReadable, noteUnreadable, VideoHealth } from './video-health.js';

/** Raise the number when the state's meaning changes: an older snapshot is then not gone on from. */
export const VideoSnapshot = z.object({
  version: z.literal(3),
  measures: RoundMeasures,
  /** References that faces of this round were compared with, the present one included. What they are is not kept. */
  references: z.int(),
  health: VideoHealth,
});
type VideoSnapshot = z.infer<typeof VideoSnapshot>;

const newSnapshot = (): VideoSnapshot => ({
  version: 3,
  measures: newRoundMeasures(),
  references: 0,
  health: newVideoHealth(),
});

export class VideoAnalysis implements RoundAnalysis {
  readonly #finder: FaceFinder;
  readonly #state: VideoSnapshot;
  readonly #identity: IdentityTrack;
  readonly #pace: RoundPace | null;

  /**
   * @param snapshot what an earlier analysis returned; one of another version is not gone on from.
   * @param pace null measures every frame, however long that takes.
   */
  constructor(finder: FaceFinder, snapshot: unknown, pace: RoundPace | null = null) {
    this.#finder = finder;
    this.#pace = pace;
    const parsed = VideoSnapshot.safeParse(snapshot);
    this.#state = parsed.success ? parsed.data : newSnapshot();
    this.#identity = new IdentityTrack(this.#state.references);
  }

  skips({ capturedAtMs, waitedMs }: WaitingEntry): boolean {
    return this.#pace?.skips(capturedAtMs, waitedMs) ?? false;
  }

  /** @throws FaceFinderError when the frame could not be searched; a frame that cannot be decoded is counted instead. */
  async handle(entry: StreamEntry): Promise<Finding[]> {
    if (entry.stream !== 'video') return [];
    let picture: Picture;
    try {
      picture = await decodePicture(entry.entry.data);
    } catch (error) {
      // The same bytes fail again however often they are delivered, so the entry counts as handled.
      if (error instanceof PictureError) return noteUnreadable(this.#state.health, entry.id, error.message);
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
    const status = noteReadable(this.#state.health, id, this.#pace?.reducedTo ?? null);
    return [...status, ...measureFrame(this.#state.measures, frame)];
  }
}

const scaleBox = ([x, y, width, height]: FoundFace['box'], scale: number): FoundFace['box'] => [
  x * scale,
  y * scale,
  width * scale,
  height * scale,
];
