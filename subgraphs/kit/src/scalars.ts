/** The graph's two own scalars. */
import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { GraphQLJSON } from 'graphql-scalars';

/** Years that four digits can write, in UTC: what lies outside them PostgreSQL reads in another way, or not at all. */
const EARLIEST_MS = Date.parse('0001-01-01T00:00:00.000Z');
const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');
const INSTANT = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

function parseInstant(value: unknown): Date {
  if (typeof value === 'string' && INSTANT.test(value)) {
    const date = new Date(value);
    if (date.getTime() >= EARLIEST_MS && date.getTime() <= LATEST_MS) return date;
  }
  throw new GraphQLError(
    `${JSON.stringify(value)} is not an ISO 8601 instant with offset, e.g. 2026-01-30T09:30:00.000Z.`,
    { extensions: { code: 'VALIDATION_FAILED' } },
  );
}

export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'ISO 8601 instant with offset; answered in UTC with milliseconds, e.g. 2026-01-30T09:30:00.000Z.',
  serialize: (value) => (value instanceof Date ? value : new Date(value as string | number)).toISOString(),
  parseValue: parseInstant,
  parseLiteral: (node) => parseInstant(node.kind === Kind.STRING ? node.value : undefined),
});

/** Some of what a value passes on its way in calls itself for each level, which a client could exhaust. */
const MAX_JSON_DEPTH = 32;

/** Level by level and not by recursion. */
function isDeeperThan(value: unknown, levels: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= levels; depth++) {
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
    if (level.length === 0) return false;
  }
  return true;
}

function shallow<T>(value: T): T {
  if (!isDeeperThan(value, MAX_JSON_DEPTH)) return value;
  throw new GraphQLError(`A JSON value may be nested at most ${MAX_JSON_DEPTH} levels deep.`, {
    extensions: { code: 'VALIDATION_FAILED' },
  });
}

const json = GraphQLJSON.toConfig();

export const JSONValue = new GraphQLScalarType({
  ...json,
  name: 'JSON',
  description: 'Any JSON value.',
  parseValue: (value) => shallow(json.parseValue(value)),
  parseLiteral: (node, variables) => shallow(json.parseLiteral(node, variables)),
});
