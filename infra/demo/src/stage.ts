/** Who plays, and where: the round that HR creates, with the candidate's resume, and a client for each person. */
import { randomUUID } from 'node:crypto';
import { createInterviewClient, type InterviewClient } from '@interview/sdk/client';
import { CreateRoundDocument } from '@interview/sdk/generated/graphql';
import { ROUND_REPORT } from './documents.js';
import { PEOPLE, signTokens, signUploader } from './people.js';
import type { Report } from './report.js';
import { uploadResume } from './resume-upload.js';

export interface Stage {
  roundId: string;
  tokens: Awaited<ReturnType<typeof signTokens>>;
  hr: InterviewClient;
  interviewer: InterviewClient;
  candidate: InterviewClient;
}

export interface StageOptions {
  gatewayUrl: string;
  jwtSecret: string;
}

/** Creates the round and puts the candidate's resume to it. */
export async function setStage(options: StageOptions, report: Report): Promise<Stage> {
  const { gatewayUrl } = options;
  const tokens = await signTokens(options.jwtSecret);
  const client = (token: string) => createInterviewClient({ url: new URL('/graphql', gatewayUrl).href, token });
  const [hr, interviewer, candidate] = [client(tokens.hr), client(tokens.interviewer), client(tokens.candidate)];
  const input = {
    externalInterviewId: `demo-${randomUUID()}`,
    externalCandidateId: PEOPLE.candidate.id,
    externalInterviewerId: PEOPLE.interviewer.id,
    externalJobRoleId: 'backend-engineer',
    roundNumber: 1,
    roundType: 'TECHNICAL_AI',
    interviewMode: 'HUMAN_AI_ASSISTED',
    scheduledAt: new Date().toISOString(),
    scheduledDurationMinutes: 30,
  } as const;
  const { createRound } = await hr.mutate(CreateRoundDocument, { input });
  const roundId = createRound.id;
  report.heading(`Demo interview: round ${roundId} of ${PEOPLE.hr.companyId}`);

  const token = await signUploader(options.jwtSecret);
  const size = await uploadResume({ gatewayUrl, token, roundId, candidateId: PEOPLE.candidate.id });
  const { round } = await hr.query(ROUND_REPORT, { id: roundId });
  if (round?.resume?.sizeBytes !== size) {
    throw new Error(`The resume of ${size} bytes is not read back: ${JSON.stringify(round?.resume)}`);
  }
  report.line(`Resume ${round.resume.fileName} uploaded and read back (${size} bytes, ${round.resume.mimeType})`);
  return { roundId, tokens, hr, interviewer, candidate };
}
