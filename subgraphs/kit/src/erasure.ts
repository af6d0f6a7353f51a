/**
 * A subgraph's part in the erasure of a candidate. Rounds writes down what is to be erased and shows it in
 * `rounds.pending_erasures`; each subgraph erases what it holds and confirms in the same transaction. So a crash
 * anywhere only means that the work is done again.
 */
import { channels } from '@interview/schema/keys';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { SubgraphName } from './database.js';
import { startJob } from './job.js';
import type { Foundation } from './start-subgraph.js';

export interface Erasure {
  id: string;
  companyId: string;
  candidateId: string;
  /** The candidate's rounds in this company. To everyone else they do not exist any more. */
  roundIds: string[];
}

/** Each erasure is announced; this is for when the announcement was lost. */
const POLL_MS = 5000;

interface PendingRow {
  id: string;
  company_id: string;
  candidate_id: string;
  round_ids: string[];
}

/**
 * Runs `erase` for each erasure that waits for this subgraph, for as long as the process lives. `erase` removes
 * everything held of these rounds and this candidate: rows through `tx`, files and keys directly. It must bear
 * being repeated.
 */
export function eraseOnRequest(
  { orm, topics, log, stopper }: Pick<Foundation, 'orm' | 'topics' | 'log' | 'stopper'>,
  subgraph: Exclude<SubgraphName, 'rounds'>,
  erase: (tx: SqlEntityManager, erasure: Erasure) => Promise<void>,
): void {
  const fork = () => orm.em.fork() as SqlEntityManager;
  const pending = (em: SqlEntityManager) =>
    em.execute<PendingRow[]>(
      `select id, company_id, candidate_id, to_jsonb(round_ids) as round_ids from rounds.pending_erasures
       where subgraph = ? order by requested_at`,
      [subgraph],
    );
  const job = startJob({
    name: 'erasures',
    everyMs: POLL_MS,
    log,
    async run() {
      for (const { id, company_id, candidate_id, round_ids } of await pending(fork())) {
        await fork().transactional(async (tx) => {
          await tx.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`erasure:${subgraph}:${id}`]);
          // Another replica may have been quicker.
          if (!(await pending(tx as SqlEntityManager)).some((row) => row.id === id)) return;
          const erasure = { id, companyId: company_id, candidateId: candidate_id, roundIds: round_ids };
          await erase(tx as SqlEntityManager, erasure);
          await tx.execute('select rounds.confirm_erasure(?::uuid, ?)', [id, subgraph]);
        });
        log.info({ erasure: id }, 'a candidate was erased');
        await topics.publish(channels.erasures, {}).catch((error: unknown) => {
          log.warn({ err: error }, 'an erasure could not be announced; the others look for themselves');
        });
      }
    },
  });
  stopper.onStop('erasures', () => job.stop());
  // Its own rejection is Redis being away, which the poll makes good.
  topics
    .listen(channels.erasures, { onMessage: () => void job.kick(), onDoubt: () => undefined })
    .catch((error: unknown) => log.warn({ err: error }, 'erasures are looked for every few seconds only'));
}
