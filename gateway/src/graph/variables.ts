/** Variables as a client sent them: checked before anything is planned, and coerced as the operation declares. */
import { AppError, type FieldProblem } from '@interview/runtime/errors';
import {
  coerceInputValue,
  GraphQLError,
  type GraphQLSchema,
  isInputType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
  valueFromAST,
} from 'graphql';
import { findUnstorable } from './text.js';

/** Levels of lists and objects in a variable: deeper ones overflow the stack of what writes or prints them. */
const MAX_DEPTH = 32;
/** Values in all, within lists and objects too. */
const MAX_VALUES = 10_000;
/** Of a flood of wrong values so many are told; each costs a search for what may have been meant. */
const MAX_PROBLEMS = 20;
/** Characters of what is told of each: the reason repeats the value, which may be long. */
const MAX_REASON = 500;

/** Each variable that does not fit. */
export class VariablesRefused extends Error {
  override readonly name = 'VariablesRefused';
  constructor(readonly errors: readonly GraphQLError[]) {
    super(errors.map((e) => e.message).join(' '));
  }
}

/**
 * Like graphql-js's `getVariableValues`, which repeats the whole variable for each wrong value in it.
 * @returns the values as the operation's fields receive them
 * @throws AppError VALIDATION_FAILED when they are too many or nested too deep, VariablesRefused when one does not coerce
 */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  checkSize(variables);
  // Without a prototype: a variable may be called like something that objects have.
  const coerced: Record<string, unknown> = Object.create(null);
  const problems: GraphQLError[] = [];
  for (const definition of operation.variableDefinitions ?? []) {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type);
    // Validation has refused variables of any other type.
    if (!isInputType(type)) continue;
    const refuse = (path: readonly (string | number)[], reason: string) => {
      problems.push(problemOf(definition, path, reason));
      if (problems.length === MAX_PROBLEMS) throw new VariablesRefused(problems);
    };
    if (!Object.hasOwn(variables, name)) {
      if (definition.defaultValue) coerced[name] = valueFromAST(definition.defaultValue, type);
      else if (isNonNullType(type)) refuse([], `${type} is required; it was not provided.`);
      continue;
    }
    coerced[name] = coerceInputValue(variables[name], type, (path, _value, { message }) => refuse(path, message));
    findUnstorable(coerced[name], type, refuse);
  }
  if (problems.length > 0) throw new VariablesRefused(problems);
  return coerced;
}

/** Level by level, since a recursion is what the depth would overflow. */
function checkSize(variables: Readonly<Record<string, unknown>>): void {
  let level: unknown[] = [variables];
  let values = 0;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) {
      throw new AppError('VALIDATION_FAILED', `The variables are nested deeper than ${MAX_DEPTH} levels.`);
    }
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
    values += level.length;
    if (values > MAX_VALUES) {
      throw new AppError('VALIDATION_FAILED', `The variables hold more than ${MAX_VALUES} values.`);
    }
  }
}

function problemOf(
  definition: VariableDefinitionNode,
  path: readonly (string | number)[],
  reason: string,
): GraphQLError {
  const variable = definition.variable.name.value;
  const place = path.reduce<string>(
    (at, key) => (typeof key === 'number' ? `${at}[${key}]` : `${at}.${key}`),
    variable,
  );
  // A field that is missing or not known is named in the reason only.
  const field = /^Field "(\w+)"/.exec(reason)?.[1];
  const problem: FieldProblem = { path: cut(field ? `${place}.${field}` : place), message: cut(reason) };
  return new GraphQLError(`Variable "$${variable}" is not valid at "${problem.path}": ${problem.message}`, {
    nodes: [definition],
    extensions: { code: 'VALIDATION_FAILED', details: [problem] },
  });
}

const cut = (text: string) => (text.length > MAX_REASON ? `${text.slice(0, MAX_REASON)}…` : text);
