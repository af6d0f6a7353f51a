/** A subscription as GraphQL over HTTP carries it, in a JSON body or in the address; nothing of it is believed. */
import { type FieldProblem, validationFailed } from '@interview/runtime/errors';
import { z } from 'zod';
import type { SubscribeRequest } from '../../subscriptions/feed-admission.js';

const object = z.record(z.string(), z.unknown(), 'must be an object').nullish();
const Parameters = z
  .object(
    {
      query: z.string('must be a text').optional(),
      operationName: z.string('must be a text').nullish(),
      variables: object,
      extensions: object,
    },
    'must be a JSON object',
  )
  // The document may be named by its hash instead, in `extensions`.
  .refine(({ query, extensions }) => query !== undefined || extensions?.['persistedQuery'] !== undefined, {
    path: ['query'],
    error: 'is required',
  });

/** @throws AppError VALIDATION_FAILED that names what has the wrong type */
export function readParameters(given: unknown): SubscribeRequest {
  const parsed = Parameters.safeParse(given);
  if (parsed.success) return parsed.data;
  throw validationFailed(parsed.error.issues.map(({ path, message }) => ({ path: path.join('.') || 'body', message })));
}

/** @throws AppError VALIDATION_FAILED */
export function readAddress(address: Readonly<Record<string, unknown>>): SubscribeRequest {
  const { query, operationName, variables, extensions } = address;
  const problems: FieldProblem[] = [];
  const json = (path: string, text: unknown): unknown => {
    if (typeof text !== 'string') return text;
    try {
      return JSON.parse(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      problems.push({ path, message: 'must be JSON' });
      return undefined;
    }
  };
  const given = {
    query,
    operationName,
    variables: json('variables', variables),
    extensions: json('extensions', extensions),
  };
  if (problems.length > 0) throw validationFailed(problems);
  return readParameters(given);
}
