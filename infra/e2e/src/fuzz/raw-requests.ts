/** Requests to `/graphql` that are wrong before any field is looked at: bodies, documents, content types. */
import fc from 'fast-check';
import { complaintsAbout, isAnswered } from './complaints.js';
import type { FuzzTarget } from './fuzz-run.js';
import type { FuzzWorld } from './fuzz-world.js';
import { timed } from './graph-asking.js';
import { oddJson, oddString } from './odd-values.js';

export interface RawRequest {
  contentType: string;
  body: string;
}

export const oddContentType = fc.constantFrom(
  ...[
    'application/json',
    'application/json; charset=utf-16',
    'application/graphql',
    'text/plain',
    'multipart/form-data',
  ],
  ...['application/x-www-form-urlencoded', 'application/json;charset="utf-8', '', 'application/graphql-response+json'],
);

const document = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('{ viewer { id } }', 'query Viewer { viewer { id role } }') },
  fc.constantFrom('{ __typename }', '{', '}', '{ viewer { id } } { viewer { id } }'),
  fc.constantFrom(
    'fragment A on Round { ...A } query { rounds { nodes { ...A } } }',
    'query ($a: Nope) { viewer { id } }',
  ),
  fc.constantFrom(
    'query A { viewer { id } } query B { viewer { id } }',
    'subscription { roundUpdated(roundId: "x") { id } }',
  ),
  fc.constantFrom('{ viewer @skip(if: true) { id } }', '{ round(id: """a""") { id } }', '{ viewer { id @include } }'),
  fc.constantFrom('{ a: viewer { id } a: viewer { role } }', '{ _entities { __typename } }', '{ _service { sdl } }'),
  oddString,
);

/** A body of GraphQL's own form with odd parts, any JSON, or no JSON at all. */
const body = fc.oneof(
  { weight: 2, arbitrary: document.map((query) => JSON.stringify({ query })) },
  fc
    .record(
      { query: fc.oneof(document, document, oddJson), variables: oddJson, operationName: oddJson, extensions: oddJson },
      { requiredKeys: ['query'] },
    )
    .map((parts) => JSON.stringify(parts)),
  fc
    .array(
      document.map((query) => ({ query })),
      { maxLength: 3 },
    )
    .map((batch) => JSON.stringify(batch)),
  oddJson.map((value) => JSON.stringify(value) ?? ''),
  oddString,
  fc.constantFrom(
    '{"query":"{ viewer { id } }","query":"{"}',
    '{"query":',
    '[[[[',
    '\ufeff{}',
    '{"__proto__":{"query":"{ viewer { id } }"}}',
  ),
  fc.integer({ min: 1, max: 100_000 }).map((depth) => '['.repeat(depth)),
);

export function malformedRequests(world: FuzzWorld): FuzzTarget<RawRequest> {
  return {
    name: 'POST /graphql',
    questions: fc.record({ contentType: fc.oneof(fc.constant('application/json'), oddContentType), body }),
    async ask(request) {
      const answer = await timed(async () => {
        const response = await fetch(new URL('/graphql', world.place.gatewayUrl), {
          method: 'POST',
          headers: { 'content-type': request.contentType, authorization: `Bearer ${world.place.cast.token('HR')}` },
          body: request.body,
        });
        return { status: response.status, text: await response.text() };
      });
      return { complaints: complaintsAbout(request.body, answer, world.secrets), answered: isAnswered(answer) };
    },
  };
}
