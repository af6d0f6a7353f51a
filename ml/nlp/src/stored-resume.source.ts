/** Reads a round's resume from the resumes subgraph, over its internal route. */
import type { Logger } from '@interview/runtime/log';
import { INTERNAL_KEY_HEADER } from '@interview/runtime/viewer';
import { StoredResume } from '@interview/schema/messages';
import type { ResumeSource } from './resume-watch.js';

const LIMIT_MS = 5000;

export class StoredResumeSource implements ResumeSource {
  private answers = true;

  /** `baseUrl`: where the resumes subgraph answers, e.g. `http://127.0.0.1:4002`. */
  constructor(
    private readonly baseUrl: string,
    private readonly internalKey: string,
    private readonly log: Logger,
  ) {}

  /** Rejects while the last request failed: a probe for `/health`. */
  async probe(): Promise<void> {
    if (!this.answers) throw new Error('The resumes subgraph does not answer.');
  }

  async read(roundId: string, signal: AbortSignal): Promise<StoredResume | null> {
    const url = new URL(`/internal/rounds/${roundId}/resume`, this.baseUrl);
    try {
      const response = await fetch(url, {
        headers: { [INTERNAL_KEY_HEADER]: this.internalKey },
        signal: AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]),
      });
      const resume = response.status === 404 ? null : StoredResume.parse(await bodyOf(response));
      this.note(true);
      return resume;
    } catch (error) {
      // Given up by us: that says nothing about the subgraph.
      if (!signal.aborted) this.note(false, error);
      throw error;
    }
  }

  private note(answers: boolean, error?: unknown): void {
    if (answers !== this.answers) {
      if (answers) this.log.info('resumes can be read again');
      else this.log.warn({ err: error }, 'resumes cannot be read');
    }
    this.answers = answers;
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  if (!response.ok) throw new Error(`The resumes subgraph answered ${response.status}.`);
  return response.json();
}
