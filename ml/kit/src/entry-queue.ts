/**
 * What was read of a round and is not handled yet. Audio waits its turn; a video picture that became stale is
 * dropped, because an old picture tells nothing that the newest does not.
 */
import type { StreamName } from './analyser.js';
import { fieldOf, type RawEntry, receivedAtMs } from './entries.js';

/** A picture this much older than the newest, by arrival or by capture, is dropped. */
export const STALE_VIDEO_MS = 1000;
/** So many entries wait before the reader leaves the round out: 64 s of audio in chunks of 1 s, 2 MB. */
const QUEUE_LIMIT = 64;

export class EntryQueue {
  private entries: RawEntry[] = [];
  private newest: { receivedAtMs: number; capturedAtMs: number } | undefined;

  constructor(private readonly dropped: (stream: StreamName, id: string) => void) {}

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  /** False while enough waits already. Pictures never count: they are dropped, not queued. */
  get hasRoom(): boolean {
    return this.entries.reduce((n, entry) => n + (entry.stream === 'video' ? 0 : 1), 0) < QUEUE_LIMIT;
  }

  /** Adds what was read, in order, and drops the pictures that it made stale. */
  push(read: readonly RawEntry[]): void {
    this.entries.push(...read);
    const lastPicture = read.findLast((entry) => entry.stream === 'video');
    if (!lastPicture) return;
    this.newest = { receivedAtMs: receivedAtMs(lastPicture.id), capturedAtMs: capturedAtMs(lastPicture) };
    this.entries = this.entries.filter((entry) => {
      const keep = !this.isStale(entry);
      if (!keep) this.dropped(entry.stream, entry.id);
      return keep;
    });
  }

  /** By stream: when the first entry that waits was received. */
  waitingSince(): Map<StreamName, number> {
    const since = new Map<StreamName, number>();
    for (const { stream, id } of this.entries) if (!since.has(stream)) since.set(stream, receivedAtMs(id));
    return since;
  }

  shift(): RawEntry | undefined {
    return this.entries.shift();
  }

  private isStale(entry: RawEntry): boolean {
    if (entry.stream !== 'video' || !this.newest) return false;
    const arrivedBefore = this.newest.receivedAtMs - receivedAtMs(entry.id);
    const capturedBefore = this.newest.capturedAtMs - capturedAtMs(entry);
    return arrivedBefore > STALE_VIDEO_MS || capturedBefore > STALE_VIDEO_MS;
  }
}

/** NaN for an entry without it: it is then stale by arrival only, and fails when it is decoded. */
function capturedAtMs(entry: RawEntry): number {
  return Number(fieldOf(entry, 'capturedAtMs')?.toString('latin1'));
}
