/** One run of a compiled operation: what it was given, and what has come together so far. */
import type { GraphQLFormattedError } from 'graphql';
import type { SubgraphAnswer, ViewerContext } from '../subgraph-source.js';
import type { JsonObject } from './json.js';

/**
 * Asks a subgraph. The answer belongs to the execution, which merges others into it: whoever gives one answer to
 * several must give each a copy.
 * @param body the JSON text of `query`, `operationName` where the plan names one, and `variables`
 */
export type AskSubgraph = (subgraph: string, body: string, context: ViewerContext) => Promise<SubgraphAnswer>;

export interface Execution {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: ViewerContext;
  readonly ask: AskSubgraph;
  /** Answers the one fetch that is not asked. */
  readonly given: SubgraphAnswer | undefined;
  /** What the fetches answered, merged; more than the client asked for. */
  data: JsonObject;
  readonly errors: GraphQLFormattedError[];
  /** Bodies that were asked and may be asked again. */
  readonly answers: Map<string, Promise<SubgraphAnswer>>;
}

/** A node of the plan. Undefined when it is done at once, without a turn of the event loop. */
export type Step = (execution: Execution) => Promise<void> | undefined;
