/** Cursors of the two sequences of a round: opaque outside, a sequence inside. */
import { decodeCursor, encodeCursor } from '@interview/subgraph-kit/paging';

function sequenceCursor(kind: string) {
  return {
    encode: (sequence: number) => encodeCursor(kind, [sequence]),
    /** The sequence, or undefined for what is no cursor of this kind. */
    decode: (cursor: string): number | undefined => {
      const [sequence] = decodeCursor(kind, cursor) ?? [];
      return typeof sequence === 'number' && Number.isSafeInteger(sequence) && sequence >= 0 ? sequence : undefined;
    },
  };
}

export const insightCursor = sequenceCursor('insight');
export const segmentCursor = sequenceCursor('segment');
