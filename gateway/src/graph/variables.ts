/** Variables as a client sent them: checked before anything is planned, and coerced as the operation declares. */
import { AppError } from '@interview/runtime/errors';
import { GraphQLError, type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from 'graphql';
import { variableProblem } from './errors.js';

/** Levels of lists and objects in a variable: deeper ones overflow the stack of what writes or prints them. */
const MAX_DEPTH = 32;
/** Of a flood of wrong values so many are told; each costs a search for what may have been meant. */
const MAX_ERRORS = 20;
/** Characters of what is told of each: graphql-js repeats the value, which may be the whole request. */
const TOLD = 500;

/** Each variable that does not fit. */
export class VariablesRefused extends Error {
  override readonly name = 'VariablesRefused';
  constructor(readonly errors: readonly GraphQLError[]) {
    super(errors.map((e) => e.message).join(' '));
  }
}

/**
 * @returns the values as the operation's fields receive them
 * @throws AppError VALIDATION_FAILED when they are nested too deep, VariablesRefused when one does not coerce
 */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  if (isDeeper(variables, MAX_DEPTH)) {
    throw new AppError('VALIDATION_FAILED', `The variables are nested deeper than ${MAX_DEPTH} levels.`);
  }
  const result = getVariableValues(schema, operation.variableDefinitions ?? [], variables, { maxErrors: MAX_ERRORS });
  if (result.coerced) return result.coerced;
  throw new VariablesRefused(result.errors.map(told));
}

/** In the catalogue's form, cut to a bearable length. */
function told({ message, nodes }: GraphQLError): GraphQLError {
  const problem = variableProblem(message);
  const details = problem && [{ path: cut(problem.path), message: cut(problem.message) }];
  return new GraphQLError(cut(message), {
    nodes,
    extensions: { code: 'VALIDATION_FAILED', ...(details ? { details } : {}) },
  });
}

const cut = (text: string) => (text.length > TOLD ? `${text.slice(0, TOLD)}…` : text);

/** Level by level, since a recursion is what the depth would overflow. */
function isDeeper(value: unknown, levels: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= levels; depth++) {
    level = level.flatMap((v) => (typeof v === 'object' && v !== null ? Object.values(v) : []));
    if (level.length === 0) return false;
  }
  return true;
}
