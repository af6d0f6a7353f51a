/** The lock under which a round's resume comes, is replaced and goes. */
import type { SqlEntityManager } from '@mikro-orm/postgresql';

/** Held until the transaction ends. Whoever takes several takes them in the order of their ids. */
export const lockResumeOf = (tx: SqlEntityManager, roundId: string) =>
  tx.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`resume:${roundId.toLowerCase()}`]);
