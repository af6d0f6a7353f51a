/** What the product's `video` sees in a sequence: its own analyser on its own face finder, picture by picture. */
import { availableParallelism } from 'node:os';
import type { Finding } from '@interview/ml-kit/analyser';
import type { FaceObservation } from '@interview/schema/messages';
import { HumanFaceFinder } from '@interview/video/human-face-finder';
import { createVideoAnalyser } from '@interview/video/video.analyser';
import { BEGIN_MS, entryId, roundOf } from '../rounds.js';
import type { Picture } from './camera-feed.js';

export interface SeenPicture {
  id: string;
  observation: FaceObservation;
}

export interface Seen {
  pictures: SeenPicture[];
  /** Insights of `video` itself. */
  findings: Finding[];
}

/** More sequences at a time than this only wait for each other. */
const MOST_THREADS = 4;

export class Watcher {
  readonly #threads = Math.min(MOST_THREADS, availableParallelism());
  readonly #analyser = createVideoAnalyser(new HumanFaceFinder({ threads: this.#threads }));

  async start(): Promise<void> {
    await this.#analyser.start?.();
  }

  async stop(): Promise<void> {
    await this.#analyser.stop?.();
  }

  /** Watches as many sequences at a time as there are threads; what comes of each does not depend on the others. */
  async watchAll<S>(
    sequences: readonly S[],
    picturesOf: (sequence: S) => AsyncIterable<Picture>,
    begun: (sequence: S, nth: number) => void,
  ): Promise<{ sequence: S; seen: Seen }[]> {
    const waiting = [...sequences.entries()];
    const seen = new Map<S, Seen>();
    const work = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [at, sequence] = next;
        begun(sequence, at + 1);
        seen.set(sequence, await this.watch(picturesOf(sequence)));
      }
    };
    await Promise.all(Array.from({ length: this.#threads }, work));
    return sequences.flatMap((sequence) => {
      const one = seen.get(sequence);
      return one ? [{ sequence, seen: one }] : [];
    });
  }

  async watch(pictures: AsyncIterable<Picture>): Promise<Seen> {
    const analysis = await this.#analyser.open(roundOf(), null);
    const seen: Seen = { pictures: [], findings: [] };
    for await (const { atMs, jpeg } of pictures) {
      const id = entryId(atMs);
      const entry = { capturedAtMs: BEGIN_MS + atMs, data: jpeg };
      for (const finding of await analysis.handle({ stream: 'video', id, entry })) {
        if (finding.kind === 'observation' && finding.stream === 'faces') {
          seen.pictures.push({ id, observation: finding.observation });
        } else seen.findings.push(finding);
      }
    }
    seen.findings.push(...((await analysis.finish?.()) ?? []));
    analysis.close?.();
    return seen;
  }
}
