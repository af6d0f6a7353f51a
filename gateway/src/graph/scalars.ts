/**
 * Custom scalars of the API schema. The supergraph knows their names only, so without this any value would
 * pass the gateway and fail in a subgraph, with a message of the inside.
 */
import { GraphQLError, type GraphQLSchema, isScalarType, Kind } from 'graphql';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/i;

/** The years that the subgraphs take. */
const EARLIEST_MS = Date.parse('0001-01-01T00:00:00.000Z');
const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** Whether the text is an instant that the graph takes. */
export function isInstant(text: string): boolean {
  const at = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  return at >= EARLIEST_MS && at <= LATEST_MS;
}

function readInstant(value: unknown): string {
  if (typeof value !== 'string' || !isInstant(value)) {
    throw new GraphQLError('DateTime must be an ISO 8601 instant with an offset, e.g. 2026-01-30T09:30:00.000Z.');
  }
  return value;
}

/**
 * Teaches the schema, in place, to check DateTime; JSON may be anything.
 * @throws Error when the schema has a DateTime that is no scalar
 */
export function checkScalars(schema: GraphQLSchema): void {
  const dateTime = schema.getType('DateTime');
  if (!dateTime) return;
  if (!isScalarType(dateTime))
    throw new Error('DateTime is an instant here, and the supergraph has a type of that name.');
  dateTime.parseValue = readInstant;
  dateTime.parseLiteral = (node) => readInstant(node.kind === Kind.STRING ? node.value : undefined);
}
