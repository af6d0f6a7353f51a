/** Every operation, asked by everyone: the table in `access-matrix.ts`, a test for each cell. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { INTERNAL_KEY_HEADER, signViewer, VIEWER_HEADER } from '@interview/runtime/viewer';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GUARDED_ROUND_FIELDS, OPERATIONS } from './access-matrix.js';
import type { Operation, Outcome } from './access-rows.js';
import { type OwnStack, START_LIMIT_MS, SUBGRAPHS, startOwnStack } from './own-stack.js';
import { ask, firstWord } from './raw-graph.js';
import { UPLOAD } from './rest-matrix.js';
import {
  demoResume,
  type MeasuredRound,
  measuredRound,
  must,
  type Place,
  roundIn,
  uploadResume,
} from './round-fixture.js';
import { until } from './until.js';
import { castOf, VIEWERS, type ViewerName } from './viewers.js';

let stack: OwnStack | undefined;
let place: Place;
let measured: MeasuredRound;
let concluded: MeasuredRound;
let erasure: { id: string };

beforeAll(async () => {
  stack = await startOwnStack([...SUBGRAPHS, 'gateway']);
  const { gatewayUrl, redisUrl, jwtSecret } = stack;
  place = { gatewayUrl, redisUrl, cast: await castOf(jwtSecret) };
  [measured, concluded] = [await measuredRound(place), await measuredRound(place)];
  await uploadResume(place, 'HR', measured.id, await demoResume());
  await must(place, 'HR', 'mutation ($id: ID!) { updateRound(id: $id, input: { status: COMPLETED }) { id } }', {
    id: concluded.id,
  });
  const erased = await must(place, 'HR', ERASE, { candidate: randomUUID() });
  erasure = erased['eraseCandidate'] as { id: string };
  await until('the resumes are read', async () => {
    const [full, empty] = await Promise.all([resumeOf(measured), resumeOf(concluded)]);
    return full.keyFacts && empty.parseError ? true : undefined;
  });
}, START_LIMIT_MS);

afterAll(() => stack?.stop(), 60_000);

describe.each(OPERATIONS.map((operation) => [operation.name, operation] as const))('%s', (_name, operation) => {
  it.each(VIEWERS.map((viewer) => [viewer, operation.outcomes[viewer]] as const))(
    'asked by %s: %s',
    async (viewer, outcome) => {
      const round = await subjectOf(operation);
      const answer = operation.name.startsWith('Subscription.')
        ? await feedOutcome(operation, viewer, round)
        : await requestOutcome(operation, viewer, round);
      expect(answer).toBe(outcome);
    },
  );
});

describe('the table', () => {
  it('has a row for everything that the graph offers', async () => {
    const schema = (await must(place, 'HR', INTROSPECTION, {})) as unknown as Introspection;
    const fields = (type: string, names: { name: string }[] | undefined) =>
      (names ?? []).map((f) => `${type}.${f.name}`);
    const guarded = schema.round.fields.filter(({ name }) => GUARDED_ROUND_FIELDS.some((field) => field === name));
    const offered = [
      ...fields('Query', schema.__schema.queryType.fields),
      ...fields('Mutation', schema.__schema.mutationType.fields),
      ...fields('Subscription', schema.__schema.subscriptionType.fields),
      ...fields('Round', guarded),
    ];
    const rows = new Set(OPERATIONS.map((operation) => operation.name));
    expect(offered.filter((name) => !rows.has(name))).toEqual([]);
  });
});

/** What a subgraph answers to whoever has the gateway's key: the viewer counts there too. */
describe('an entity, asked of its subgraph', () => {
  const places: readonly (readonly [
    subgraph: string,
    type: string,
    of: 'round' | 'insight' | 'resume' | 'verdict',
    field: string,
  ])[] = [
    ['rounds', 'Round', 'round', 'status'],
    ['resumes', 'Round', 'round', 'resume { fileName }'],
    ['insights', 'Round', 'round', 'insights(first: 1) { totalCount }'],
    ['insights', 'Round', 'round', 'transcript(first: 1) { totalCount }'],
    ['verdicts', 'Round', 'round', 'verdict { decision }'],
    ['resumes', 'Resume', 'resume', 'fileName'],
    ['insights', 'Insight', 'insight', 'explanation'],
    ['verdicts', 'Verdict', 'verdict', 'decision'],
  ];
  const strangers = ['HR of another company', 'another candidate', 'another interviewer'] as const;

  it.each(places)('of %s: %s is for those who may read the %s (%s)', async (subgraph, type, of, field) => {
    const ids = { round: measured.id, insight: measured.insightId, ...(await ownIds()) };
    const asked = { subgraph, representation: { __typename: type, id: ids[of] }, field };
    expect(Object.values((await entity('HR', asked)) ?? {})).toEqual([expect.anything()]);
    for (const stranger of strangers) {
      const value = Object.values((await entity(stranger, asked)) ?? {});
      expect({ stranger, value: value.filter((part) => part !== null) }).toEqual({ stranger, value: [] });
    }
  });

  async function ownIds(): Promise<{ resume: string; verdict: string }> {
    const query = 'query ($id: ID!) { round(id: $id) { resume { id } verdict { id } } }';
    const { round } = await must(place, 'HR', query, { id: measured.id });
    const { resume, verdict } = round as { resume: { id: string }; verdict: { id: string } };
    return { resume: resume.id, verdict: verdict.id };
  }

  async function entity(
    viewer: Exclude<ViewerName, 'no token'>,
    {
      subgraph,
      representation,
      field,
    }: { subgraph: string; representation: { __typename: string; id: string }; field: string },
  ): Promise<object | null | undefined> {
    const internalKey = `${stack?.env['INTERNAL_API_KEY']}`;
    const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${representation.__typename} { ${field} } } }`;
    const answer = await fetch(`${stack?.urls[subgraph]}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [INTERNAL_KEY_HEADER]: internalKey,
        [VIEWER_HEADER]: signViewer(place.cast.viewer(viewer), internalKey),
      },
      body: JSON.stringify({ query, variables: { of: [representation] } }),
    });
    const body = (await answer.json()) as { data?: { _entities: (object | null)[] } | null };
    return body.data?._entities[0];
  }
});

