/** Every figure by which voices are measured, in one place. What counts as a background voice is decided in `fraud`. */
export interface VoiceMeasures {
  /** Silero's probability from which a frame may be speech: low, for a voice far from the microphone; it has to have a pitch too. */
  speechProbability: number;
  /** A stretch is cut after this, … */
  stretchMs: number;
  /** … or at a pause of this: who speaks next may be somebody else. */
  pauseMs: number;
  /** A stretch with less voice is not measured: means over few frames say more of the sounds than of the speaker. */
  minVoicedMs: number;
  /** The candidate's own voice is learnt from the first stretches that come to this. */
  learnMs: number;
  /** Frames wait so long for what the interviewer said meanwhile: their audio comes by a way of its own. */
  holdMs: number;
  /** Around the interviewer's speech nothing is measured: their clock is another one, and their voice comes out of … */
  beforeInterviewerMs: number;
  /** … the candidate's loudspeakers after the call's delay and the room's. */
  afterInterviewerMs: number;
  /** From this probability on the interviewer speaks; Silero's own threshold. */
  interviewerProbability: number;
  /** Speech of the interviewer shorter than this is a click or a cough; pauses shorter than `pauseMs` belong to it. */
  minInterviewerMs: number;
}

export const VOICE_MEASURES: VoiceMeasures = {
  speechProbability: 0.3,
  stretchMs: 2000,
  pauseMs: 500,
  minVoicedMs: 320,
  // Of 13 speakers, 8 s gave nearly the spread of own stretches that 60 s gave (95 % below 0.42–0.59; 0.35–0.59).
  learnMs: 8000,
  holdMs: 1000,
  beforeInterviewerMs: 300,
  afterInterviewerMs: 1000,
  interviewerProbability: 0.5,
  minInterviewerMs: 150,
};

/**
 * Standard deviations of a voiced frame's twelve coefficients (see timbre.ts), mean of 13 speakers: what is expected of
 * a voice that was heard for 8 s only.
 */
export const USUAL_DEVIATION = [31.8, 30.7, 27.8, 20.6, 17, 12.8, 11.9, 11, 10.3, 9.1, 8.5, 7.1] as const;
