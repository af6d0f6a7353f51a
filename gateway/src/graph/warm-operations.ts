/** Prepares operations before anybody asks for them: planning takes as long as a hundred answers. */
import { setImmediate } from 'node:timers/promises';
import type { Logger } from '@interview/runtime/log';
import { Kind, OperationTypeNode } from 'graphql';
import { validDocument } from './document-rules.js';
import type { QueryEngine } from './query-engines.js';

export interface WarmingOptions {
  engine: Pick<QueryEngine, 'graph' | 'operations'>;
  /** Whether documents that ask about the schema are run. */
  introspection: boolean;
  /** Ends the work. */
  signal: AbortSignal;
  log: Logger;
}

/**
 * One operation in a turn of the event loop, so that requests and probes are answered in between. Subscriptions, and
 * what this graph does not serve, are left to be refused when they are asked for.
 */
export async function warmOperations(sources: Iterable<string>, options: WarmingOptions): Promise<void> {
  const { introspection, signal, log } = options;
  const { graph, operations } = options.engine;
  let prepared = 0;
  for (const source of sources) {
    await setImmediate();
    if (signal.aborted) return;
    const document = validDocument(graph.schema, source, introspection);
    if (!document) continue;
    const asked = document.definitions.filter((d) => d.kind === Kind.OPERATION_DEFINITION);
    for (const { operation, name } of asked) {
      if (operation === OperationTypeNode.SUBSCRIPTION) continue;
      // A client names the operation or, where it is the only one, may leave the name out.
      const names = [name?.value, ...(asked.length === 1 ? [undefined] : [])];
      for (const each of new Set(names)) {
        try {
          operations.prepare(source, document, each);
          prepared += 1;
        } catch (error) {
          log.warn({ err: error, operation: each }, 'an operation could not be prepared');
        }
      }
    }
  }
  log.debug({ prepared }, 'operations are prepared');
}
