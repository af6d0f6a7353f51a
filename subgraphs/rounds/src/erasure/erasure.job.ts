/**
 * Brings erasures to their end: once every other subgraph has confirmed, what rounds itself holds goes, in the
 * database and in Redis, and the erasure is complete. Every step may be repeated.
 */
import type { Logger } from '@interview/runtime/log';
import type { RedisConnection } from '@interview/runtime/redis';
import { AnalyserService } from '@interview/schema/enums';
import { channels, keys } from '@interview/schema/keys';
import { recordAudit } from '@interview/subgraph-kit/audit/audit';
import type { Topics } from '@interview/subgraph-kit/feeds/topics';
import { type Job, startJob } from '@interview/subgraph-kit/job';
import { ForeignKeyConstraintViolationException } from '@mikro-orm/core';
import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { THE_PRODUCT } from '../round.change.js';

const EVERY_MS = 1000;
/** A worker that holds a round finishes it first, else it would write of it again. One that hangs is not waited for. */
const WORKERS_LIMIT_MS = 20_000;

export interface ErasureJobOptions {
  orm: MikroORM;
  redis: RedisConnection;
  topics: Topics;
  log: Logger;
  now?: () => Date;
}

interface Ready {
  id: string;
  company_id: string;
  requested_at: string | Date;
  round_ids: string[];
}

export function startErasureJob({ orm, redis, topics, log, now = () => new Date() }: ErasureJobOptions): Job {
  const fork = () => orm.em.fork() as SqlEntityManager;

  async function finish(erasure: Ready): Promise<void> {
    const waited = now().getTime() - new Date(erasure.requested_at).getTime();
    if (waited < WORKERS_LIMIT_MS && (await isHeld(redis, erasure.round_ids))) return;
    try {
      await fork().transactional((tx) => eraseRounds(tx as SqlEntityManager, erasure));
    } catch (error) {
      if (!(error instanceof ForeignKeyConstraintViolationException)) throw error;
      // Something was written for a round after its subgraph had confirmed: all of them look once more.
      log.warn({ erasure: erasure.id }, 'an erasure is begun anew: something still refers to its rounds');
      await fork().execute('update rounds.erasure_steps set done_at = null where erasure_id = ?', [erasure.id]);
      await topics.publish(channels.erasures, {});
    }
  }

  async function eraseRounds(tx: SqlEntityManager, { id, company_id, round_ids }: Ready): Promise<void> {
    await tx.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`erasure:rounds:${id}`]);
    // Another replica may have been quicker.
    if (!(await ready(tx)).some((row) => row.id === id)) return;
    await tx.execute(
      `insert into rounds.erased (round_id) select id from rounds.interview_rounds where erasure_id = ?
       on conflict do nothing`,
      [id],
    );
    await tx.execute('delete from rounds.interview_rounds where erasure_id = ?', [id]);
    await forgetRounds(redis, round_ids);
    await tx.execute(`update rounds.erasure_steps set done_at = now() where erasure_id = ? and subgraph = 'rounds'`, [
      id,
    ]);
    await tx.execute('update rounds.erasures set completed_at = ? where id = ?', [now(), id]);
    await recordAudit(tx, {
      ...{ companyId: company_id, actor: THE_PRODUCT, action: 'ERASURE_COMPLETED', roundId: null },
      detail: { erasureId: id, rounds: round_ids.length },
    });
    log.info({ erasure: id }, 'an erasure is complete');
  }

  return startJob({
    name: 'erasures',
    everyMs: EVERY_MS,
    log,
    async run() {
      for (const erasure of await ready(fork())) await finish(erasure);
    },
  });
}

/** The erasures of which only this subgraph's part is left. */
const ready = (em: SqlEntityManager) =>
  em.execute<Ready[]>(
    `select p.id, p.company_id, p.requested_at, to_jsonb(p.round_ids) as round_ids
     from rounds.pending_erasures p
     where p.subgraph = 'rounds' and not exists (
       select 1 from rounds.erasure_steps s where s.erasure_id = p.id and s.subgraph <> 'rounds' and s.done_at is null)
     order by p.requested_at`,
  );

async function isHeld(redis: RedisConnection, roundIds: readonly string[]): Promise<boolean> {
  for (const id of roundIds) {
    for (const service of AnalyserService.options) if ((await redis.exists(keys.lease(service, id))) > 0) return true;
  }
  return false;
}

/** Everything in Redis that carries a round's id in its name, and its places in the sets. */
export async function forgetRounds(redis: RedisConnection, roundIds: readonly string[]): Promise<void> {
  for (const id of roundIds) {
    const commands = redis.pipeline();
    const { round, audio, video, tab, faces, voices, mediaSeen } = keys;
    for (const key of [round, audio, video, tab, faces, voices, mediaSeen]) commands.del(key(id));
    for (const service of AnalyserService.options) {
      commands.del(keys.checkpoint(service, id), keys.holders(service, id));
      commands.srem(keys.unfinishedRounds(service), id);
    }
    commands.srem(keys.analysedRounds, id);
    for (const [error] of (await commands.exec()) ?? []) if (error) throw error;
  }
}
