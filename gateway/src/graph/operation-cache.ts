/**
 * Operations that have been asked before: the validated document, Apollo's plan and the compiled executor, by the
 * document's text and the operation's name. What is in here has passed validation, so a request that names it by the
 * same text needs none.
 */
import { operationFromDocument } from '@apollo/federation-internals';
import { type DocumentNode, getOperationAST, type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { type CompiledOperation, compileOperation } from './execution/compiled-operation.js';
import type { Graph } from './graph.js';

const KEPT_DOCUMENTS = 1000;
/**
 * Of all texts together. An operation keeps 100 to 210 bytes for each character of its text (document, plan, closures;
 * measured with this product's supergraph), and as much again where many `@skip` and `@include` shape its answers: so
 * strangers' documents can take about 100 MB.
 */
export const KEPT_CHARACTERS = 512 * 1024;

export interface PreparedOperation {
  source: string;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  compiled: CompiledOperation;
}

export interface OperationCache {
  /** @param operationName undefined when the request names none */
  get(source: string, operationName: string | undefined): PreparedOperation | undefined;
  /**
   * Plans and compiles an operation that is not known yet, and keeps it.
   * @param document the source's, validated
   * @throws Error when there is no such query or mutation in it, or the planner refuses it
   */
  prepare(source: string, document: DocumentNode, operationName: string | undefined): PreparedOperation;
}

export function createOperationCache(graph: Graph): OperationCache {
  const documents = new LRUCache<string, Map<string | undefined, PreparedOperation>>({
    max: KEPT_DOCUMENTS,
    maxSize: KEPT_CHARACTERS,
    sizeCalculation: (_operations, source) => source.length + 1,
  });
  return {
    get: (source, operationName) => documents.get(source)?.get(operationName),
    prepare(source, document, operationName) {
      const operations = documents.get(source) ?? new Map<string | undefined, PreparedOperation>();
      const known = operations.get(operationName);
      if (known) return known;
      const operation = servedOperation(document, operationName);
      // An only operation is the same one, named or not.
      const same = [...operations.values()].find((each) => each.operation.name?.value === operation.name?.value);
      const prepared = same ?? prepareOperation(graph, source, document, operation);
      // No more of them than the document holds operations, and one for when none is named.
      operations.set(operationName, prepared);
      documents.set(source, operations);
      return prepared;
    },
  };
}

function servedOperation(document: DocumentNode, operationName: string | undefined): OperationDefinitionNode {
  const operation = getOperationAST(document, operationName);
  if (!operation) throw new Error('The document does not say which of its operations is meant.');
  if (operation.operation === OperationTypeNode.SUBSCRIPTION) throw new Error('A subscription is no query.');
  return operation;
}

function prepareOperation(
  graph: Graph,
  source: string,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): PreparedOperation {
  const operationName = operation.name?.value;
  const named = operationName === undefined ? {} : { operationName };
  const { supergraphSchema, schema } = graph;
  const plan = graph.planner.buildQueryPlan(operationFromDocument(graph.apiSchema, document, named));
  const compiled = compileOperation({ supergraphSchema, schema, plan, document, operationName });
  return { source, document, operation, compiled };
}
