/**
 * Pages of the insights or segments of rounds, ordered by their sequence. However many rounds an answer shows,
 * a page of each costs one statement in all, and so does each `totalCount` that is asked for.
 */
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { type Connection, type Page, type PageArguments, readPage, toConnection } from '@interview/subgraph-kit/paging';
import type { EntityClass } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import DataLoader from 'dataloader';

interface Sequenced {
  roundId: string;
  sequence: number;
}

/** More that a row must fulfil: `and …`, with its parameters. */
export interface Condition {
  sql: string;
  parameters: readonly (string | Date)[];
}
const NO_CONDITION: Condition = { sql: '', parameters: [] };

/** What a list shows: an entity, its table and the form of its cursors. */
export interface SequencedRows<T extends Sequenced> {
  entity: EntityClass<T>;
  table: string;
  cursor: { encode(sequence: number): string; decode(cursor: string): number | undefined };
  /** Remembers the request's loaders. */
  keys: { pages: symbol; totals: symbol };
}

export const sequencedRows = <T extends Sequenced>(
  entity: EntityClass<T>,
  table: string,
  cursor: SequencedRows<T>['cursor'],
): SequencedRows<T> => ({
  entity,
  table,
  cursor,
  keys: { pages: Symbol(`pages of ${table}`), totals: Symbol(`totals of ${table}`) },
});

interface Request {
  roundId: string;
  where: Condition;
}
interface PageRequest extends Request {
  page: Page<number>;
}

/** A page of a round. @throws AppError VALIDATION_FAILED naming each wrong page argument. */
export async function listSequenced<T extends Sequenced>(
  context: SubgraphContext,
  rows: SequencedRows<T>,
  of: { roundId: string; where?: Condition; args: PageArguments },
): Promise<Connection<T>> {
  const { roundId, where = NO_CONDITION } = of;
  const page = readPage(of.args, rows.cursor.decode);
  const pages = context.loader<PageRequest, T[], string>(rows.keys.pages, () =>
    loaderOf<PageRequest, T[]>((group) => readPages(context.em, rows, group)),
  );
  const totals = context.loader<Request, number, string>(rows.keys.totals, () =>
    loaderOf<Request, number>((group) => countRows(context.em, rows.table, group)),
  );
  const connection = toConnection(
    await pages.load({ roundId, where, page }),
    page,
    (row) => rows.cursor.encode(row.sequence),
    () => totals.load({ roundId, where }),
  );
  // A client reads the list and then subscribes `after` its end; so an empty page has an end too: where it began.
  connection.pageInfo.endCursor ??= rows.cursor.encode(page.after ?? 0);
  return connection;
}

/** What rounds are asked for with the same arguments is read together: by `read`, in the order of the group. */
function loaderOf<R extends Request, V>(read: (group: readonly [R, ...R[]]) => Promise<V[]>): DataLoader<R, V, string> {
  return new DataLoader(
    async (requests) => {
      const groups = Map.groupBy(requests, ({ roundId: _roundId, ...args }) => JSON.stringify(args));
      const answers = new Map<R, V>();
      await Promise.all(
        [...groups.values()].map(async ([first, ...rest]) => {
          if (!first) return;
          const group = [first, ...rest] as const;
          const values = await read(group);
          group.forEach((request, index) => {
            const value = values[index];
            if (value !== undefined) answers.set(request, value);
          });
        }),
      );
      return requests.map((request) => answers.get(request) ?? new Error('A list was not read.'));
    },
    { cacheKeyFn: (request) => JSON.stringify(request) },
  );
}

/** Of each round one row more than the page shows, if there are more; in the list's order. */
async function readPages<T extends Sequenced>(
  em: SqlEntityManager,
  { entity, table }: SequencedRows<T>,
  group: readonly [PageRequest, ...PageRequest[]],
): Promise<T[][]> {
  const [{ page, where }] = group;
  const { after, before, size } = page;
  const forward = page.direction === 'forward';
  const found = await em.execute<Record<string, unknown>[]>(
    `select row.* from unnest(string_to_array(?, ',')::uuid[]) as round (id) cross join lateral (
       select * from ${table} where round_id = round.id and sequence > ? and sequence < ? ${where.sql}
       order by sequence ${forward ? 'asc' : 'desc'} limit ?) as row
     order by row.sequence`,
    [idsOf(group), after ?? -1, before ?? Number.MAX_SAFE_INTEGER, ...where.parameters, size + 1],
  );
  const byRound = Map.groupBy(
    found.map((row) => em.map(entity, row as never) as T),
    (row) => row.roundId,
  );
  return group.map(({ roundId }) => byRound.get(roundId) ?? []);
}

async function countRows(
  em: SqlEntityManager,
  table: string,
  group: readonly [Request, ...Request[]],
): Promise<number[]> {
  const [{ where }] = group;
  const counts = await em.execute<{ round_id: string; count: string }[]>(
    `select round_id, count(*) from ${table}
     where round_id = any(string_to_array(?, ',')::uuid[]) ${where.sql} group by round_id`,
    [idsOf(group), ...where.parameters],
  );
  const byRound = new Map(counts.map(({ round_id, count }) => [round_id, Number(count)]));
  return group.map(({ roundId }) => byRound.get(roundId) ?? 0);
}

const idsOf = (group: readonly Request[]) => group.map(({ roundId }) => roundId).join(',');
