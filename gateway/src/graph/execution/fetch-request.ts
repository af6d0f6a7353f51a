/** Asks what a Fetch node asks. All of the request that is the same each time is JSON text from the beginning. */
import type { FetchNode } from '@apollo/query-planner';
import type { SubgraphAnswer } from '../subgraph-source.js';
import type { Execution } from './execution.js';
import { copyOf, type JsonObject } from './json.js';

/** @param representations the JSON text of a list, for a fetch of entities */
export type AskFetch = (execution: Execution, representations?: string) => SubgraphAnswer | Promise<SubgraphAnswer>;

export interface FetchRequestOptions {
  /** The fetch is answered by what the execution was given. */
  given: boolean;
  /** The plan asks the same text more than once, and equal questions may share an answer. */
  sharing: boolean;
}

export function compileRequest(fetch: FetchNode, { given, sharing }: FetchRequestOptions): AskFetch {
  if (given) {
    return (execution) => {
      if (!execution.given) throw new Error('The operation was compiled to be given an answer, and there is none.');
      return execution.given;
    };
  }
  const bodyOf = compileBody(fetch);
  const { serviceName } = fetch;
  return (execution, representations) => {
    if (representations !== undefined && Object.hasOwn(execution.variables, 'representations')) {
      if (fetch.variableUsages?.includes('representations')) return NAME_IS_TAKEN;
    }
    const body = bodyOf(execution.variables, representations);
    if (!sharing) return ask(execution, serviceName, body);
    const key = `${serviceName}\n${body}`;
    const answer = execution.answers.get(key) ?? ask(execution, serviceName, body);
    execution.answers.set(key, answer);
    return answer.then(copyOfAnswer);
  };
}

const NAME_IS_TAKEN: SubgraphAnswer = {
  data: null,
  errors: [
    {
      message: 'A variable that is used here cannot be called "representations": give it another name.',
      extensions: { code: 'VALIDATION_FAILED' },
    },
  ],
};

function compileBody(
  fetch: FetchNode,
): (variables: Readonly<Record<string, unknown>>, representations: string | undefined) => string {
  const name = fetch.operationName === undefined ? '' : `"operationName":${JSON.stringify(fetch.operationName)},`;
  const head = `{"query":${JSON.stringify(fetch.operation)},${name}"variables":{`;
  const used = (fetch.variableUsages ?? []).map((variable) => ({
    variable,
    key: `${JSON.stringify(variable)}:`,
  }));
  return (variables, representations) => {
    let text = '';
    for (const { variable, key } of used) {
      const value = Object.hasOwn(variables, variable) ? variables[variable] : undefined;
      if (value !== undefined) text += `${text && ','}${key}${JSON.stringify(value)}`;
    }
    if (representations !== undefined) text += `${text && ','}"representations":${representations}`;
    return `${head}${text}}}`;
  };
}

/** A subgraph that cannot be asked costs its part of the answer. The message is for the log: it has no public code. */
async function ask(execution: Execution, subgraph: string, body: string): Promise<SubgraphAnswer> {
  try {
    return await execution.ask(subgraph, body, execution.context);
  } catch (error) {
    const message = `Subgraph "${subgraph}" could not be asked: ${error instanceof Error ? error.message : error}`;
    return { data: null, errors: [{ message, extensions: { code: 'INTERNAL_ERROR' } }] };
  }
}

function copyOfAnswer(answer: SubgraphAnswer): SubgraphAnswer {
  // A copy has the shape of what it copies.
  return { ...answer, data: copyOf(answer.data) as JsonObject | null };
}
