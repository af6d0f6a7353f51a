/**
 * Which media is taken: of the assigned people of a round that is in progress, with consent, and not a
 * HUMAN_ONLY one. Nothing else comes as far as Redis.
 */
import { AppError, accessDenied, notFound } from '@interview/runtime/errors';
import type { Viewer } from '@interview/runtime/viewer';
import type { Speaker } from '@interview/schema/enums';
import { isAnalysed, type RoundState } from '@interview/schema/messages';
import type { GatewayMetrics } from '../../metrics.js';
import { createMediaBudget } from './media-budget.js';
import { AUDIO_BYTES_PER_SECOND, readAudioChunk, readVideoFrame } from './media-message.js';
import type { MediaStreams } from './media-streams.js';
import type { RoundStates } from './round-states.js';

export interface MediaIntake {
  /** Each resolves when the message is safe, and throws AppError when it is not taken. */
  audioChunk(viewer: Viewer, message: unknown): Promise<void>;
  videoFrame(viewer: Viewer, message: unknown): Promise<void>;
  /** @throws AppError when this viewer is not the candidate of a round that is analysed, or reports too often. */
  admitVisibility(viewer: Viewer, roundId: string): Promise<void>;
}

export function createMediaIntake(options: {
  rounds: RoundStates;
  streams: MediaStreams;
  metrics: Pick<GatewayMetrics, 'media'>;
  nowMs?: () => number;
}): MediaIntake {
  const { rounds, streams, metrics, nowMs = Date.now } = options;
  const budget = createMediaBudget(nowMs);

  const analysedRound = async (viewer: Viewer, roundId: string): Promise<RoundState> => {
    const round = await rounds.get(roundId);
    if (!round || round.companyId !== viewer.companyId) throw notFound('The round');
    return round;
  };
  const requireAnalysed = (round: RoundState) => {
    if (!isAnalysed(round)) {
      throw accessDenied('Nothing is analysed of this round: it is not in progress, or consent is not given.');
    }
  };
  const counted = async (kind: 'audio' | 'video', take: () => Promise<boolean>): Promise<void> => {
    try {
      metrics.media(kind, (await take()) ? 'taken' : 'repeated');
    } catch (error) {
      const failed = error instanceof AppError && error.code === 'SERVICE_UNAVAILABLE';
      metrics.media(kind, failed ? 'failed' : 'refused');
      throw error;
    }
  };

  return {
    audioChunk: (viewer, message) =>
      counted('audio', async () => {
        const { roundId, capturedAtMs, data } = readAudioChunk(message, nowMs());
        const round = await analysedRound(viewer, roundId);
        const speaker = requireSpeaker(viewer, round);
        requireAnalysed(round);
        budget.take('audio', roundId, speaker, data.length / AUDIO_BYTES_PER_SECOND);
        return streams.appendAudio(roundId, speaker, capturedAtMs, data);
      }),
    videoFrame: (viewer, message) =>
      counted('video', async () => {
        const { roundId, capturedAtMs, data } = readVideoFrame(message, nowMs());
        const round = await analysedRound(viewer, roundId);
        requireCandidateOf(viewer, round);
        requireAnalysed(round);
        budget.take('video', roundId, 'CANDIDATE', 1);
        return streams.appendFrame(roundId, capturedAtMs, data);
      }),
    async admitVisibility(viewer, roundId) {
      const round = await analysedRound(viewer, roundId);
      requireCandidateOf(viewer, round);
      requireAnalysed(round);
      budget.take('visibility', roundId, 'CANDIDATE', 1);
    },
  };
}

const isCandidateOf = (viewer: Viewer, round: RoundState) =>
  viewer.role === 'CANDIDATE' && viewer.id === round.candidateId;
const isInterviewerOf = (viewer: Viewer, round: RoundState) =>
  viewer.role === 'EMPLOYEE' && viewer.id === round.interviewerId;

function requireCandidateOf(viewer: Viewer, round: RoundState): void {
  if (!isCandidateOf(viewer, round)) throw accessDenied('Only the candidate of this round may send this.');
}

function requireSpeaker(viewer: Viewer, round: RoundState): Speaker {
  if (isCandidateOf(viewer, round)) return 'CANDIDATE';
  if (isInterviewerOf(viewer, round)) return 'INTERVIEWER';
  throw accessDenied('Only the two people of this round may send audio.');
}
