/**
 * Custom scalars of the API schema. The supergraph knows their names only, so without this any value would
 * pass the gateway and fail in a subgraph, with a message of the inside.
 */
import { GraphQLError, type GraphQLSchema, isScalarType, Kind } from 'graphql';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/i;

function readInstant(value: unknown): string {
  if (typeof value !== 'string' || !INSTANT.test(value) || Number.isNaN(Date.parse(value))) {
    throw new GraphQLError('DateTime must be an ISO 8601 instant with an offset, e.g. 2026-01-30T09:30:00.000Z.');
  }
  return value;
}

/** Teaches the schema, in place, to check DateTime; JSON may be anything. */
export function checkScalars(schema: GraphQLSchema): void {
  const dateTime = schema.getType('DateTime');
  if (!isScalarType(dateTime)) return;
  dateTime.parseValue = readInstant;
  dateTime.parseLiteral = (node) => readInstant(node.kind === Kind.STRING ? node.value : undefined);
}
