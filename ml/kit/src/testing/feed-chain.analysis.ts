/** The chain of digests (chain.analysis.ts) over the stored segments of a round, each in its turn. */

import type { InsightFinding } from '../analyser.js';
import type { FeedAnalyser } from '../feed-analyser.js';
import { findingOf, nextDigest } from './chain.analysis.js';

export function feedChainAnalyser(source: string): FeedAnalyser {
  return {
    service: 'nlp',
    source,
    after: [],
    intervalMs: 20,
    open() {
      const state = { count: 0, digest: '' };
      let found: InsightFinding[] = [];
      return {
        add({ segments }) {
          for (const { text, timestampMs } of segments) {
            state.digest = nextDigest(state.digest, Buffer.from(text));
            state.count += 1;
            found.push(...findingOf(state, timestampMs));
          }
        },
        findings() {
          const told = found;
          found = [];
          return told;
        },
      };
    },
  };
}
