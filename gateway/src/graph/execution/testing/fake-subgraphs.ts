/**
 * Subgraphs that answer any valid question, in this process: every value follows from the question, the object it
 * is asked of and a seed, so that equal questions have equal answers however they are put together. Faults follow
 * from the same, so an executor that asks for an entity once and one that asks twice meet the same ones.
 */
import { createHash } from 'node:crypto';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type DocumentNode,
  type ExecutionResult,
  executeSync,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLNonNull,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  parse,
} from 'graphql';
import { type SubgraphAnswer, trustedError, unavailable } from '../../subgraph-source.js';

/** How often, once in so many, something goes wrong; 0 is never. */
export interface Faults {
  /** A resolver throws. */
  error: number;
  /** Null, also where the subgraph's own schema wants none. */
  nothing: number;
  /** A field is missing from an object. */
  missing: number;
  /** Text for a number, an unknown name for an enum, a number for text: of the same kind, a leaf. */
  wrongLeaf: number;
  /** An object or list is something else: what `wrongShapes` says. */
  wrongShape: number;
  /** The whole question is answered with nothing, with too few entities, or is not answered. */
  wholeAnswer: number;
}

export const NO_FAULTS: Faults = { error: 0, nothing: 0, missing: 0, wrongLeaf: 0, wrongShape: 0, wholeAnswer: 0 };

export interface FakeSubgraphsOptions {
  /** SDL by name. */
  subgraphs: Readonly<Record<string, string>>;
  seed: number;
  faults: Faults;
  /** Nulls in nullable places, once in so many; 0 is never. */
  nulls: number;
  /** What stands in the place of an object, and of a list. */
  wrongShapes?: { object: unknown; list: unknown };
  /** Never an empty text, 0 or false. */
  truthy: boolean;
}

export interface Question {
  query: string;
  operationName?: string | undefined;
  variables?: Record<string, unknown> | undefined;
}

export interface FakeSubgraphs {
  answer(subgraph: string, question: Question): SubgraphAnswer;
}

type NullableOutputType = Exclude<GraphQLOutputType, GraphQLNonNull<never>>;

/** An object on its way through a resolver: what identifies it, and what a representation said of it. */
interface Fake {
  __typename: string;
  identity: string;
  known: Readonly<Record<string, unknown>>;
  /** The representation by which the subgraph was led here. */
  about?: Readonly<Record<string, unknown>> | undefined;
}

/** What is the same for all that a field answers. */
interface Asked {
  schema: GraphQLSchema;
  field: string;
  about: Fake['about'];
}

const schemas = new Map<string, GraphQLSchema>();

function schemaOf(sdl: string): GraphQLSchema {
  const known = schemas.get(sdl);
  if (known) return known;
  const schema = buildSubgraphSchema(parse(sdl));
  // Asked like every other field: the library's own way is through promises.
  const entities = schema.getQueryType()?.getFields()['_entities'];
  if (entities) entities.resolve = undefined;
  const entity = schema.getType('_Entity');
  if (isUnionType(entity)) entity.resolveType = undefined;
  schemas.set(sdl, schema);
  return schema;
}

