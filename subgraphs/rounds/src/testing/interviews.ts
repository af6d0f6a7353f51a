/** Rounds for tests: the people of one, and the calls that make it and move it, in a world of a test's own. */
import { randomUUID } from 'node:crypto';
import type { Viewer } from '@interview/runtime/viewer';
import { aViewer, type GraphAnswer, type SubgraphWorld } from '@interview/subgraph-kit/testing/subgraph-world';

export interface People {
  hr: Viewer;
  candidate: Viewer;
  interviewer: Viewer;
}

/** Of a company of their own. */
export function people(): People {
  const here = { companyId: `company-${randomUUID()}` };
  return { hr: aViewer('HR', here), candidate: aViewer('CANDIDATE', here), interviewer: aViewer('EMPLOYEE', here) };
}

export const anInput = ({ candidate, interviewer }: People, more: object = {}) => ({
  externalInterviewId: `interview-${randomUUID()}`,
  externalCandidateId: candidate.id,
  externalInterviewerId: interviewer.id,
  externalJobRoleId: 'backend-engineer',
  roundType: 'TECHNICAL_AI',
  interviewMode: 'HUMAN_AI_ASSISTED',
  ...more,
});

export interface RoundNode {
  id: string;
  status: string;
  startedAt: string | null;
  [field: string]: unknown;
}

const FIELDS =
  'id justCreated status startedAt endedAt externalInterviewId scheduledAt consent { given at } questions { id text }';
export const CREATE = `mutation ($input: CreateRoundInput!) { createRound(input: $input) { ${FIELDS} } }`;
export const UPDATE = `mutation ($id: ID!, $input: UpdateRoundInput!) { updateRound(id: $id, input: $input) { ${FIELDS} } }`;
export const CONSENT =
  'mutation ($roundId: ID!, $consent: Boolean!) { recordConsent(roundId: $roundId, consent: $consent) { consent { given } } }';

/** The first error's code and details. */
export const codeOf = async (answer: Promise<GraphAnswer>) => (await answer).errors?.[0]?.extensions;

/** `world` is asked for at each call: a test opens it after it has made its calls known. */
export function interviewsIn(world: () => SubgraphWorld) {
  async function ask<T>(viewer: Viewer, query: string, variables: Record<string, unknown> = {}): Promise<T> {
    const answer = await world().graph(viewer, query, variables);
    if (answer.errors || !answer.data) throw Object.assign(new Error(JSON.stringify(answer.errors)), { answer });
    // Every query of the tests asks for one field.
    return Object.values(answer.data)[0] as T;
  }
  const create = (who: People, more: object = {}) => ask<RoundNode>(who.hr, CREATE, { input: anInput(who, more) });
  const move = (viewer: Viewer, verb: 'joinRound' | 'leaveRound', id: string) =>
    ask<RoundNode>(viewer, `mutation ($id: ID!) { ${verb}(id: $id) { ${FIELDS} } }`, { id });
  return {
    ask,
    create,
    move,
    async inProgress(who: People, more: object = {}): Promise<RoundNode> {
      const { id } = await create(who, more);
      await move(who.candidate, 'joinRound', id);
      return move(who.interviewer, 'joinRound', id);
    },
  };
}
