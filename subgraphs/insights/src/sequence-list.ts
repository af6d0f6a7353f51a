/** Pages of a round's insights or segments, ordered by their sequence. */
import { type Connection, type Page, type PageArguments, readPage, toConnection } from '@interview/subgraph-kit/paging';
import type { EntityClass, FilterQuery } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';

interface Sequenced {
  roundId: string;
  sequence: number;
}
interface CursorForm {
  encode(sequence: number): string;
  decode(cursor: string): number | undefined;
}

export async function listSequenced<T extends Sequenced>(
  em: SqlEntityManager,
  entity: EntityClass<T>,
  where: FilterQuery<T>,
  args: PageArguments,
  cursor: CursorForm,
): Promise<Connection<T>> {
  const page = readPage(args, cursor.decode);
  const forward = page.direction === 'forward';
  const rows = await em.find(entity, { $and: [where, between(page)] } as FilterQuery<T>, {
    // The two entities both have a sequence; the ORM's types cannot see it through the type parameter.
    orderBy: { sequence: forward ? 'asc' : 'desc' } as never,
    limit: page.size + 1,
  });
  if (!forward) rows.reverse();
  const connection = toConnection(
    rows as T[],
    page,
    (row) => cursor.encode(row.sequence),
    () => em.count(entity, where),
  );
  // A client reads the list and then subscribes `after` its end; so an empty page has an end too: where it began.
  connection.pageInfo.endCursor ??= cursor.encode(page.after ?? 0);
  return connection;
}

const between = ({ after, before }: Page<number>): object => ({
  ...(after !== undefined || before !== undefined
    ? { sequence: { ...(after !== undefined ? { $gt: after } : {}), ...(before !== undefined ? { $lt: before } : {}) } }
    : {}),
});
