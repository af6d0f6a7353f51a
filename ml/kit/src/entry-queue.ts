/**
 * What was read of a round and is not handled yet. Audio waits its turn; a video picture that became stale is
 * dropped, because an old picture tells nothing that the newest does not, and so is one that the analyser does without
 * because the machine is busy.
 */
import type { StreamName, WaitingEntry } from './analyser.js';
import { fieldOf, type RawEntry, receivedAtMs } from './entries.js';

/** A picture this much older than the newest, by arrival or by capture, is dropped. */
export const STALE_VIDEO_MS = 1000;
/** So many entries wait before the reader leaves the round out: 64 s of audio in chunks of 1 s, 2 MB. */
const QUEUE_LIMIT = 64;

/** Why an entry is not measured. `busy`: its analyser did without it. */
export type DropReason = 'stale' | 'busy';

export class EntryQueue {
  private entries: (RawEntry & { readAtMs: number })[] = [];
  private newest: { receivedAtMs: number; capturedAtMs: number } | undefined;

  constructor(
    private readonly dropped: (stream: StreamName, id: string, reason: DropReason) => void,
    private readonly clock: () => number,
  ) {}

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  /** False while enough waits already. Pictures never count: they are dropped, not queued. */
  get hasRoom(): boolean {
    return this.entries.reduce((n, entry) => n + (entry.stream === 'video' ? 0 : 1), 0) < QUEUE_LIMIT;
  }

  /** Adds what was read, in order, and drops the pictures that it made stale. */
  push(read: readonly RawEntry[]): void {
    const readAtMs = this.clock();
    this.entries.push(...read.map((entry) => ({ ...entry, readAtMs })));
    const lastPicture = read.findLast((entry) => entry.stream === 'video');
    if (!lastPicture) return;
    this.newest = { receivedAtMs: receivedAtMs(lastPicture.id), capturedAtMs: capturedAtMs(lastPicture) };
    this.entries = this.entries.filter((entry) => {
      const keep = !this.isStale(entry);
      if (!keep) this.dropped(entry.stream, entry.id, 'stale');
      return keep;
    });
  }

  /** By stream: when the first entry that waits was received. */
  waitingSince(): Map<StreamName, number> {
    const since = new Map<StreamName, number>();
    for (const { stream, id } of this.entries) if (!since.has(stream)) since.set(stream, receivedAtMs(id));
    return since;
  }

  /** The next entry. Pictures that are skipped are dropped before they are decoded; nothing else ever is. */
  shift(skips?: (entry: WaitingEntry) => boolean): RawEntry | undefined {
    for (;;) {
      const entry = this.entries.shift();
      if (entry?.stream !== 'video' || !skips) return entry;
      const { stream, id, readAtMs } = entry;
      const waitedMs = Math.max(0, this.clock() - readAtMs);
      if (!skips({ stream, id, capturedAtMs: capturedAtMs(entry), waitedMs })) return entry;
      this.dropped(stream, id, 'busy');
    }
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
