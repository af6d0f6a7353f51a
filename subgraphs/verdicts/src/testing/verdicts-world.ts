/** The verdicts subgraph, its documents, the people of a round, and what was measured of it. */
import { randomUUID } from 'node:crypto';
import type { Viewer } from '@interview/runtime/viewer';
import type { RoundAccess } from '@interview/subgraph-kit/round-access';
import {
  aViewer,
  type GraphAnswer,
  openSubgraphWorld,
  type SubgraphWorld,
} from '@interview/subgraph-kit/testing/subgraph-world';
import { afterAll, beforeAll } from '@jest/globals';
import { verdictsDatabase } from '../database.js';
import { openVerdicts } from '../graph.js';

const FIELDS = `id interviewerId decision overallScore technicalScore communicationScore culturalFitScore
  strengths weaknesses notes privateNotes aiSummary submittedAt round { id }`;
export const SUBMIT = `mutation ($input: SubmitVerdictInput!) { submitVerdict(input: $input) { ${FIELDS} } }`;
export const READ = `query ($roundId: ID!) { verdict(roundId: $roundId) { ${FIELDS} } }`;
export const OF_ROUNDS = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Round { id verdict { ${FIELDS} } } } }`;
export const BY_KEY = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Verdict { ${FIELDS} } } }`;
export const FEED = `subscription ($roundId: ID!) { verdictSubmitted(roundId: $roundId) { ${FIELDS} } }`;

export const UNKNOWN_ROUND = '00000000-0000-4000-8000-000000000000';

export let world: SubgraphWorld;
/** Called at the top of a test file: opens the world before its tests and closes it after them. */
export function useVerdictsWorld(): void {
  beforeAll(async () => {
    world = await openSubgraphWorld({ database: verdictsDatabase, open: openVerdicts });
    // Of the insights subgraph there is what it grants to this one.
    await world.sql('create schema insights');
    await world.sql(`create table insights.verdict_basis (
      id uuid primary key, round_id uuid not null, company_id varchar(255) not null, type text not null,
      severity text not null, timestamp_ms bigint not null, value jsonb not null, explanation text not null, disposition text not null)`);
    await world.sql('grant usage on schema insights to interview_verdicts');
    await world.sql('grant select on insights.verdict_basis to interview_verdicts');
  });
  afterAll(() => world.close());
}

export interface People {
  interviewer: Viewer;
  otherInterviewer: Viewer;
  candidate: Viewer;
  hr: Viewer;
  admin: Viewer;
  hrElsewhere: Viewer;
  /** Has the right id and role, in another company. */
  namesakeElsewhere: Viewer;
}

export async function aRound(of: Partial<RoundAccess> = {}): Promise<{ round: RoundAccess; people: People }> {
  const round = await world.addRound(of);
  const here = { companyId: round.companyId };
  return {
    round,
    people: {
      interviewer: aViewer('EMPLOYEE', { ...here, id: round.interviewerId ?? 'nobody' }),
      otherInterviewer: aViewer('EMPLOYEE', here),
      candidate: aViewer('CANDIDATE', { ...here, id: round.candidateId }),
      hr: aViewer('HR', here),
      admin: aViewer('ADMIN', here),
      hrElsewhere: aViewer('HR'),
      namesakeElsewhere: aViewer('EMPLOYEE', { id: round.interviewerId ?? 'nobody' }),
    },
  };
}

export const anInput = (roundId: string, more: object = {}) => ({
  roundId,
  decision: 'ADVANCE',
  overallScore: 8,
  technicalScore: 9,
  strengths: ['explains trade-offs', 'measures before changing'],
  notes: 'Would work with them.',
  privateNotes: 'Expects an offer this week.',
  ...more,
});

export const submit = (viewer: Viewer, input: object) => world.graph(viewer, SUBMIT, { input });
/** A field of an answer that must have data. */
export function fieldOf<T>(answer: GraphAnswer, name: string): T {
  if (!answer.data) throw new Error(JSON.stringify(answer.errors));
  // Each query above says what its field holds.
  return answer.data[name] as T;
}
export const codes = (answer: { errors?: { extensions: { code: string } }[] }) =>
  (answer.errors ?? []).map((error) => error.extensions.code);

/** Verdicts on rounds of one company, one after the other; ids in that order. */
export async function aCompanyWithVerdicts(
  count: number,
): Promise<{ hr: Viewer; ids: string[]; rounds: RoundAccess[] }> {
  const companyId = `company-${randomUUID()}`;
  const hr = aViewer('HR', { companyId });
  const [ids, rounds]: [string[], RoundAccess[]] = [[], []];
  for (let n = 0; n < count; n++) {
    const round = await world.addRound({ companyId });
    ids.push(fieldOf<{ id: string }>(await submit(hr, anInput(round.id)), 'submitVerdict').id);
    rounds.push(round);
  }
  return { hr, ids, rounds };
}

/** An insight of a round as the insights subgraph shows it: an onset that nobody reviewed, unless said otherwise. */
export async function measured(
  round: RoundAccess,
  of: { type?: string; value?: object; disposition?: string; timestampMs?: number } = {},
): Promise<string> {
  const { type = 'TAB_SWITCH', value = { phase: 'START' }, disposition = 'UNREVIEWED', timestampMs = 61_000 } = of;
  const id = randomUUID();
  await world.sql('insert into insights.verdict_basis values (?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?)', [
    id,
    round.id,
    round.companyId,
    type,
    'MEDIUM',
    timestampMs,
    JSON.stringify(value),
    'measured',
    disposition,
  ]);
  return id;
}
export const reviewed = (id: string, disposition: string) =>
  world.sql('update insights.verdict_basis set disposition = ? where id = ?', [disposition, id]);
