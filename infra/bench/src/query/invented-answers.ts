/**
 * Answers of the product's four subgraphs, invented: every value follows from the object and the field, so that equal
 * questions have equal answers whoever asks them, and in whatever form. Made from the subgraphs' own SDL, so any
 * gateway's plan can be answered.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { CHECKOUT } from '@interview/local/checkout';
import {
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  graphql,
  isEnumType,
  isListType,
  isObjectType,
  parse,
} from 'graphql';

export const SUBGRAPHS = ['rounds', 'resumes', 'insights', 'verdicts'] as const;
export type SubgraphName = (typeof SUBGRAPHS)[number];

interface Invented {
  __typename: string;
  id: string;
  /** Of a connection: how many nodes it has. */
  size?: number;
}

/** Of a list that is not asked for by size. */
const UNSIZED = 2;
const EPOCH_MS = Date.parse('2026-01-30T09:00:00.000Z');

/** @returns the JSON text of the answer to a request body */
export function createInventor(subgraph: SubgraphName): (body: string) => Promise<string> {
  const typeDefs = parse(readFileSync(join(CHECKOUT, `schema/sdl/${subgraph}.graphql`), 'utf8'));
  const schema = buildSubgraphSchema([{ typeDefs }]);
  for (const type of Object.values(schema.getTypeMap())) {
    // An entity is what its representation says.
    if (isObjectType(type)) type.extensions = { apollo: { subgraph: { resolveReference: (known: object) => known } } };
  }
  return async (body) => {
    const { query, variables } = JSON.parse(body) as { query: string; variables?: Record<string, unknown> };
    return JSON.stringify(await answer(schema, query, variables));
  };
}

function answer(schema: GraphQLSchema, source: string, variableValues: Record<string, unknown> | undefined) {
  return graphql({
    schema,
    source,
    rootValue: { __typename: 'Root', id: '' },
    fieldResolver: invent,
    ...(variableValues ? { variableValues } : {}),
  });
}

const invent: GraphQLFieldResolver<Invented, unknown, Record<string, unknown>> = (parent, given, _context, info) => {
  const name = info.fieldName;
  // What a representation or an earlier field said.
  const known: unknown = Object.hasOwn(parent, name) ? parent[name as keyof Invented] : undefined;
  if (known !== undefined) return known;
  // `first` has a default.
  const size = given['last'] ?? given['first'];
  const identity = `${parent.id}/${name}${given['after'] ?? ''}`;
  return invented(info.returnType, { ...parent, id: identity, ...(typeof size === 'number' ? { size } : {}) }, name);
};

function invented(type: GraphQLOutputType, at: Invented, field: string): unknown {
  const bare = getNullableType(type);
  if (isListType(bare)) {
    const length = field === 'nodes' || field === 'edges' ? (at.size ?? UNSIZED) : UNSIZED;
    return Array.from({ length }, (_, place) => invented(bare.ofType, { ...at, id: `${at.id}${place}` }, field));
  }
  if (isObjectType(bare)) {
    const { size } = at;
    return { __typename: bare.name, id: hashOf(at.id), ...(size === undefined ? {} : { size }) };
  }
  const number = Number.parseInt(hashOf(at.id).slice(0, 6), 16);
  if (isEnumType(bare)) return bare.getValues()[number % bare.getValues().length]?.value;
  switch (String(bare)) {
    case 'Int':
      return number % 100;
    case 'Float':
      return (number % 10_000) / 4;
    case 'Boolean':
      return number % 2 === 0;
    case 'DateTime':
      return new Date(EPOCH_MS + number * 1000).toISOString();
    case 'JSON':
      return { kind: 'PAUSE', durationMs: number % 9000, thresholdMs: 2000 };
    case 'ID':
      return hashOf(at.id);
    default:
      return `${field} of ${hashOf(at.id)}`;
  }
}

const hashOf = (text: string): string => createHash('sha1').update(text).digest('hex').slice(0, 12);
