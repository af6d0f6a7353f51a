/**
 * A subgraph as the query plan sees it: keep-alive connections, the viewer signed into each request, a time
 * limit, and a circuit for when it hangs. A subgraph that does not answer costs the fields that were asked of it and nothing else: the answer
 * is then an error SERVICE_UNAVAILABLE at the path of each of those fields.
 */
import type { Logger } from '@interview/runtime/log';
import { INTERNAL_KEY_HEADER, VIEWER_HEADER, type Viewer } from '@interview/runtime/viewer';
import { type GraphQLFormattedError, Kind, parse, type SelectionSetNode } from 'graphql';
import { Client, Pool } from 'undici';
import { isErrorCode } from './errors.js';
import type { AskSubgraph } from './execution/execution.js';
import { OutstandingRequests } from './outstanding-requests.js';
import { type Ask, sharedAnswers } from './shared-answers.js';
import { SubgraphCircuit } from './subgraph-circuit.js';
import { post, type RequestObserver, type SubgraphQuestion, type SubgraphRequest } from './subgraph-request.js';

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
const NOBODY: RequestObserver = { heard: () => undefined, ended: () => undefined };
const SMALLEST_QUESTION = JSON.stringify({ query: '{ __typename }' });

/** Why a question is not asked, or not any more. */
const HANGS = new Error('The subgraph hangs.');

/** Told when the circuit of a subgraph opens and closes. */
export type CircuitChanged = (subgraph: string, open: boolean) => void;

export interface SubgraphSourceOptions {
  name: string;
  /** Base address: GraphQL is at `/graphql` below it. */
  url: string;
  internalKey: string;
  timeoutMs: number;
  circuitChanged?: CircuitChanged | undefined;
  log: Logger;
}

/** What answers a fetch. */
export interface Answering {
  /**
   * Never fails: what cannot be answered is null, with an error for each field.
   * @param body the JSON text of `query`, `operationName` and `variables`
   * @returns an answer that belongs to the caller
   */
  ask(body: string, context: ViewerContext): Promise<SubgraphAnswer>;
}

/** @throws Error, by the promise, when there is no such subgraph: the plan is another graph's */
export function askingFrom(sources: Readonly<Record<string, Answering>>): AskSubgraph {
  return (subgraph, body, context) =>
    sources[subgraph]?.ask(body, context) ?? Promise.reject(new Error(`There is no subgraph "${subgraph}".`));
}

export class SubgraphSource implements Answering {
  readonly #options: SubgraphSourceOptions;
  readonly #pool: Pool;
  /** A connection of its own: those of the pool may all be waiting. */
  readonly #prober: Client;
  readonly #circuit: SubgraphCircuit;
  readonly #outstanding: OutstandingRequests;
  readonly #observer: RequestObserver;
  readonly #path: string;
  readonly #headers: readonly string[];
  #lastViewer = '';
  #away = false;

  constructor(options: SubgraphSourceOptions) {
    this.#options = options;
    const { origin, pathname } = new URL(options.url);
    this.#path = `${pathname.replace(/\/$/, '')}/graphql`;
    const limits = {
      connectTimeout: Math.min(2000, options.timeoutMs),
      headersTimeout: options.timeoutMs,
      bodyTimeout: options.timeoutMs,
      maxResponseSize: MAX_ANSWER_BYTES,
    };
    this.#pool = new Pool(origin, { ...limits, connections: CONNECTIONS });
    this.#prober = new Client(origin, { connectTimeout: 1000, headersTimeout: 1000, bodyTimeout: 1000 });
    this.#headers = [
      'content-type',
      'application/json',
      'accept',
      'application/json',
      INTERNAL_KEY_HEADER,
      options.internalKey,
      VIEWER_HEADER,
    ];
    this.#outstanding = new OutstandingRequests(options.timeoutMs);
    this.#observer = {
      heard: () => this.#circuit.heard(),
      ended: (question) => {
        this.#circuit.ended();
        this.#outstanding.remove(question);
      },
    };
    this.#circuit = new SubgraphCircuit({
      probe: (timeoutMs) => this.#probe(timeoutMs),
      changed: (open) => {
        options.log.warn({ subgraph: options.name, open }, open ? 'subgraph hangs' : 'subgraph answers again');
        if (open) this.#outstanding.failUnsent(HANGS);
        options.circuitChanged?.(options.name, open);
      },
    });
  }

  ask(body: string, context: ViewerContext): Promise<SubgraphAnswer> {
    return this.#answer(body, context, this.#post);
  }

  /** The same source for queries that come in swarms: equal ones that pile up are asked once. */
  sharing(): Answering {
    const ask = sharedAnswers(this.#post);
    return { ask: (body, context) => this.#answer(body, context, ask) };
  }

  async #answer(body: string, { signedViewer }: ViewerContext, ask: Ask): Promise<SubgraphAnswer> {
    try {
      const answer = readAnswer(JSON.parse(await ask(body, signedViewer)));
      this.#away = false;
      return answer;
    } catch (error) {
      // Once an outage, not once a request; that it hangs, the circuit has told.
      if (error === HANGS) return unavailableAnswer(body);
      if (!this.#away) this.#options.log.warn({ subgraph: this.#options.name, err: error }, 'subgraph is away');
      this.#away = true;
      return unavailableAnswer(body);
    }
  }

  readonly #post: Ask = (body, signedViewer) => {
    // Looked at here, and so also for a question that has waited for an equal one.
    if (this.#circuit.isOpen) return Promise.reject(HANGS);
    this.#lastViewer = signedViewer;
    this.#circuit.began();
    return post(this.#pool, this.#requestOf(body, signedViewer), this.#observer, this.#begun);
  };

  readonly #begun = (question: SubgraphQuestion): void => this.#outstanding.add(question);

  #requestOf(body: string, signedViewer: string): SubgraphRequest {
    return { path: this.#path, headers: [...this.#headers, signedViewer], body };
  }

  /** As somebody who has asked: a subgraph says nothing to nobody, and any answer will do. */
  async #probe(timeoutMs: number): Promise<void> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error('The subgraph did not answer in time.')), timeoutMs);
    const answer = post(this.#prober, this.#requestOf(SMALLEST_QUESTION, this.#lastViewer), NOBODY);
    try {
      await Promise.race([answer, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    this.#circuit.stop();
    this.#outstanding.stop();
    // Whoever was asking has been answered by now, or will not be served any more.
    await Promise.all([this.#pool.destroy(), this.#prober.destroy()]);
  }
}

function unavailableAnswer(body: string): SubgraphAnswer {
  // The executor's own text.
  const { query, variables } = JSON.parse(body) as { query: string; variables?: Record<string, unknown> };
  return { data: null, errors: unavailable(query, variables?.['representations']) };
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
