/**
 * Statements of the hot paths. MikroORM writes parameters into the text, which PostgreSQL then parses and plans anew
 * each time; here they travel beside it, and the session keeps the statement by its name.
 */
import type { MikroORM } from '@mikro-orm/postgresql';

export interface Statement {
  /** The same name always with the same text: a session knows the statement by it. */
  name: string;
  /** With `$1`, `$2` … */
  text: string;
}

/**
 * One statement in a transaction of its own.
 * @returns the rows as the driver reads them: a `bigint` is a string, a `jsonb` is parsed.
 * @throws what the driver throws, with PostgreSQL's SQLSTATE as `code`.
 */
export async function runStatement<Row extends object>(
  orm: MikroORM,
  statement: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  const pool = await orm.em.getConnection().getNativeClient();
  const { rows } = await pool.query<Row>({ ...statement, values: [...values] });
  return rows;
}
