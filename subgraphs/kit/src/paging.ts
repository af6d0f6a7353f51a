/** Relay connections: opaque cursors, checked page arguments, the connection and edge types. */
import { type FieldProblem, validationFailed } from '@interview/runtime/errors';
import { Directive, Field, Int, ObjectType } from 'type-graphql';

@Directive('@shareable')
@ObjectType()
export class PageInfo {
  @Field()
  hasNextPage!: boolean;
  @Field()
  hasPreviousPage!: boolean;
  @Field(() => String, { nullable: true })
  startCursor!: string | null;
  @Field(() => String, { nullable: true })
  endCursor!: string | null;
}

export interface Edge<T> {
  cursor: string;
  node: T;
}
export interface Connection<T> {
  edges: Edge<T>[];
  pageInfo: PageInfo;
  /** Counts only when it is asked for. */
  countTotal: () => Promise<number>;
}

type NodeClass<T> = new () => T;

/**
 * The classes `<Name>Connection` and `<Name>Edge` for a node.
 * @example export const { ConnectionType: RoundConnection } = connectionOf('Round', Round);
 */
export function connectionOf<T extends object>(name: string, node: NodeClass<T>) {
  @ObjectType(`${name}Edge`)
  class EdgeType {
    @Field()
    cursor!: string;
    @Field(() => node)
    node!: T;
  }
  @ObjectType(`${name}Connection`)
  class ConnectionType {
    @Field(() => [EdgeType])
    edges!: Edge<T>[];
    @Field(() => PageInfo)
    pageInfo!: PageInfo;
    countTotal!: () => Promise<number>;
    @Field(() => [node], { name: 'nodes' })
    nodes(): T[] {
      return this.edges.map((edge) => edge.node);
    }
    @Field(() => Int, { name: 'totalCount' })
    totalCount(): Promise<number> {
      return this.countTotal();
    }
    static of(connection: Connection<T>): ConnectionType {
      return Object.assign(new ConnectionType(), connection);
    }
  }
  return { ConnectionType, EdgeType };
}

export interface PageArguments {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}

export interface Page<P> {
  direction: 'forward' | 'backward';
  /** How many rows to show; read one more to know whether there are others. */
  size: number;
  /** Decoded; exclusive. */
  after: P | undefined;
  before: P | undefined;
}

const MAX_PAGE = 500;

/** @throws AppError VALIDATION_FAILED naming each wrong argument. */
export function readPage<P>(args: PageArguments, decode: (cursor: string) => P | undefined): Page<P> {
  const problems: FieldProblem[] = [];
  for (const name of ['first', 'last'] as const) {
    const value = args[name];
    if (value !== undefined && value !== null && (value < 1 || value > MAX_PAGE)) {
      problems.push({ path: name, message: `must be from 1 to ${MAX_PAGE}` });
    }
  }
  const cursor = (name: 'after' | 'before') => {
    const value = args[name];
    if (value === undefined || value === null) return undefined;
    const decoded = decode(value);
    if (decoded === undefined) problems.push({ path: name, message: 'is not a cursor of this list' });
    return decoded;
  };
  const [after, before] = [cursor('after'), cursor('before')];
  if (problems.length > 0) throw validationFailed(problems);
  // `first` has a default, so `last` decides where both are there.
  return args.last
    ? { direction: 'backward', size: args.last, after, before }
    : { direction: 'forward', size: args.first ?? 100, after, before };
}

/** Rows in the list's order, one more than `size` if there are more in the page's direction. */
export function toConnection<T>(
  rows: readonly T[],
  page: Page<unknown>,
  cursorOf: (row: T) => string,
  countTotal: () => Promise<number>,
): Connection<T> {
  const more = rows.length > page.size;
  const forward = page.direction === 'forward';
  const shown = forward ? rows.slice(0, page.size) : rows.slice(more ? rows.length - page.size : 0);
  const edges = shown.map((node) => ({ cursor: cursorOf(node), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: forward ? more : page.before !== undefined,
      hasPreviousPage: forward ? page.after !== undefined : more,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    countTotal,
  };
}

/** Cursors are opaque to clients: base64url of a kind and what the list is ordered by. */
export const encodeCursor = (kind: string, parts: readonly (string | number)[]) =>
  Buffer.from(JSON.stringify([kind, ...parts])).toString('base64url');

/** The parts that `encodeCursor` was given, or undefined for anything else. */
export function decodeCursor(kind: string, cursor: string): (string | number)[] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (!Array.isArray(value) || value[0] !== kind) return undefined;
    const parts: unknown[] = value.slice(1);
    const valid = parts.every((part) => typeof part === 'string' || typeof part === 'number');
    // Each part was checked just above.
    return valid ? (parts as (string | number)[]) : undefined;
  } catch {
    // Not JSON: somebody else's cursor.
    return undefined;
  }
}
