/** A round of the benchmark's own company, in progress with consent, and who may follow it. */
import { randomUUID } from 'node:crypto';
import { signToken } from '@interview/runtime/tokens';
import type { Viewer } from '@interview/runtime/viewer';
import { createInterviewClient } from '@interview/sdk/client';
import { CreateRoundDocument, JoinRoundDocument, RecordConsentDocument } from '@interview/sdk/generated/graphql';
import type { Place } from './stack.js';

export interface RoundInProgress {
  id: string;
  startedAtMs: number;
  interviewerToken: string;
  candidateToken: string;
}

/** Creates the round and brings both people in. */
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
  const { createRound } = await as(hr).mutate(CreateRoundDocument, {
    input: {
      externalInterviewId: randomUUID(),
      externalCandidateId: 'bench-candidate',
      externalInterviewerId: 'bench-interviewer',
      externalJobRoleId: 'bench',
      roundType: 'TECHNICAL_AI',
      interviewMode: 'HUMAN_AI_ASSISTED',
    },
  });
  const { id } = createRound;
  await as(candidate).mutate(JoinRoundDocument, { id });
  const { joinRound } = await as(interviewer).mutate(JoinRoundDocument, { id });
  await as(candidate).mutate(RecordConsentDocument, { roundId: id, consent: true });
  if (joinRound.status !== 'IN_PROGRESS' || !joinRound.startedAt) {
    throw new Error(`The round is ${joinRound.status} although both have joined.`);
  }
  return { id, startedAtMs: Date.parse(joinRound.startedAt), interviewerToken: interviewer, candidateToken: candidate };
}
