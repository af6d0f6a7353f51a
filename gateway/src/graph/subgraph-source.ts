/**
 * A subgraph as the query plan sees it: keep-alive connections, the viewer signed into each request, a time
 * limit. A subgraph that does not answer costs the fields that were asked of it and nothing else: the answer
 * is then an error SERVICE_UNAVAILABLE at the path of each of those fields.
 */
import type { GraphQLDataSource } from '@apollo/gateway';
import type { Logger } from '@interview/runtime/log';
import { INTERNAL_KEY_HEADER, VIEWER_HEADER, type Viewer } from '@interview/runtime/viewer';
import { type GraphQLFormattedError, Kind, parse, type SelectionSetNode } from 'graphql';
import { Pool } from 'undici';
import { isErrorCode } from './errors.js';
import { type Ask, sharedAnswers } from './shared-answers.js';

/** What travels with an operation: who asks, and the same as the header that subgraphs trust. */
export interface ViewerContext {
  viewer: Viewer;
  signedViewer: string;
}

export interface SubgraphAnswer {
  data?: Record<string, unknown> | null;
  errors?: GraphQLFormattedError[];
}

/** A hanging entity fetch of a long list need not answer with an error for each of its fields. */
const MAX_UNAVAILABLE_ERRORS = 100;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const CONNECTIONS = 64;

type ProcessOptions = Parameters<GraphQLDataSource['process']>[0];

export interface SubgraphSourceOptions {
  name: string;
  /** Base address: GraphQL is at `/graphql` below it. */
  url: string;
  internalKey: string;
  timeoutMs: number;
  log: Logger;
}

export class SubgraphSource implements GraphQLDataSource {
  readonly #options: SubgraphSourceOptions;
  readonly #pool: Pool;
  readonly #path: string;
  #away = false;

  constructor(options: SubgraphSourceOptions) {
    this.#options = options;
    const { origin, pathname } = new URL(options.url);
    this.#path = `${pathname.replace(/\/$/, '')}/graphql`;
    this.#pool = new Pool(origin, {
      connections: CONNECTIONS,
      connectTimeout: Math.min(2000, options.timeoutMs),
      headersTimeout: options.timeoutMs,
      bodyTimeout: options.timeoutMs,
      maxResponseSize: MAX_ANSWER_BYTES,
    });
  }

  process(options: ProcessOptions): Promise<SubgraphAnswer> {
    return this.#process(options, this.#ask);
  }

  /** The same source for queries that come in swarms: equal ones that pile up are asked once. */
  sharing(): GraphQLDataSource {
    const ask = sharedAnswers(this.#ask);
    return { process: (options) => this.#process(options, ask) };
  }

  async #process(options: ProcessOptions, ask: Ask): Promise<SubgraphAnswer> {
    const { query = '', variables, operationName } = options.request;
    // The interface also knows health checks and schema loading without a viewer; this gateway does neither.
    const { signedViewer } = options.context as ViewerContext;
    try {
      const text = await ask(JSON.stringify({ query, variables, operationName }), signedViewer);
      const answer = readAnswer(JSON.parse(text));
      this.#away = false;
      return answer;
    } catch (error) {
      // Once an outage, not once a request.
      if (!this.#away) this.#options.log.warn({ subgraph: this.#options.name, err: error }, 'subgraph is away');
      this.#away = true;
      return { data: null, errors: unavailable(query, variables?.['representations']) };
    }
  }

  readonly #ask: Ask = async (body, signedViewer) => {
    const { body: answer } = await this.#pool.request({
      path: this.#path,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        [INTERNAL_KEY_HEADER]: this.#options.internalKey,
        [VIEWER_HEADER]: signedViewer,
      },
      body,
    });
    return answer.text();
  };

  close(): Promise<void> {
    return this.#pool.close();
  }
}

/** @throws Error when the body is not a GraphQL answer. */
function readAnswer(body: unknown): SubgraphAnswer {
  if (typeof body !== 'object' || body === null || !('data' in body || 'errors' in body)) {
    throw new Error('The subgraph answered, and not with a GraphQL answer.');
  }
  const { data, errors } = body as SubgraphAnswer;
  return { data: data ?? null, ...(Array.isArray(errors) ? { errors: errors.map(trustedError) } : {}) };
}

/**
 * Keeps of a subgraph's error what the catalogue knows. That a subgraph finds our own request invalid is a
 * fault of the inside, and must not look like one of the client's document.
 */
export function trustedError(error: GraphQLFormattedError): GraphQLFormattedError {
  const { code, details } = error.extensions ?? {};
  const known = isErrorCode(code) || code === 'BAD_USER_INPUT';
  return {
    message: String(error.message),
    ...(error.path ? { path: error.path } : {}),
    extensions: {
      code: known ? code : 'INTERNAL_ERROR',
      ...(details === undefined ? {} : { details }),
    },
  };
}

/** One error for each field that the fetch asked for: of the root, or of each entity. */
export function unavailable(query: string, representations: unknown): GraphQLFormattedError[] {
  const fields = (set: SelectionSetNode): string[] =>
    set.selections.flatMap((s) =>
      s.kind === Kind.FIELD
        ? s.name.value.startsWith('__')
          ? []
          : [s.alias?.value ?? s.name.value]
        : s.kind === Kind.INLINE_FRAGMENT
          ? fields(s.selectionSet)
          : [],
    );
  const operation = parse(query, { noLocation: true }).definitions.find((d) => d.kind === Kind.OPERATION_DEFINITION);
  if (!operation) return [];
  const root = operation.selectionSet.selections[0];
  const paths: (string | number)[][] =
    Array.isArray(representations) && root?.kind === Kind.FIELD && root.selectionSet
      ? fieldsOfEntities(fields(root.selectionSet), representations.length)
      : fields(operation.selectionSet).map((field) => [field]);
  return paths.slice(0, MAX_UNAVAILABLE_ERRORS).map((path) => ({
    message: 'This part of the answer is not available at the moment.',
    path,
    extensions: { code: 'SERVICE_UNAVAILABLE' },
  }));
}

function fieldsOfEntities(fields: string[], entities: number): (string | number)[][] {
  const names = [...new Set(fields)];
  return Array.from({ length: entities }, (_, i) => names.map((name) => ['_entities', i, name])).flat();
}
