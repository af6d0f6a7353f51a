/**
 * Reads what a client sends: one message of graphql-transport-ws, checked as strictly as the reference
 * implementation checks it, and nothing more of it believed.
 */

type JsonObject = Record<string, unknown>;

export interface SubscribePayload {
  query: string;
  operationName?: string | null;
  variables?: JsonObject | null;
  extensions?: JsonObject | null;
}

export type ClientMessage =
  | { type: 'connection_init'; payload?: JsonObject | null }
  | { type: 'ping'; payload?: JsonObject | null }
  | { type: 'pong' }
  | { type: 'subscribe'; id: string; payload: SubscribePayload }
  | { type: 'complete'; id: string }
  /** In form, but of those that only servers send. */
  | { type: 'connection_ack' | 'next' | 'error' };

/** @returns undefined for whatever is no message */
export function readMessage(text: string): ClientMessage | undefined {
  const message = parsed(text);
  if (!isObject(message)) return undefined;
  // Each form is checked whole before it is called by its type.
  return isWellFormed(message) ? (message as ClientMessage) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isWellFormed(message: JsonObject): boolean {
  const { type, id, payload } = message;
  switch (type) {
    case 'connection_init':
    case 'connection_ack':
    case 'ping':
    case 'pong':
      return isObjectOrNothing(payload);
    case 'subscribe':
      return isId(id) && isObject(payload) && isRequest(payload);
    case 'complete':
      return isId(id);
    case 'next':
      return isId(id) && isObject(payload);
    case 'error':
      return isId(id) && isErrors(payload);
    default:
      return false;
  }
}

/** It stands in every message of its subscription; a UUID has 36 characters. */
const MAX_ID_LENGTH = 256;

const isId = (value: unknown) => typeof value === 'string' && value !== '' && value.length <= MAX_ID_LENGTH;

function isRequest({ query, operationName, variables, extensions }: JsonObject): boolean {
  return (
    typeof query === 'string' &&
    isObjectOrNothing(variables) &&
    isObjectOrNothing(extensions) &&
    (operationName === undefined || operationName === null || typeof operationName === 'string')
  );
}

const isErrors = (value: unknown) =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((error) => typeof error === 'object' && error !== null && 'message' in error);

const isObjectOrNothing = (value: unknown) => value === undefined || value === null || isObject(value);

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
