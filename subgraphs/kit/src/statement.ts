/**
 * Statements of the hot paths. MikroORM writes parameters into the text, which PostgreSQL then parses and plans anew
 * each time; here they travel beside it.
 */
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { CompiledQuery } from 'kysely';

/**
 * One statement with `$1`, `$2` …, in the entity manager's transaction where it has one.
 * @returns the rows as the driver reads them: a `bigint` is a string, a `jsonb` is parsed.
 * @throws what the driver throws, with PostgreSQL's SQLSTATE as `code`.
 */
export async function runStatement<Row extends object>(
  em: SqlEntityManager,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  const { rows } = await em.getKysely().executeQuery<Row>(CompiledQuery.raw(text, [...values]));
  return rows;
}
