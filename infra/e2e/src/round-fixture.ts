/** Rounds in the state that a test needs, made through the product's own interfaces. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { publish } from '@interview/bench/result-publisher';
import type { Result } from '@interview/schema/messages';
import { Redis } from 'ioredis';
import { ask } from './raw-graph.js';
import { until } from './until.js';
import type { Cast, ViewerName } from './viewers.js';

export type RoundState = 'SCHEDULED' | 'IN_PROGRESS' | 'COMPLETED';

export interface Place {
  gatewayUrl: string;
  redisUrl: string;
  cast: Cast;
}

/** @throws Error with the codes when the product refuses. */
export async function must(
  place: Pick<Place, 'gatewayUrl' | 'cast'>,
  viewer: ViewerName,
  query: string,
  variables: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const { data, codes } = await ask(place.gatewayUrl, place.cast.token(viewer), query, variables);
  if (codes.length > 0 || typeof data !== 'object' || data === null) {
    throw new Error(`${viewer} was refused (${codes.join(', ')}): ${query}`);
  }
  return data as Record<string, unknown>;
}

export function createRoundInput(cast: Cast): Record<string, unknown> {
  return {
    externalInterviewId: randomUUID(),
    externalCandidateId: cast.assignedCandidateId,
    externalInterviewerId: cast.assignedInterviewerId,
    externalJobRoleId: 'job',
    roundType: 'TECHNICAL_AI',
    interviewMode: 'HUMAN_AI_ASSISTED',
  };
}

/** A round of the cast's company with both people assigned. @returns its id. */
export async function roundIn(state: RoundState, place: Place): Promise<string> {
  const created = await must(
    place,
    'HR',
    'mutation ($input: CreateRoundInput!) { createRound(input: $input) { id } }',
    {
      input: createRoundInput(place.cast),
    },
  );
  const { id } = created['createRound'] as { id: string };
  if (state === 'SCHEDULED') return id;
  const join = 'mutation ($id: ID!) { joinRound(id: $id) { status } }';
  await must(place, 'assigned candidate', join, { id });
  await must(place, 'assigned interviewer', join, { id });
  await must(
    place,
    'assigned candidate',
    'mutation ($id: ID!) { recordConsent(roundId: $id, consent: true) { consent { given } } }',
    { id },
  );
  if (state === 'COMPLETED') {
    const end = 'mutation ($id: ID!) { updateRound(id: $id, input: { status: COMPLETED }) { status } }';
    await must(place, 'HR', end, { id });
  }
  return id;
}

export interface MeasuredRound {
  id: string;
  insightId: string;
  /** Cursors of the first of two: what comes after them is there already. */
  insightCursor: string;
  alertCursor: string;
  segmentCursor: string;
}

/** A round in progress about which everything is known: two of each kind of result, resume, verdict. */
export async function measuredRound(place: Place): Promise<MeasuredRound> {
  const id = await roundIn('IN_PROGRESS', place);
  const redis = new Redis(place.redisUrl);
  try {
    for (const result of results(id)) await publish(redis, result);
  } finally {
    redis.disconnect();
  }
  await uploadResume(place, 'HR', id);
  await must(place, 'assigned interviewer', SUBMIT_VERDICT, { input: verdictInput(id) });
  return until('what was published is listed', async () => {
    const { round } = (await must(place, 'HR', LISTED, { id })) as unknown as Listed;
    const [insight] = round.insights.nodes;
    const [segment] = round.transcript.nodes;
    if (round.insights.nodes.length < 2 || round.transcript.nodes.length < 2 || !round.aggregate) return undefined;
    if (!insight || !segment || round.analysers.length === 0) return undefined;
    return {
      id,
      insightId: insight.id,
      insightCursor: insight.cursor,
      alertCursor: insight.cursor,
      segmentCursor: segment.cursor,
    };
  });
}

const LISTED = `query ($id: ID!) {
  round(id: $id) {
    insights { nodes { id cursor } }
    transcript { nodes { cursor } }
    aggregate { aggregatedAt }
    analysers { service }
  }
}`;
interface Listed {
  round: {
    insights: { nodes: { id: string; cursor: string }[] };
    transcript: { nodes: { cursor: string }[] };
    aggregate: object | null;
    analysers: object[];
  };
}

export const SUBMIT_VERDICT = 'mutation ($input: SubmitVerdictInput!) { submitVerdict(input: $input) { id } }';

export function verdictInput(roundId: string): Record<string, unknown> {
  return { roundId, decision: 'HOLD', overallScore: 5, notes: 'for all who may read', privateNotes: 'for HR' };
}

/** @returns status and error code of the REST answer. */
export async function uploadResume(
  place: Pick<Place, 'gatewayUrl' | 'cast'>,
  viewer: ViewerName,
  roundId: string,
  file: Blob | string = PDF,
): Promise<{ status: number; code: string | undefined }> {
  const form = new FormData();
  form.set('roundId', roundId);
  form.set('candidateId', place.cast.assignedCandidateId);
  form.set('resume', new Blob([file], { type: 'application/pdf' }), 'resume.pdf');
  const token = place.cast.token(viewer);
  const response = await fetch(new URL('/api/resumes/upload', place.gatewayUrl), {
    method: 'POST',
    headers: token ? { authorization: `Bearer ${token}` } : {},
    body: form,
  });
  const body = (await response.json()) as { error?: { code: string } };
  return { status: response.status, code: body.error?.code };
}

/** A resume with text in it: that of the demo interview. */
export async function demoResume(): Promise<Blob> {
  return new Blob([await readFile(new URL('../../demo/media/resume.pdf', import.meta.url))]);
}

/** The smallest file that is a PDF; it has no text. */
export const PDF = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
trailer<</Root 1 0 R>>
%%EOF
`;

/** Two fraud alerts, two segments, an aggregate and an analyser's state. */
function results(roundId: string): Result[] {
  const now = Date.now();
  const base = () => ({ id: randomUUID(), roundId, publishedAtMs: now, capturedAtMs: now });
  const alert = (timestampMs: number): Result => ({
    ...base(),
    kind: 'insight',
    service: 'fraud',
    type: 'TAB_SWITCH',
    severity: 'MEDIUM',
    value: { phase: 'START' },
    explanation: 'The interview page was hidden.',
    source: 'e2e/1',
    timestampMs,
  });
  const segment = (timestampMs: number): Result => ({
    ...base(),
    kind: 'segment',
    service: 'speech',
    speaker: 'CANDIDATE',
    text: 'something said',
    timestampMs,
    durationMs: 900,
    confidence: 0.9,
    isFinal: true,
  });
  return [
    alert(1000),
    segment(1000),
    alert(2000),
    segment(2000),
    {
      ...base(),
      kind: 'aggregate',
      service: 'aggregator',
      upTo: { insight: 2, segment: 2, revision: 0 },
      speech: {
        averageConfidence: 0.9,
        totalHesitations: 0,
        averageResponseTimeMs: null,
        talkRatio: 0.5,
        wordsPerMinute: 120,
      },
      video: { engagementScore: null, eyeContactPercentage: null, headMovement: null },
      fraud: { alertsCount: 2, tabSwitches: 2, multipleFacesDetected: false, faceSwitches: 0, backgroundVoices: 0 },
      recommendations: [],
    },
    { ...base(), kind: 'status', service: 'speech', state: 'OK', detail: null },
  ];
}
