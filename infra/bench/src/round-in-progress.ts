/** A round of the benchmark's own company, in progress with consent, and who may follow it. */
import { randomUUID } from 'node:crypto';
import { systemClock } from '@interview/demo/clock';
import { patiently } from '@interview/demo/patience';
import { signToken } from '@interview/runtime/tokens';
import type { Viewer } from '@interview/runtime/viewer';
import { createInterviewClient } from '@interview/sdk/client';
import { InterviewError } from '@interview/sdk/errors';
import {
  CreateRoundDocument,
  JoinRoundDocument,
  RecordConsentDocument,
  UpdateRoundDocument,
} from '@interview/sdk/generated/graphql';
import type { Place } from './stack.js';

export interface RoundInProgress {
  id: string;
  startedAtMs: number;
  interviewerToken: string;
  candidateToken: string;
}

/** Creates the round and brings both people in, however long a busy product takes for it (within 20 s a step). */
export async function roundInProgress(stack: Pick<Place, 'graphUrl' | 'jwtSecret'>): Promise<RoundInProgress> {
  const companyId = `bench-${randomUUID()}`;
  const token = (id: string, role: Viewer['role']) =>
    signToken({ id, role, companyId }, { JWT_SECRET: stack.jwtSecret });
  const [hr, interviewer, candidate] = await Promise.all([
    token('bench-hr', 'HR'),
    token('bench-interviewer', 'EMPLOYEE'),
    token('bench-candidate', 'CANDIDATE'),
  ]);
  const as = (bearer: string) => createInterviewClient({ url: stack.graphUrl, token: bearer });
  const input = {
    externalInterviewId: randomUUID(),
    externalCandidateId: 'bench-candidate',
    externalInterviewerId: 'bench-interviewer',
    externalJobRoleId: 'bench',
    roundType: 'TECHNICAL_AI',
    interviewMode: 'HUMAN_AI_ASSISTED',
  } as const;
  // Each may be asked for twice: the same interview is the same round, and who is in it stays in it.
  const { createRound } = await patiently(systemClock, () => as(hr).mutate(CreateRoundDocument, { input }));
  const { id } = createRound;
  await patiently(systemClock, () => as(candidate).mutate(JoinRoundDocument, { id }));
  const { joinRound } = await patiently(systemClock, () => as(interviewer).mutate(JoinRoundDocument, { id }));
  await patiently(systemClock, () => as(candidate).mutate(RecordConsentDocument, { roundId: id, consent: true }));
  if (joinRound.status !== 'IN_PROGRESS' || !joinRound.startedAt) {
    throw new Error(`The round is ${joinRound.status} although both have joined.`);
  }
  return { id, startedAtMs: Date.parse(joinRound.startedAt), interviewerToken: interviewer, candidateToken: candidate };
}

/** Ends the round; one that has ended stays as it is. */
export async function completeRound(
  place: Pick<Place, 'graphUrl'>,
  { id, interviewerToken }: Pick<RoundInProgress, 'id' | 'interviewerToken'>,
): Promise<void> {
  const client = createInterviewClient({ url: place.graphUrl, token: interviewerToken });
  try {
    await patiently(systemClock, () => client.mutate(UpdateRoundDocument, { id, input: { status: 'COMPLETED' } }));
  } catch (error) {
    // From COMPLETED no move leads anywhere: an earlier try, whose answer was lost, has done it.
    if (!(error instanceof InterviewError && error.code === 'VALIDATION_FAILED')) throw error;
  }
}
