/** What the fuzzer asks about: one company's rounds in every state, and another company whose things nobody may see. */
import { randomUUID } from 'node:crypto';
import type { OwnStack } from '../own-stack.js';
import { measuredRound, must, type Place, roundIn } from '../round-fixture.js';
import { type Cast, castOf, type ViewerName } from '../viewers.js';
import type { Known } from './odd-values.js';

export interface FuzzWorld {
  place: Place;
  /** What the other company holds and no answer may contain. */
  secrets: readonly string[];
  /** What may be asked about now: rounds that questions have ended or erased are replaced. */
  renew(): Promise<Known>;
}

/** Everyone with a token of the company under test. */
export const ASKERS: readonly ViewerName[] = [
  'HR',
  'ADMIN',
  'assigned interviewer',
  'assigned candidate',
  'another interviewer',
  'another candidate',
];

export async function fuzzWorld(stack: OwnStack): Promise<FuzzWorld> {
  const { gatewayUrl, redisUrl, jwtSecret } = stack;
  const marker = `elsewhere-${randomUUID()}`;
  const place: Place = { gatewayUrl, redisUrl, cast: await castOf(jwtSecret) };
  const elsewhere: Place = { gatewayUrl, redisUrl, cast: await castOf(jwtSecret) };
  const [own, foreign] = [await contentsOf(place), await contentsOf(elsewhere, marker)];
  return {
    place,
    secrets: [marker, ...Object.values(foreign.ids).flat()],
    async renew() {
      const rounds = await Promise.all([
        roundIn('SCHEDULED', place),
        roundIn('IN_PROGRESS', place),
        roundIn('COMPLETED', place),
        disposableRound(place.cast, place),
      ]);
      return {
        ids: { ...own.ids, Round: [...rounds, ...(own.ids['Round'] ?? [])] },
        foreignIds: Object.values(foreign.ids).flatMap(([first = '']) => first),
        cursors: [...own.cursors, ...foreign.cursors],
        externalIds: [DISPOSABLE, DISPOSABLE, DISPOSABLE, place.cast.assignedInterviewerId, 'job', 'ROUND_CREATED'],
        fileNames: own.fileNames,
      };
    },
  };
}

/** A candidate whom the fuzzer may erase without losing what the other questions are about. */
const DISPOSABLE = 'disposable-candidate';

async function disposableRound(cast: Cast, place: Place): Promise<string> {
  const input = {
    ...{ externalInterviewId: randomUUID(), externalCandidateId: DISPOSABLE, externalJobRoleId: 'job' },
    ...{ externalInterviewerId: cast.assignedInterviewerId, roundType: 'HR_HUMAN', interviewMode: 'HUMAN_ONLY' },
  };
  const { createRound } = await must(
    place,
    'HR',
    'mutation ($input: CreateRoundInput!) { createRound(input: $input) { id } }',
    { input },
  );
  return (createRound as { id: string }).id;
}

interface Contents {
  /** By the name of their type. */
  ids: Record<string, string[]>;
  cursors: string[];
  fileNames: string[];
}

/** Two rounds about which everything is known, with all their ids and cursors. `marker` stands in their texts. */
async function contentsOf(place: Place, marker = 'own'): Promise<Contents> {
  const { id } = await measuredRound(place);
  const question =
    'mutation ($id: ID!, $text: String!, $at: DateTime!) { markQuestion(roundId: $id, text: $text, askedAt: $at) { id } }';
  await must(place, 'assigned interviewer', question, { id, text: `Why ${marker}?`, at: new Date().toISOString() });
  await measuredRound(place);
  const erase =
    'mutation ($candidate: String!) { eraseCandidate(externalCandidateId: $candidate) { __typename id externalCandidateId } }';
  const erasure = await must(place, 'HR', erase, { candidate: `nobody-${marker}` });
  const data = await must(place, 'HR', EVERYTHING, {});
  const collected: Contents = { ids: {}, cursors: [], fileNames: [] };
  collect([data, erasure], collected);
  return collected;
}

function collect(value: unknown, into: Contents): void {
  if (typeof value !== 'object' || value === null) return;
  const type = '__typename' in value && typeof value.__typename === 'string' ? value.__typename : '';
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'string' && key === 'id') {
      into.ids[type] ??= [];
      into.ids[type].push(inner);
    } else if (typeof inner === 'string' && /cursor$/i.test(key)) into.cursors.push(inner);
    else if (typeof inner === 'string' && key === 'fileUrl') into.fileNames.push(inner.split('/').at(-1) ?? '');
    else collect(inner, into);
  }
}

const PAGE = 'edges { cursor node { __typename id } } pageInfo { endCursor }';
const EVERYTHING = `{
  rounds(first: 5) { edges { cursor node {
    __typename id questions { __typename id } resume { __typename id fileUrl } verdict { __typename id }
    insights(first: 5) { ${PAGE} } transcript(first: 5) { ${PAGE} }
  } } }
  auditEvents(first: 3) { ${PAGE} }
  verdicts(first: 3) { edges { cursor } }
}`;
