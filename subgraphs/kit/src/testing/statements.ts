/** Which SQL statements something costs. */
import type { MikroORM } from '@mikro-orm/postgresql';

/**
 * The statements that the subgraph's connections send while `run` runs, whoever asks for them: nothing else may
 * use them meanwhile. Transactions' begin and commit are not among them.
 * @example expect(await statementsDuring(orm, () => ask(50))).toHaveLength((await statementsDuring(orm, () => ask(2))).length);
 */
export async function statementsDuring(orm: Pick<MikroORM, 'em'>, run: () => Promise<unknown>): Promise<string[]> {
  const connection = orm.em.getConnection();
  const execute = connection.execute.bind(connection);
  const statements: string[] = [];
  connection.execute = ((query: unknown, ...rest: []) => {
    statements.push(typeof query === 'string' ? query : JSON.stringify(query));
    return execute(query as string, ...rest);
  }) as typeof connection.execute;
  try {
    await run();
  } finally {
    connection.execute = execute;
  }
  return statements;
}
