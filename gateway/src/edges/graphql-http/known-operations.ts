/**
 * The short way of `POST /graphql`: an operation that is known (validated, planned and compiled, because it was asked
 * before or is registered) is answered beside express and Apollo Server, which together take longer than the rest.
 *
 * It writes answers of operations that were run, whole or with errors of their fields, and nothing else. The order is the long way's: the rate limit, the token, the body, whether
 * the document may be run, variables, cost. As soon as anything is unusual or refused, the request goes on the long way
 * (`graphql-http.ts`) from where it stands, so that every refusal has one home. `two-ways.integration.test.ts` sends
 * every kind of request both ways and compares the answers. A change of what an answer carries is made in both.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Logger } from '@interview/runtime/log';
import type { VerifyToken } from '@interview/runtime/tokens';
import { checkCost } from '../../graph/cost.js';
import type { PreparedOperation } from '../../graph/operation-cache.js';
import type { QueryEngines } from '../../graph/query-engines.js';
import type { PublicAnswer, QueryRunner } from '../../graph/query-runner.js';
import type { RegisteredOperations } from '../../graph/registered-operations.js';
import type { ViewerContext } from '../../graph/subgraph-source.js';
import { coerceVariables } from '../../graph/variables.js';
import { clientAddressBehind } from '../../limits/client-address.js';
import type { Limits } from '../../limits/limits.js';
import type { AllowsOrigin } from '../../origins.js';
import { admit, createViewerContexts } from '../authenticated.js';
import { corsHeaders } from '../cors.js';
import { SECURITY_HEADERS } from '../security-headers.js';
import { type HandedOver, handOver } from './handed-over.js';
import { type PlainRequest, plainOperation, plainRequest } from './plain-request.js';

export interface KnownOperationsOptions {
  engines: QueryEngines;
  registered: RegisteredOperations;
  /** The most that an operation may cost, as `cost.ts` counts. */
  maxCost: number;
  verifyToken: VerifyToken;
  internalKey: string;
  countRequest: Limits['countRequest'];
  /** Proxies before the gateway. */
  proxyHops: number;
  allowsOrigin: AllowsOrigin;
  /** While the gateway leaves service every request goes the long way, which says so. */
  isStopping: () => boolean;
  /** express, with all routes. */
  longWay: RequestListener;
  log: Logger;
}

export function knownOperations(options: KnownOperationsOptions): RequestListener {
  const { longWay, isStopping, log } = options;
  const answer = createAnswering(options);
  return (request, response) => {
    const plain = isStopping() ? undefined : plainRequest(request);
    if (!plain) return longWay(request, response);
    answer(request, response, plain).catch((error: unknown) => {
      log.error({ err: error }, 'internal error');
      response.destroy();
    });
  };
}

interface ReadyOperation {
  /** Of the graph on which it was prepared. */
  runner: QueryRunner;
  prepared: PreparedOperation;
  variables: Readonly<Record<string, unknown>>;
}

function createAnswering(options: KnownOperationsOptions) {
  const { engines, registered, maxCost, countRequest, proxyHops, allowsOrigin, longWay } = options;
  const contextOf = createViewerContexts(options.verifyToken, options.internalKey);

  /** @returns undefined for what the long way has to answer, or refuse */
  const ready = (text: string): ReadyOperation | undefined => {
    const { graph, operations, runner } = engines.current();
    const operation = plainOperation(parsed(text), registered);
    const prepared = operation && operations.get(operation.source, operation.operationName);
    if (!prepared) return undefined;
    try {
      registered.admit(prepared.source, prepared.document);
      const coerced = coerceVariables(graph.schema, prepared.operation, operation.variables);
      prepared.compiled.checkConditions(operation.variables);
      checkCost(graph.schema, prepared.document, prepared.operation, coerced, maxCost);
    } catch {
      // Whatever it is, the long way finds it again and tells it.
      return undefined;
    }
    return { runner, prepared, variables: operation.variables };
  };

  return async (request: IncomingMessage, response: ServerResponse, { length, answerType }: PlainRequest) => {
    const counted = await countRequest(clientAddressBehind(request, proxyHops));
    const goOn = (state: Omit<HandedOver, 'counted'> = {}) => {
      handOver(request, { counted, ...state });
      longWay(request, response);
    };
    if (counted.refused) return goOn({ failed: counted.refused });
    let context: ViewerContext;
    try {
      context = await contextOf(request.headers.authorization);
    } catch (error) {
      return goOn({ failed: error });
    }
    admit(request, context);
    const text = await readText(request, length);
    // The client has gone.
    if (text === undefined) return;
    const known = ready(text);
    if (!known) return goOn({ text });
    let result: PublicAnswer;
    try {
      result = await known.runner.run(known.prepared, known.variables, context);
    } catch (error) {
      return goOn({ failed: error });
    }
    const body = Buffer.from(`${JSON.stringify({ errors: result.errors, data: result.data })}\n`);
    const head = ['content-type', answerType, 'content-length', String(body.length), 'cache-control', 'no-store'];
    head.push('vary', 'Origin');
    for (const [name, value] of SECURITY_HEADERS) head.push(name, value);
    for (const [name, value] of counted.headers) head.push(name, value);
    for (const [name, value] of corsHeaders(allowsOrigin, request.headers.origin)) head.push(name, value);
    response.writeHead(200, head).end(body);
  };
}

/** Resolves with undefined when the client goes before it has sent all. */
function readText(request: IncomingMessage, length: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      const [only] = chunks;
      const whole = chunks.length === 1 && only ? only : Buffer.concat(chunks, length);
      resolve(whole.toString('utf8'));
    });
    request.once('close', () => resolve(undefined));
  });
}

/** @returns undefined for what is no JSON */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
