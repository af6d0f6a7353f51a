/**
 * The analysis of the tests that end processes: a chain of digests over all entries, told every third. An entry that
 * is lost, repeated or out of order changes all that follows, so equal findings mean that equal work was done.
 *
 * Some entries do something else by their content: `abort` ends the process as a native fault does, `throw` throws.
 */
import { createHash } from 'node:crypto';
import type { Analyser, InsightFinding, RoundAnalysis, StreamEntry } from '../analyser.js';

interface ChainState {
  count: number;
  digest: string;
}

/** About 0.1 ms of work, so that a batch takes long enough to be cut. */
const DIGESTS = 60;

export function nextDigest(digest: string, data: Uint8Array): string {
  let next = createHash('sha256').update(digest).update(data).digest('hex');
  for (let i = 1; i < DIGESTS; i++) next = createHash('sha256').update(next).digest('hex');
  return next;
}

/** What is told of the n-th entry, if anything. */
export function findingOf({ count, digest }: ChainState, atMs: number): InsightFinding[] {
  if (count % 3 !== 0) return [];
  return [
    {
      kind: 'insight',
      key: `chain:${count}`,
      type: 'HESITATION',
      severity: 'INFO',
      value: { kind: 'REPEAT', text: digest },
      explanation: `The chain of ${count} entries.`,
      atMs,
      capturedAtMs: atMs,
    },
  ];
}

/** @param source who tells it: tests see by it which process it was */
export function chainAnalyser(source: string): Analyser {
  return {
    service: 'speech',
    source,
    streams: ['audio'],
    open: (_round, snapshot) => openChain(snapshot),
  };
}

function openChain(snapshot: unknown): RoundAnalysis {
  // Written by this analysis and nobody else.
  const state = { ...((snapshot as ChainState | null) ?? { count: 0, digest: '' }) };
  return {
    async handle(entry: StreamEntry) {
      if (entry.stream !== 'audio') return [];
      const text = Buffer.from(entry.entry.data).toString();
      if (text === 'abort') process.abort();
      if (text === 'throw') throw new Error('cannot be measured');
      // Other rounds of the process get their turn, as with a measurement in another thread.
      await new Promise((resolve) => setImmediate(resolve));
      state.digest = nextDigest(state.digest, entry.entry.data);
      state.count += 1;
      return findingOf(state, entry.entry.capturedAtMs);
    },
    snapshot: () => ({ ...state }),
  };
}
