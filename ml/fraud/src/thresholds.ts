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
    /** After a hole this long between pictures of good quality, what was seen before confirms nothing; an alert ends before it. */
    holeMs: number;
  };
  faceSwitch: {
    /** L2 distance of two faces' descriptors above which they are taken for two people. */
    distance: number;
    /** So many compared pictures in a row, to tell another face and to take it for the first one again. */
    pictures: number;
    /** After this long without a compared picture the row begins anew; `video` compares once in 2 s, under load in 10 s. */
    holeMs: number;
  };
  lips: {
    /** Openings (gap between the lips over the mouth's width) that spread by no more than this are of still lips, … */
    still: number;
    /** … by at least this, of lips that move. */
    moving: number;
    /** Fewer pictures say nothing. */
    pictures: number;
    /** Pictures this long before and after the speech count too: there are one or two a second. */
    marginMs: number;
    rememberedMs: number;
  };
  voice: {
    /** How each measure counts: nothing up to `from`, all of its weight from `to` on. See voice-score.ts. */
    timbre: { from: number; to: number; weight: number };
    pitch: { from: number; to: number; weight: number };
    level: { from: number; to: number; weight: number };
    stillLipsWeight: number;
    movingLipsFactor: number;
    /** A stretch below this score ends a row that has not become an alert. */
    suspicious: number;
    /** An alert takes a row with this mean score … */
    score: number;
    /** … and so much speech. */
    speechMs: number;
    /** From this score on it is MEDIUM, below LOW: it takes three of the measures. */
    mediumScore: number;
    /** An alert ends when nothing of it was heard for this long; what comes before that is the same alert. */
    quietMs: number;
    /** `speech` tells a stretch so long after it at most: its own length, what it waits for, a takeover. */
    lateMs: number;
  };
  tab: {
    /** Events may overtake each other by this much; further back than that the candidate's clock was set back. */
    lateMs: number;
    /** So many events are put in order at most, so that a page that floods costs no other round its time. */
    remembered: number;
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
  faceSwitch: { distance: 0.6, pictures: 3, holeMs: 30_000 },
  // Chosen, not measured: there is no video of people who speak among the recordings. A closed mouth's opening is 0 to 0.03.
  lips: { still: 0.05, moving: 0.12, pictures: 3, marginMs: 500, rememberedMs: 20_000 },
  // From 13 speakers (README.md): own stretches have a timbre below 0.60 in 95 %, a pitch within 4.8 semitones.
  voice: {
    timbre: { from: 0.5, to: 0.8, weight: 0.6 },
    pitch: { from: 4, to: 8, weight: 0.6 },
    level: { from: 5, to: 12, weight: 0.5 },
    stillLipsWeight: 0.6,
    movingLipsFactor: 0.5,
    suspicious: 0.5,
    score: 0.65,
    speechMs: 3000,
    mediumScore: 0.85,
    quietMs: 6000,
    lateMs: 10_000,
  },
  // Nobody switches pages five times a second for a minute: 300 events are more than a person makes.
  tab: { lateMs: 60_000, remembered: 300 },
  severity: { repeatedSwitches: 3, longMs: 30_000 },
};
