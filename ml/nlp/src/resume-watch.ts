/**
 * What is known of a round's resume. It may be uploaded, read or replaced in the middle of the round, and the resumes
 * subgraph may be away: so it is looked for again and again, beside the analysis, which never waits for it.
 */
import type { StoredResume } from '@interview/schema/messages';

/** The port to where resumes are. */
export interface ResumeSource {
  /** The round's resume; null when there is none. @throws when there is no answer. */
  read(roundId: string, signal: AbortSignal): Promise<StoredResume | null>;
}

/** Time from one look to the next: for a resume that may come, or be replaced … */
export const LOOK_MS = 5000;
/** … and while it is being read, or the subgraph does not answer. */
export const IMPATIENT_LOOK_MS = 1000;
/** How long an ended round waits for its resume; after that it is finished without. */
export const WAIT_AT_END_MS = 3_600_000;

export type ResumeState = 'unknown' | 'away' | 'none' | 'reading' | 'unreadable' | 'read';

export class ResumeWatch {
  private resume: StoredResume | null | undefined;
  private away = false;
  private lookedAtMs = Number.NEGATIVE_INFINITY;
  private pending = false;
  private endedAtMs: number | undefined;
  /** A look that began after the round had ended was answered. */
  private seenAtEnd = false;
  private readonly closing = new AbortController();

  constructor(
    private readonly source: ResumeSource,
    private readonly roundId: string,
  ) {}

  get state(): ResumeState {
    if (this.away) return 'away';
    if (this.resume === undefined) return 'unknown';
    if (this.resume === null) return 'none';
    if (this.resume.facts) return 'read';
    return this.resume.parseError === null ? 'reading' : 'unreadable';
  }

  /** What there is to compare with; it stays while the subgraph is away. */
  get read(): StoredResume | null {
    return this.resume ?? null;
  }

  /** Looks for it when it is time. Never waits: what comes is there at a later call. */
  look(nowMs: number, ended: boolean): void {
    if (ended) this.endedAtMs ??= nowMs;
    const impatient = this.endedAtMs !== undefined || ['unknown', 'away', 'reading'].includes(this.state);
    if (this.pending || nowMs - this.lookedAtMs < (impatient ? IMPATIENT_LOOK_MS : LOOK_MS)) return;
    this.lookedAtMs = nowMs;
    this.pending = true;
    void this.ask(ended);
  }

  /** Whether an ended round should wait for it: until one look after the end was answered with what will not change. */
  waits(nowMs: number): boolean {
    if (this.endedAtMs === undefined || nowMs - this.endedAtMs >= WAIT_AT_END_MS) return false;
    return !this.seenAtEnd || this.state === 'reading' || this.state === 'away';
  }

  close(): void {
    this.closing.abort();
  }

  private async ask(atEnd: boolean): Promise<void> {
    try {
      this.resume = await this.source.read(this.roundId, this.closing.signal);
      this.away = false;
      this.seenAtEnd ||= atEnd;
    } catch {
      // The source has told the log; the round is told by its status.
      this.away = true;
    } finally {
      this.pending = false;
    }
  }
}
