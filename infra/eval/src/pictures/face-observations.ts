/** What the product's `video` sees in a sequence: its own analyser on its own face finder, picture by picture. */
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

export class Watcher {
  readonly #analyser = createVideoAnalyser(new HumanFaceFinder());

  async start(): Promise<void> {
    await this.#analyser.start?.();
  }

  async stop(): Promise<void> {
    await this.#analyser.stop?.();
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
