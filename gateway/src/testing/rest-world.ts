/**
 * What the REST interface stands on, in small: the public contract itself as one graph, with one round of each
 * kind that a route must tell apart. Who may is the product's to know; here the round's id says it.
 */
import { readFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { GraphQLError } from 'graphql';
import { type TestContext, TestSubgraph } from './test-subgraph.js';

export const ROUNDS = {
  /** Everything is known about it. */
  full: '0b9e9c1e-6f0d-4a55-9f5e-2f6f6d1f7a10',
  /** It has ended, and nothing was ever measured, uploaded or decided. */
  empty: '1c9e9c1e-6f0d-4a55-9f5e-2f6f6d1f7a11',
  /** Of the viewer's company, but not for the viewer. */
  denied: '2d9e9c1e-6f0d-4a55-9f5e-2f6f6d1f7a12',
  /** Of another company, or of none. */
  unknown: '3e9e9c1e-6f0d-4a55-9f5e-2f6f6d1f7a13',
  /** The answer breaks the graph's word: a round without a status. */
  broken: '4f9e9c1e-6f0d-4a55-9f5e-2f6f6d1f7a14',
} as const;

export const REPEATED_INTERVIEW = 'interview-that-is-there';

const CREATED_AT = '2026-11-24T08:00:00.000Z';

export interface RestWorld {
  rounds: TestSubgraph;
  resumes: TestSubgraph;
  insights: TestSubgraph;
  supergraphSdl: string;
  /** Arguments of the last call of each field, as the graph received them. */
  calls: Record<string, Record<string, unknown>>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createRestWorld(): RestWorld {
  const calls: RestWorld['calls'] = {};
  const noted = (name: string, args: Record<string, unknown>) => {
    calls[name] = args;
  };

  const rounds = new TestSubgraph('rounds', contract(), {
    Query: {
      round: (_: unknown, { id }: { id: string }) => (seen(id) ? roundOf(id) : null),
      verdict: (_: unknown, { roundId }: { roundId: string }, { viewer }: TestContext) =>
        seen(roundId) && roundId !== ROUNDS.empty ? verdictOf(roundId, viewer.id) : null,
    },
    Mutation: {
      createRound: (_: unknown, { input }: { input: Record<string, unknown> }, { viewer }: TestContext) => {
        noted('createRound', input);
        if (viewer.role !== 'HR') throw refusal('ACCESS_DENIED', 'Only HR and ADMIN may create rounds.');
        if (input['externalJobRoleId'] === 'another') throw refusal('CONFLICT', 'It exists with another role.');
        const justCreated = input['externalInterviewId'] !== REPEATED_INTERVIEW;
        return { ...roundOf(ROUNDS.full), justCreated, ...input };
      },
      updateRound: (_: unknown, { id, input }: { id: string; input: Record<string, unknown> }) => {
        noted('updateRound', input);
        must(id);
        if (id === ROUNDS.empty) {
          const details = [{ path: 'input.status', message: 'a round that is COMPLETED cannot become CANCELLED' }];
          throw refusal('VALIDATION_FAILED', 'The input is not valid. input.status: …', details);
        }
        return { ...roundOf(id), ...input };
      },
      recordConsent: (_: unknown, { roundId, consent }: { roundId: string; consent: boolean }) => {
        must(roundId);
        return { ...roundOf(roundId), consent: { given: consent, at: CREATED_AT } };
      },
      submitVerdict: (_: unknown, { input }: { input: { roundId: string } }, { viewer }: TestContext) => {
        noted('submitVerdict', input);
        must(input.roundId);
        if (input.roundId === ROUNDS.empty) throw refusal('CONFLICT', 'This round has a verdict already.');
        return { ...verdictOf(input.roundId, viewer.id), ...input };
      },
    },
    Round: {
      insights: ({ id }: { id: string }, args: Record<string, unknown>) => {
        noted('insights', args);
        if (id === ROUNDS.empty) throw refusal('ACCESS_DENIED', 'Not for you.');
        return { nodes: [insight(1), insight(2)], totalCount: 50, pageInfo: { endCursor: 'cursor-2' } };
      },
    },
    Verdict: {
      privateNotes: ({ privateNotes }: { privateNotes: string }, _: unknown, { viewer }: TestContext) =>
        viewer.role === 'HR' || viewer.role === 'ADMIN' ? privateNotes : null,
    },
  });
  const resumes = new TestSubgraph('resumes', 'type Query { resumesReady: Boolean }', {});
  const insights = new TestSubgraph('insights', 'type Query { insightsReady: Boolean }', {});

  const all = [rounds, resumes, insights];
  const composed = composeServices(all.map(({ name, typeDefs }) => ({ name, typeDefs, url: 'http://127.0.0.1' })));
  if (composed.errors) throw new Error(composed.errors.map(String).join('\n'));
  return {
    rounds,
    resumes,
    insights,
    supergraphSdl: composed.supergraphSdl,
    calls,
    start: async () => void (await Promise.all(all.map((subgraph) => subgraph.start()))),
    stop: async () => void (await Promise.all(all.map((subgraph) => subgraph.kill()))),
  };
}

/** The contract, and what this interface asks beside it. */
const contract = () =>
  readFileSync(new URL('../../../schema/contract/graph.graphql', import.meta.url), 'utf8') +
  '\nextend type Round { justCreated: Boolean! }';

const refusal = (code: string, message: string, details?: { path: string; message: string }[]) =>
  new GraphQLError(message, { extensions: { code, ...(details ? { details } : {}) } });

/** Whether there is something at all. */
function seen(id: string): boolean {
  if (id === ROUNDS.denied) throw refusal('ACCESS_DENIED', 'This round is not for you.');
  return id !== ROUNDS.unknown && Object.values<string>(ROUNDS).includes(id);
}

function must(id: string): void {
  if (!seen(id)) throw refusal('NOT_FOUND', 'The round was not found.');
}

function roundOf(id: string) {
  const known = id !== ROUNDS.empty;
  return {
    id,
    externalInterviewId: 'interview-4711',
    externalCandidateId: 'carl',
    externalInterviewerId: 'ivan',
    externalJobRoleId: 'backend-engineer',
    roundNumber: 2,
    roundType: 'TECHNICAL_AI',
    interviewMode: 'HUMAN_AI_ASSISTED',
    status: id === ROUNDS.broken ? null : known ? 'IN_PROGRESS' : 'COMPLETED',
    meeting: known ? { provider: 'p2p', id: 'room-1', token: 'for-this-viewer', expiresAt: CREATED_AT } : null,
    scheduledAt: null,
    scheduledDurationMinutes: 60,
    startedAt: CREATED_AT,
    endedAt: known ? null : CREATED_AT,
    consent: { given: known, at: known ? CREATED_AT : null },
    questions: [],
    createdAt: CREATED_AT,
    updatedAt: CREATED_AT,
    justCreated: false,
    resume: known ? RESUME : null,
    aggregate: known ? { ...AGGREGATE, roundId: id } : null,
  };
}

const RESUME = {
  id: '5a0c7a52-60d8-4f0a-8a43-3f2f2f6f9c11',
  roundId: ROUNDS.full,
  externalCandidateId: 'carl',
  fileName: 'cv.pdf',
  fileUrl: '/api/resumes/files/6b0c7a52-60d8-4f0a-8a43-3f2f2f6f9c12.pdf',
  mimeType: 'application/pdf',
  sizeBytes: 48_213,
  createdAt: CREATED_AT,
};

const insight = (second: number) => ({
  id: `7c0c7a52-60d8-4f0a-8a43-3f2f2f6f9c0${second}`,
  timestampMs: second * 1000.5,
  type: 'HESITATION',
  severity: 'INFO',
  value: { kind: 'PAUSE', durationMs: 3200 },
  explanation: 'Pause of 3.2 s, threshold 2.0 s.',
  source: 'speech/1',
  disposition: 'UNREVIEWED',
  createdAt: CREATED_AT,
});

const AGGREGATE = {
  aggregatedAt: CREATED_AT,
  speech: { averageConfidence: 0.85, totalHesitations: 5, averageResponseTimeMs: null, talkRatio: 0.6 },
  video: { engagementScore: 0.78, eyeContactPercentage: 65, headMovement: 'stable' },
  fraud: { alertsCount: 1, tabSwitches: 2, multipleFacesDetected: false, faceSwitches: 0, backgroundVoices: 0 },
  recommendations: [{ category: 'follow_up', question: 'Why?', reason: 'A pause.', insightIds: [insight(1).id] }],
};

const verdictOf = (roundId: string, interviewerId: string) => ({
  id: '8d0c7a52-60d8-4f0a-8a43-3f2f2f6f9c14',
  round: { id: roundId },
  interviewerId,
  decision: 'ADVANCE',
  overallScore: 8,
  technicalScore: null,
  communicationScore: null,
  culturalFitScore: null,
  strengths: ['clear'],
  weaknesses: [],
  notes: null,
  privateNotes: 'for staff',
  aiSummary: { summary: 'calm' },
  submittedAt: CREATED_AT,
});