export function fakeSubgraphs(options: FakeSubgraphsOptions): FakeSubgraphs {
  const { faults, wrongShapes = { object: 'not an object', list: { not: 'a list' } } } = options;
  const dice = (text: string): number => createHash('md5').update(`${options.seed} ${text}`).digest().readUInt32LE(0);
  const happens = (times: number, text: string): boolean => times > 0 && dice(text) % times === 0;

  const resolver =
    (schema: GraphQLSchema): GraphQLFieldResolver<unknown, unknown> =>
    (source, args: Record<string, unknown>, _context, info) => {
      if (info.fieldName === '_entities') {
        return (args['representations'] as Record<string, unknown>[]).map((r) => ofRepresentation(schema, r));
      }
      const { identity, known, about }: Omit<Fake, '__typename'> = (source as Fake | undefined) ?? {
        identity: info.parentType.name,
        known: {},
      };
      const given = Object.hasOwn(known, info.fieldName) ? known[info.fieldName] : undefined;
      const place = `${identity}.${info.fieldName}(${canonical(args)})`;
      if (happens(faults.error, `error ${place}`)) {
        throw new GraphQLError(`boom ${place}`, { extensions: { code: 'CONFLICT', details: about } });
      }
      if (given !== undefined && isLeafValue(given)) return given;
      return answerFor({ schema, field: info.fieldName, about }, info.returnType, place);
    };

  const answerFor = (asked: Asked, type: GraphQLOutputType, place: string): unknown => {
    if (isNonNullType(type)) {
      // The subgraph's own execution makes of it what null in such a place means.
      if (happens(faults.nothing, `nothing ${place}`)) return null;
      return present(asked, type.ofType, place);
    }
    return happens(options.nulls, `null ${place}`) ? null : present(asked, type, place);
  };

  const present = (asked: Asked, type: NullableOutputType, place: string): unknown => {
    if (isListType(type)) {
      const length = dice(`length ${place}`) % 4;
      return Array.from({ length }, (_, index) => answerFor(asked, type.ofType, `${place}[${index}]`));
    }
    const { schema, about, field } = asked;
    if (isObjectType(type)) return { __typename: type.name, identity: place, known: {}, about } satisfies Fake;
    if (isAbstractType(type)) {
      const types = schema.getPossibleTypes(type);
      const chosen = types[dice(`type ${place}`) % types.length];
      return chosen && ({ __typename: chosen.name, identity: place, known: {}, about } satisfies Fake);
    }
    const roll = dice(place) + (options.truthy ? 1 : 0);
    if (isEnumType(type)) {
      const values = type.getValues();
      return values[roll % values.length]?.name;
    }
    if (type.name === 'Boolean') return options.truthy || roll % 2 === 0;
    if (type.name === 'Int') return options.truthy ? 1 + (roll % 9) : roll % 9;
    if (type.name === 'Float') return 1 + (roll % 8) / 4;
    // Few, so that entities meet again.
    if (type.name === 'ID') return `${field}-${roll % 3}`;
    if (type.name === 'String') return options.truthy || roll % 5 > 0 ? `text ${roll % 100}` : '';
    return { scalar: roll % 10, list: [roll % 3, null] };
  };

  /** A representation by the name of an interface is of one of its types. */
  const ofRepresentation = (schema: GraphQLSchema, representation: Record<string, unknown>): Fake => {
    const identity = canonical(representation);
    const type = schema.getType(String(representation['__typename']));
    const types = isAbstractType(type) ? schema.getPossibleTypes(type) : [];
    const __typename = types[dice(`type ${identity}`) % types.length]?.name ?? String(representation['__typename']);
    return { __typename, identity, known: representation, about: representation };
  };

  const spoil = (value: unknown, place: string): unknown => {
    if (Array.isArray(value)) {
      if (happens(faults.wrongShape, `shape ${place}`)) return wrongShapes.list;
      return value.map((item, index) => spoil(item, `${place}[${index}]`));
    }
    if (typeof value === 'object' && value !== null) {
      if ('scalar' in value) return value;
      if (happens(faults.wrongShape, `shape ${place}`)) return wrongShapes.object;
      return Object.fromEntries(
        Object.entries(value).flatMap(([name, item]) => {
          const inner = `${place}.${name}`;
          if (name === '__typename') return [[name, item]];
          if (happens(faults.missing, `missing ${inner}`)) return [];
          return [[name, happens(faults.nothing, `none ${inner}`) ? null : spoil(item, inner)]];
        }),
      );
    }
    return value !== null && happens(faults.wrongLeaf, `leaf ${place}`) ? wrongLeafFor(value) : value;
  };

  const answerWhole = (query: string, representations: unknown[] | undefined): SubgraphAnswer | undefined => {
    if (!happens(faults.wholeAnswer, `whole ${query}`)) return undefined;
    switch (dice(`which ${query}`) % 3) {
      case 0:
        return { data: null };
      case 1:
        return { data: null, errors: unavailable(query, representations) };
      default:
        return representations ? { data: { _entities: representations.slice(1).map(() => null) } } : { data: {} };
    }
  };

  return {
    answer(subgraph, { query, operationName, variables }) {
      const sdl = options.subgraphs[subgraph];
      if (sdl === undefined) throw new Error(`There is no subgraph "${subgraph}".`);
      const representations = variables?.['representations'] as Record<string, unknown>[] | undefined;
      const whole = answerWhole(query, representations);
      if (whole) return whole;
      const schema = schemaOf(sdl);
      const { data, errors } = executeSync({
        schema,
        document: parsed(query),
        fieldResolver: resolver(schema),
        typeResolver: (value) => (value as Fake).__typename,
        ...(operationName === undefined ? {} : { operationName }),
        ...(variables === undefined ? {} : { variableValues: variables }),
      }) as ExecutionResult<Record<string, unknown>>;
      const plain = JSON.parse(JSON.stringify(data ?? null)) as Record<string, unknown> | null;
      const spoilt = representations ? spoilEntities(plain, representations, query, spoil) : spoil(plain, query);
      return {
        data: spoilt as Record<string, unknown> | null,
        ...(errors ? { errors: errors.map((error) => trustedError(error.toJSON())) } : {}),
      };
    },
  };
}

function spoilEntities(
  data: Record<string, unknown> | null,
  representations: readonly Record<string, unknown>[],
  query: string,
  spoil: (value: unknown, place: string) => unknown,
): Record<string, unknown> | null {
  const entities = data?.['_entities'];
  if (!Array.isArray(entities)) return data;
  return { _entities: entities.map((entity, i) => spoil(entity, `${query} ${canonical(representations[i])}`)) };
}

const isLeafValue = (value: unknown): boolean => typeof value !== 'object' || value === null;

/** One text for equal values, whatever the order of their fields. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, item]) => `${name}:${canonical(item)}`).join(',')}}`;
}

function wrongLeafFor(value: unknown): unknown {
  return typeof value === 'string' ? 7.5 : 'no such value';
}

const documents = new Map<string, DocumentNode>();

function parsed(query: string): DocumentNode {
  const known = documents.get(query);
  if (known) return known;
  const document = parse(query);
  if (documents.size > 500) documents.clear();
  documents.set(query, document);
  return document;
}
