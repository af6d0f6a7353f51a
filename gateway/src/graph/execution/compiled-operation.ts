/**
 * Executes Apollo's query plans, compiled: all that depends on the plan alone is prepared once for an operation, and
 * each execution runs through closures. See docs/adr/0014-compiled-executor.md.
 */
import type { FetchNode, QueryPlan } from '@apollo/query-planner';
import {
  type DocumentNode,
  type FormattedExecutionResult,
  type GraphQLSchema,
  getOperationAST,
  OperationTypeNode,
} from 'graphql';
import type { SubgraphAnswer, ViewerContext } from '../subgraph-source.js';
import { clientDocument } from './collected-fields.js';
import { type ConditionValues, conditionDefaults, conditionVariables, valueOfCondition } from './conditions.js';
import type { AskSubgraph, Execution, Step } from './execution.js';
import { compileNode, fetchesOf } from './plan-nodes.js';
import { compileProjection, type Project } from './projection.js';
import { ProjectionRun } from './projection-run.js';

export type { AskSubgraph } from './execution.js';

/** Each value of a variable that decides on fields is another shape of the answer; so many are kept compiled. */
const KEPT_PROJECTIONS = 16;

export interface OperationToCompile {
  supergraphSchema: GraphQLSchema;
  /** What the client sees. */
  schema: GraphQLSchema;
  plan: QueryPlan;
  /** The client's own, validated: it shapes the answer. The plan may ask for more. */
  document: DocumentNode;
  operationName?: string | null | undefined;
  /** The fetch of the plan, the very object, that is answered by what `execute` is given instead of asked. */
  given?: FetchNode | undefined;
}

export interface OperationToExecute {
  /** Checked; coerced or as the client sent them. */
  variables: Readonly<Record<string, unknown>>;
  context: ViewerContext;
  ask: AskSubgraph;
  /** Belongs to the execution from here on: other answers are merged into it. */
  given?: SubgraphAnswer | undefined;
}

export interface CompiledOperation {
  /** @throws AppError VALIDATION_FAILED when a variable that decides on fields is null, as `execute` does */
  checkConditions(variables: Readonly<Record<string, unknown>>): void;
  /**
   * Never throws or rejects for what subgraphs do: what they cost is null, with errors as they told them (not yet
   * public) at the client's paths. Nothing but nulls where the schema wants none are `extensions.valueCompletion`,
   * when there are no other errors.
   *
   * @returns at once, without a promise, when nothing has to be asked
   * @throws AppError VALIDATION_FAILED when a variable that decides on fields is null
   */
  execute(execution: OperationToExecute): FormattedExecutionResult | Promise<FormattedExecutionResult>;
}

/** @throws Error when the plan holds what is not executed here, or the document does not fit the schema. */
export function compileOperation(options: OperationToCompile): CompiledOperation {
  const { document, plan, schema, supergraphSchema, given } = options;
  const operation = getOperationAST(document, options.operationName);
  if (!operation) throw new Error('The document does not say which of its operations is meant.');
  const fetches = fetchesOf(plan.node);
  if (given && !fetches.includes(given)) throw new Error('The fetch that is to be given is not one of the plan.');
  const defaults = conditionDefaults(operation);
  const run: Step | undefined =
    plan.node &&
    compileNode(plan.node, {
      schema: supergraphSchema,
      given,
      defaults,
      // A mutation changes what the next question is answered with.
      shares: (fetch) =>
        operation.operation !== OperationTypeNode.MUTATION &&
        fetches.some((other) => other !== fetch && asksAs(other, fetch)),
    });
  const { fragments } = clientDocument(schema, document);
  const deciding = conditionVariables(operation, fragments);
  const projectionOf = compileProjections(deciding, defaults, (conditions) =>
    compileProjection(schema, document, operation, conditions),
  );

  return {
    checkConditions(variables) {
      for (const name of deciding) valueOfCondition(name, variables, defaults);
    },
    execute({ variables, context, ask, given: answer }) {
      const project = projectionOf(variables);
      const execution: Execution = {
        variables,
        context,
        ask,
        given: answer,
        data: {},
        errors: [],
        answers: new Map(),
      };
      const underWay = run?.(execution);
      return underWay ? underWay.then(() => resultOf(execution, project)) : resultOf(execution, project);
    },
  };
}

const asksAs = (one: FetchNode, other: FetchNode): boolean =>
  one.serviceName === other.serviceName && one.operation === other.operation;

/** A projection for each combination of the variables' values, made when it is wanted first. */
function compileProjections(
  names: readonly string[],
  defaults: ConditionValues,
  compile: (conditions: ConditionValues) => Project,
): (variables: Readonly<Record<string, unknown>>) => Project {
  const kept = new Map<string, Project>();
  return (variables) => {
    const values = names.map((name) => [name, valueOfCondition(name, variables, defaults)] as const);
    const key = values.map(([, value]) => (value ? '1' : '0')).join('');
    const known = kept.get(key);
    if (known) return known;
    const project = compile(new Map(values));
    const [oldest] = kept.keys();
    if (kept.size === KEPT_PROJECTIONS && oldest !== undefined) kept.delete(oldest);
    kept.set(key, project);
    return project;
  };
}

function resultOf({ data, errors, variables }: Execution, project: Project): FormattedExecutionResult {
  const run = new ProjectionRun(variables);
  const projected = project(data, run);
  const told = run.faults.length > 0 ? [...errors, ...run.faults] : errors;
  if (told.length > 0) return { errors: told, data: projected };
  if (run.invalid.length > 0) return { data: projected, extensions: { valueCompletion: run.invalid } };
  return { data: projected };
}