describe('an erasure of another company', () => {
  it('reaches no candidate of this one, though they are called the same', async () => {
    const candidate = place.cast.assignedCandidateId;
    const { eraseCandidate } = await must(place, 'HR of another company', ERASE, { candidate });
    const { id } = eraseCandidate as { id: string };
    await until('it is done', async () => {
      const read = await must(place, 'HR of another company', 'query ($id: ID!) { erasure(id: $id) { completedAt } }', {
        id,
      });
      return (read['erasure'] as { completedAt: string | null }).completedAt ?? undefined;
    });
    const { round } = await must(place, 'HR', 'query ($id: ID!) { round(id: $id) { id resume { id } } }', {
      id: measured.id,
    });
    expect(round).toEqual({ id: measured.id, resume: { id: expect.any(String) } });
  });
});

describe('a malformed or unknown round', () => {
  it.each(['not-a-uuid', '00000000-0000-4000-8000-000000000000'])('%s is a null without an error', async (id) => {
    const answer = await ask(place.gatewayUrl, place.cast.token('HR'), 'query ($id: ID!) { round(id: $id) { id } }', {
      id,
    });
    expect(answer).toEqual({ status: 200, data: { round: null }, codes: [] });
  });
});

describe('POST /api/resumes/upload', () => {
  const codes: Record<number, string> = { 401: 'AUTH_REQUIRED', 403: 'ACCESS_DENIED', 404: 'NOT_FOUND' };
  it.each(VIEWERS.map((viewer, index) => [viewer, UPLOAD[index] ?? 0] as const))(
    'asked by %s: %d',
    async (viewer, status) => {
      const id = await roundIn('SCHEDULED', place);
      await expect(uploadResume(place, viewer, id)).resolves.toEqual({ status, code: codes[status] });
    },
  );
});

const ERASE = 'mutation ($candidate: String!) { eraseCandidate(externalCandidateId: $candidate) { id } }';

async function subjectOf({ on }: Operation): Promise<MeasuredRound | { id: string }> {
  switch (on) {
    case 'measured':
      return measured;
    case 'concluded':
      return concluded;
    case 'erasure':
      return erasure;
    default:
      return { id: await roundIn(on, place) };
  }
}

interface ReadResume {
  keyFacts: object | null;
  parseError: string | null;
}
async function resumeOf(round: { id: string }): Promise<ReadResume> {
  const query = 'query ($id: ID!) { round(id: $id) { resume { keyFacts { totalYearsExperience } parseError } } }';
  const data = await must(place, 'HR', query, { id: round.id });
  return (data['round'] as { resume: ReadResume }).resume;
}

async function requestOutcome(
  operation: Operation,
  viewer: ViewerName,
  round: { id: string },
): Promise<Outcome | string> {
  const { cast, gatewayUrl } = place;
  const answer = await ask(gatewayUrl, cast.token(viewer), operation.document, operation.variables(round, cast));
  if (answer.status === 401 && answer.codes.join() === 'AUTH_REQUIRED') return 'refused';
  const value = at(answer.data, operation.path);
  if (answer.codes.length > 0) return value === null ? ofCodes(answer.codes) : `an answer with ${answer.codes.join()}`;
  if (value === null) return 'null';
  const listed = operation.outcomes['HR of another company'] === 'unlisted';
  return listed && !JSON.stringify(value).includes(measured.id) ? 'unlisted' : 'yes';
}

async function feedOutcome(operation: Operation, viewer: ViewerName, round: { id: string }): Promise<Outcome | string> {
  const { cast, gatewayUrl } = place;
  const first = firstWord(gatewayUrl, cast.token(viewer), operation.document, operation.variables(round, cast));
  // Nothing tells when a feed has begun to listen, so events are made until one is heard.
  let pending = operation.provoke !== undefined;
  const heard = first.finally(() => {
    pending = false;
  });
  while (pending) {
    await operation.provoke?.(place, round, viewer);
    await Promise.race([heard, sleep(100)]);
  }
  const word = await heard;
  if (word.kind === 'closed') return word.code === 4403 ? 'refused' : `closed with ${word.code}`;
  if (word.kind === 'error') return ofCodes(word.codes);
  if (word.kind !== 'event') return word.kind;
  if (word.codes.length > 0) return `an event with ${word.codes.join()}`;
  return at(word.data, operation.path) === null ? 'an event without data' : 'yes';
}

function ofCodes(codes: readonly string[]): Outcome | string {
  const [code] = new Set(codes);
  if (codes.some((other) => other !== code)) return codes.join();
  return { ACCESS_DENIED: 'denied', NOT_FOUND: 'not found' }[`${code}`] ?? `${code}`;
}

/** The value at `a.b`; null as soon as something on the way is null or absent. */
function at(data: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | null)?.[key] ?? null, data);
}

const INTROSPECTION = `{
  __schema {
    queryType { fields { name } }
    mutationType { fields { name } }
    subscriptionType { fields { name } }
  }
  round: __type(name: "Round") { fields { name } }
}`;
interface Introspection {
  __schema: Record<'queryType' | 'mutationType' | 'subscriptionType', { fields: { name: string }[] }>;
  round: { fields: { name: string }[] };
}
