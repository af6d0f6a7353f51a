/**
 * What a route of the REST interface is: a document of the graph with the guide's names around it. The routes
 * themselves are in `routes.ts`; how one is run is in `run-route.ts`, how one is described in `openapi.ts`.
 */
import type { ErrorCode } from '@interview/runtime/errors';
import type { Viewer } from '@interview/runtime/viewer';
import { z } from 'zod';
import { checked } from './problems.js';

export type Method = 'GET' | 'POST' | 'PATCH';

/** What a reader of the interface is told of a route. */
interface Description {
  /** What generated clients call it. */
  name: string;
  method: Method;
  /** As express takes it, e.g. `/rounds/:roundId`, below `/api`. */
  path: string;
  /** Under which heading the route is described. */
  tag: string;
  summary: string;
  /** Who may, and what else is not in the names. */
  description: string;
  /** A sentence for each status of success. */
  success: Readonly<Record<number, string>>;
  /** Codes that this route answers beside those that every route does. */
  errors: readonly ErrorCode[];
}

/** A request as express hands it over, unchecked. */
interface Sent {
  params: Readonly<Record<string, unknown>>;
  query: unknown;
  body: unknown;
}

/** A route that is a document of the graph and a mapping. */
export interface GraphRoute extends Description {
  kind: 'graph';
  document: string;
  query: z.ZodObject;
  body: z.ZodObject | undefined;
  answers: z.ZodType;
  /** What the document is asked with. @throws AppError VALIDATION_FAILED naming every wrong field. */
  variables(sent: Sent): Record<string, unknown>;
  /**
   * @param data what the document answered
   * @throws AppError NOT_FOUND where there is nothing for the viewer; ZodError when the graph broke its word
   */
  answer(data: unknown, viewer: Viewer): { status: number; body: unknown };
}

/** A route whose bytes are passed on as they come: described here, served by `resume-files.ts`. */
export interface FileRoute extends Description {
  kind: 'file';
  handler: 'upload' | 'download';
}

export type Route = GraphRoute | FileRoute;

interface GraphRouteSpec<Q extends z.ZodObject, B extends z.ZodObject, G extends z.ZodType, A extends z.ZodType>
  extends Description {
  document: string;
  /** The parameters behind the `?`; without it the route takes none. */
  query?: Q;
  body?: B;
  variables(sent: { roundId: string; query: z.output<Q>; body: z.output<B> }): Record<string, unknown>;
  /** What the document answers. */
  data: G;
  /** What the client is answered. */
  answers: A;
  answer(data: z.output<G>, viewer: Viewer): z.output<A>;
  /** Needed where there are several statuses of success. */
  status?(data: z.output<G>): number;
}

/** Binds a route's parts to each other's types. */
export function graphRoute<Q extends z.ZodObject, B extends z.ZodObject, G extends z.ZodType, A extends z.ZodType>(
  spec: GraphRouteSpec<Q, B, G, A>,
): GraphRoute {
  const query: z.ZodObject = spec.query ?? z.strictObject({});
  const [onlyStatus = 200] = Object.keys(spec.success).map(Number);
  return {
    ...spec,
    kind: 'graph',
    query,
    body: spec.body,
    variables: (sent) => {
      const parts = checked(
        { query, ...(spec.body ? { body: spec.body } : {}) },
        { query: sent.query, body: sent.body ?? {} },
      );
      // Each part was checked by its own schema just above.
      const [checkedQuery, body] = [parts['query'] as z.output<Q>, parts['body'] as z.output<B>];
      return spec.variables({ roundId: String(sent.params['roundId'] ?? ''), query: checkedQuery, body });
    },
    answer: (data, viewer) => {
      const read = spec.data.parse(data);
      return { status: spec.status?.(read) ?? onlyStatus, body: spec.answer(read, viewer) };
    },
  };
}
