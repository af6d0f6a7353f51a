/**
 * Statements of the hot paths. MikroORM writes parameters into the text, which grows with what is stored; here they
 * travel beside it. Nothing is prepared by name: a pooler in front of PostgreSQL may hand each statement to another session.
 */
import type { MikroORM } from '@mikro-orm/postgresql';

/**
 * One statement with `$1`, `$2` …, in a transaction of its own.
 * @returns the rows as the driver reads them: a `bigint` is a string, a `jsonb` is parsed.
 * @throws what the driver throws, with PostgreSQL's SQLSTATE as `code`.
 */
export async function runStatement<Row extends object>(
  orm: MikroORM,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  const pool = await orm.em.getConnection().getNativeClient();
  const { rows } = await pool.query<Row>(text, [...values]);
  return rows;
}
