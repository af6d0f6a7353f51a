/**
 * Generated requests at every REST route, by everyone: whatever comes in, the answer is one that the OpenAPI
 * document describes, no fault of ours, and holds nothing of another company. FUZZ_RUNS makes it longer; a
 * failure names the seed that repeats it.
 */
import { type OpenApiDocument, type RestClient, restClient } from '@interview/gateway/testing/rest-client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type OwnStack, START_LIMIT_MS, SUBGRAPHS, startOwnStack } from './own-stack.js';
import { type Place, roundIn } from './round-fixture.js';
import { castOf, type ViewerName } from './viewers.js';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 200);
const LIMIT_MS = 30_000 + RUNS * 200;

let stack: OwnStack | undefined;
let place: Place;
let client: RestClient;
let document: OpenApiDocument;
let ownRound: string;
/** Of another company: neither its id nor what it is called may come back. */
let foreign: { id: string; interview: string };

beforeAll(async () => {
  stack = await startOwnStack([...SUBGRAPHS, 'gateway']);
  const { gatewayUrl, redisUrl, jwtSecret } = stack;
  place = { gatewayUrl, redisUrl, cast: await castOf(jwtSecret) };
  const elsewhere = { ...place, cast: await castOf(jwtSecret) };
  document = (await (await fetch(new URL('/api/openapi.json', gatewayUrl))).json()) as OpenApiDocument;
  client = restClient(gatewayUrl, document);
  ownRound = await roundIn('IN_PROGRESS', place);
  const id = await roundIn('IN_PROGRESS', elsewhere);
  const { body } = await client('GET', `/api/rounds/${id}`, { authorization: `Bearer ${elsewhere.cast.token('HR')}` });
  foreign = { id, interview: (body as { external_interview_id: string }).external_interview_id };
}, START_LIMIT_MS);

afterAll(() => stack?.stop(), 60_000);

const VIEWERS: ViewerName[] = ['HR', 'ADMIN', 'assigned candidate', 'assigned interviewer', 'another interviewer'];

/** Routes with a JSON body or none; uploads have generated files of their own in the resumes subgraph's tests. */
const ROUTES = [
  { method: 'POST', route: '/api/rounds', bodyName: 'CreateRound' },
  { method: 'GET', route: '/api/rounds/{roundId}', bodyName: undefined },
  { method: 'PATCH', route: '/api/rounds/{roundId}', bodyName: 'UpdateRound' },
  { method: 'POST', route: '/api/rounds/{roundId}/consent', bodyName: 'RecordConsent' },
  { method: 'GET', route: '/api/resumes/round/{roundId}', bodyName: undefined },
  { method: 'GET', route: '/api/resumes/files/{filename}', bodyName: undefined },
  { method: 'GET', route: '/api/insights/round/{roundId}', bodyName: undefined },
  { method: 'GET', route: '/api/insights/{roundId}/aggregate', bodyName: undefined },
  { method: 'POST', route: '/api/verdicts', bodyName: 'SubmitVerdict' },
  { method: 'GET', route: '/api/verdicts/{roundId}', bodyName: undefined },
] as const;

const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(
    '',
    ' ',
    '\0',
    '\ud800',
    '\u202e',
    "'; DROP TABLE interview_rounds; --",
    '{{7*7}}',
    '../../etc/passwd',
  ),
  fc.constantFrom('x'.repeat(20_000), '𝄞'.repeat(256), '__proto__', 'null', '-1', '1e309'),
);
/** A longer address is refused by the HTTP server itself, with 431. */
const addressText = hostileText.filter((text) => text.length < 1000);
const instant = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom('2026-02-30T00:00:00Z', '2026-12-31T23:59:60Z', '9999-12-31T23:59:59-23:59', '0000-01-01T00:00:00Z'),
);
const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, -1, 11, 1001, 2 ** 31, 1e308));
const anything = fc.oneof(hostileText, instant, number, fc.jsonValue({ maxDepth: 4 }));

function exampleOf(bodyName: string): Record<string, unknown> {
  const schema = document.components.schemas[bodyName] as { examples: Record<string, unknown>[] } | undefined;
  const [example] = schema?.examples ?? [];
  if (!example) throw new Error(`The document gives no example of ${bodyName}.`);
  return example;
}

/** A good body with some of its fields replaced, left out or added, or no such body at all. */
function bodyFor(example: Record<string, unknown>): fc.Arbitrary<unknown> {
  const names = fc.oneof(fc.constantFrom(...Object.keys(example)), hostileText);
  const changes = fc.array(fc.tuple(names, fc.option(anything, { nil: undefined })), { maxLength: 3 });
  const changed = changes.map((list) => Object.fromEntries([...Object.entries(example), ...list]));
  return fc.oneof({ arbitrary: changed, weight: 9 }, { arbitrary: anything, weight: 1 });
}

/** What stands in an address for an id. Segments of dots alone are resolved before they are sent. */
const idFor = fc.oneof(
  fc.constantFrom('own', 'foreign'),
  fc.uuid(),
  addressText.filter((text) => text.isWellFormed() && !/^\.{0,2}$/.test(text)),
);
const queryFor = fc.dictionary(
  fc.oneof(fc.constantFrom('since', 'limit', 'after'), fc.string({ maxLength: 10 })),
  fc.oneof(instant, fc.integer().map(String), addressText),
  { maxKeys: 3 },
);

describe('generated requests', () => {
  it.each(ROUTES)(
    'to $method $route are answered as described',
    async ({ method, route, bodyName }) => {
      const bodies = bodyName ? bodyFor(exampleOf(bodyName)) : fc.constant(undefined);
      const request = fc.record({ viewer: fc.constantFrom(...VIEWERS), id: idFor, query: queryFor, json: bodies });
      await fc.assert(
        fc.asyncProperty(request, async ({ viewer, id, query, json }) => {
          const ids: Record<string, string> = { own: ownRound, foreign: foreign.id };
          const path = route.replace(/\{\w+\}/, () => encodeURIComponent(ids[id] ?? id));
          const withQuery = method === 'GET' ? `${path}?${new URLSearchParams(query)}` : path;
          const answer = await client(method, withQuery, {
            authorization: `Bearer ${place.cast.token(viewer)}`,
            ...(json === undefined ? {} : { json }),
          });
          expect(answer.status).toBeLessThan(500);
          // Then nothing would have been tried.
          expect(answer.status).not.toBe(429);
          const text = JSON.stringify(answer.body ?? '');
          expect(text).not.toContain(foreign.interview);
          expect(text).not.toMatch(/\bat \S+ \(|node_modules|\bselect\b .* \bfrom\b|127\.0\.0\.1/i);
        }),
        { numRuns: RUNS, interruptAfterTimeLimit: LIMIT_MS - 10_000 },
      );
    },
    LIMIT_MS,
  );
});
