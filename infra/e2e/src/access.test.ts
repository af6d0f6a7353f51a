/** Every operation, asked by everyone: the table in `access-matrix.ts`, a test for each cell. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GUARDED_ROUND_FIELDS, OPERATIONS, type Operation, type Outcome } from './access-matrix.js';
import { type OwnStack, START_LIMIT_MS, SUBGRAPHS, startOwnStack } from './own-stack.js';
import { ask, firstWord } from './raw-graph.js';
import { type MeasuredRound, measuredRound, must, type Place, roundIn, uploadResume } from './round-fixture.js';
import { castOf, VIEWERS, type ViewerName } from './viewers.js';

let stack: OwnStack | undefined;
let place: Place;
let measured: MeasuredRound;

beforeAll(async () => {
  stack = await startOwnStack([...SUBGRAPHS, 'gateway']);
  const { gatewayUrl, redisUrl, jwtSecret } = stack;
  place = { gatewayUrl, redisUrl, cast: await castOf(jwtSecret) };
  measured = await measuredRound(place);
}, START_LIMIT_MS);

afterAll(() => stack?.stop(), 60_000);

describe.each(OPERATIONS.map((operation) => [operation.name, operation] as const))('%s', (_name, operation) => {
  it.each(VIEWERS.map((viewer) => [viewer, operation.outcomes[viewer]] as const))(
    'asked by %s: %s',
    async (viewer, outcome) => {
      const round = operation.on === 'measured' ? measured : { id: await roundIn(operation.on, place) };
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

describe('a malformed or unknown round', () => {
  it.each(['not-a-uuid', '00000000-0000-4000-8000-000000000000'])('%s is a null without an error', async (id) => {
    const answer = await ask(place.gatewayUrl, place.cast.token('HR'), 'query ($id: ID!) { round(id: $id) { id } }', {
      id,
    });
    expect(answer).toEqual({ status: 200, data: { round: null }, codes: [] });
  });
});

describe('POST /api/resumes/upload', () => {
  const cells: Record<ViewerName, [number, string | undefined]> = {
    'no token': [401, 'AUTH_REQUIRED'],
    'assigned candidate': [201, undefined],
    'another candidate': [403, 'ACCESS_DENIED'],
    'assigned interviewer': [201, undefined],
    'another interviewer': [403, 'ACCESS_DENIED'],
    HR: [201, undefined],
    ADMIN: [201, undefined],
    'HR of another company': [404, 'NOT_FOUND'],
  };
  it.each(VIEWERS.map((viewer) => [viewer, ...cells[viewer]] as const))(
    'asked by %s: %d',
    async (viewer, status, code) => {
      const id = await roundIn('SCHEDULED', place);
      await expect(uploadResume(place, viewer, id)).resolves.toEqual({ status, code });
    },
  );
});

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
  const listed = (value as { nodes?: { id?: string }[] }).nodes;
  return operation.name === 'Query.rounds' && !listed?.some((node) => node.id === measured.id) ? 'unlisted' : 'yes';
}

async function feedOutcome(operation: Operation, viewer: ViewerName, round: { id: string }): Promise<Outcome | string> {
  const { cast, gatewayUrl } = place;
  const word = await firstWord(gatewayUrl, cast.token(viewer), operation.document, operation.variables(round, cast));
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
