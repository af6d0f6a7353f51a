/** Reads what the insights subgraph has stored of a round, over its internal route. */

import type { Logger } from '@interview/runtime/log';
import { INTERNAL_KEY_HEADER } from '@interview/runtime/viewer';
import { StoredFeedPage } from '@interview/schema/messages';
import type { FeedPosition } from './feed-analyser.js';

const LIMIT_MS = 5000;

export class StoredFeed {
  private answers = true;

  /** `baseUrl`: where the insights subgraph answers, e.g. `http://127.0.0.1:4003`. */
  constructor(
    private readonly baseUrl: string,
    private readonly internalKey: string,
    private readonly log: Logger,
  ) {}

  /** Rejects while the last request failed: a probe for `/health`. */
  async probe(): Promise<void> {
    if (!this.answers) throw new Error('The insights subgraph does not answer.');
  }

  /** What follows a position; null when the insights subgraph does not answer: ask again later. */
  async pageAfter(roundId: string, after: FeedPosition): Promise<StoredFeedPage | null> {
    const query = new URLSearchParams({
      afterInsight: String(after.insight),
      afterSegment: String(after.segment),
    });
    const url = new URL(`/internal/rounds/${roundId}/feed?${query}`, this.baseUrl);
    try {
      const response = await fetch(url, {
        headers: { [INTERNAL_KEY_HEADER]: this.internalKey },
        signal: AbortSignal.timeout(LIMIT_MS),
      });
      if (!response.ok) throw new Error(`The insights subgraph answered ${response.status}.`);
      const page = StoredFeedPage.parse(await response.json());
      this.note(true);
      return page;
    } catch (error) {
      this.note(false, error);
      return null;
    }
  }

  private note(answers: boolean, error?: unknown): void {
    if (answers !== this.answers) {
      if (answers) this.log.info('what is stored can be read again');
      else this.log.warn({ err: error }, 'what is stored cannot be read');
    }
    this.answers = answers;
  }
}
