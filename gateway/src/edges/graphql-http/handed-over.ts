/**
 * How far a request had come on the short way (`known-operations.ts`) when it turned out to be for the long one, which
 * goes on from there: what was counted is not counted again, and what was read is not looked for in the stream.
 */
import type { IncomingMessage } from 'node:http';
import type { CountedRequest } from '../../limits/limits.js';

export interface HandedOver {
  counted: CountedRequest;
  /** What the request has failed by already; the long way tells it. */
  failed?: unknown;
  /** The whole body, when it was read. */
  text?: string;
}

const handedOver = new WeakMap<IncomingMessage, HandedOver>();

export function handOver(request: IncomingMessage, state: HandedOver): void {
  handedOver.set(request, state);
}

export function stateOf(request: IncomingMessage): HandedOver | undefined {
  return handedOver.get(request);
}
