/** Which SQL statements something costs. */
import type { MikroORM } from '@mikro-orm/postgresql';

/** What the kit's own jobs ask for, whenever their time comes. */
const OF_JOBS = /pending_erasures|pg_try_advisory_xact_lock/;

/**
 * The statements that the subgraph sends while `run` runs, without those of jobs: the kit's, and those that
 * `ofJobs` describes. Transactions' begin and commit are not among them.
 * @example expect(await statementsDuring(orm, () => ask(50))).toHaveLength((await statementsDuring(orm, () => ask(2))).length);
 */
export async function statementsDuring(
  orm: Pick<MikroORM, 'em'>,
  run: () => Promise<unknown>,
  ofJobs?: RegExp,
): Promise<string[]> {
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
  return statements.filter((statement) => !OF_JOBS.test(statement) && !ofJobs?.test(statement));
}
