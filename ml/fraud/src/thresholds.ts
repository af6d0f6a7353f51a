/**
 * Every figure that decides whether there is an alert, in one place, with where it comes from. The analyser takes
 * them as an argument, so that an evaluation can choose others on one half of its samples and score the other.
 */
export interface FraudThresholds {
  faces: {
    /** A change of the number of faces is confirmed by so many pictures in a row, … */
    confirmPictures: number;
    /** … or by at least two that lie this far apart: at 1 picture a second the alert is not to wait for a third. */
    confirmMs: number;
    /** One face that is back for less than this is a gap in an alert that lasts, not its end. */
    mergeGapMs: number;
    /** After a hole this long between pictures of good quality, what was seen before confirms nothing. */
    holeMs: number;
  };
  faceSwitch: {
    /** L2 distance of two faces' descriptors above which they are taken for two people. */
    distance: number;
    /** So many compared pictures in a row, to tell another face and to take it for the first one again. */
    pictures: number;
    /** After this long without a compared picture the row begins anew. */
    holeMs: number;
  };
  tab: {
    /** Events may overtake each other by this much; further back than that the candidate's clock was set back. */
    lateMs: number;
  };
  severity: {
    /** From so many on, page switches of a round are HIGH: one happens by accident, three are a habit. */
    repeatedSwitches: number;
    /** From this length on a hidden page or an absence is HIGH: long enough to look something up. */
    longMs: number;
  };
}

export const FRAUD_THRESHOLDS: FraudThresholds = {
  // Detectors err in about 1 of 19 pictures; three in a row by chance are 1 in 7000.
  faces: { confirmPictures: 3, confirmMs: 500, mergeGapMs: 500, holeMs: 3000 },
  // face-api's net: same person median 0.48, largest 0.60; other people 1st percentile 0.62; equal error rate 0.7 %.
  faceSwitch: { distance: 0.6, pictures: 3, holeMs: 10_000 },
  tab: { lateMs: 60_000 },
  severity: { repeatedSwitches: 3, longMs: 30_000 },
};
