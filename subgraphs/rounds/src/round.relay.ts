/**
 * Tells Redis of each change of a round: the state that the gateway and the workers go by, the set of rounds
 * that are analysed, and a message on `rounds:changed`. A change is noted in the transaction that makes it
 * (`round_changes`), so a crash between commit and publication delays the news and never loses it. One
 * replica relays at a time, so an older state cannot overtake a newer one.
 */
import type { Logger } from '@interview/runtime/log';
import type { RedisConnection } from '@interview/runtime/redis';
import { AnalyserService } from '@interview/schema/enums';
import { channels, keys } from '@interview/schema/keys';
import { isAnalysed, type RoundState } from '@interview/schema/messages';
import { type Job, startJob } from '@interview/subgraph-kit/job';
import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { Round } from './round.entity.js';
import { hasEnded } from './round.lifecycle.js';

const POLL_MS = 1000;
const BATCH = 200;
/** Any number no other lock of the database uses: "rounds" in ASCII, cut. */
const RELAY_LOCK = 0x726f756e;
/** Late media of an ended round is still refused by name, and a review of its insights still renews its aggregate. */
const ENDED_STATE_SECONDS = 30 * 24 * 3600;

export const noteChange = (em: SqlEntityManager, roundId: string) =>
  em.execute('insert into rounds.round_changes (round_id) values (?)', [roundId]);

/** `kick` is for after a commit: it relays at once, and resolves when that was tried. */
export function startRoundRelay(orm: MikroORM, redis: RedisConnection, log: Logger): Job {
  const fork = () => orm.em.fork() as SqlEntityManager;
  let liveRoundsNoted = false;
  return startJob({
    name: 'telling Redis of rounds',
    everyMs: POLL_MS,
    log,
    async run() {
      // What Redis lost while nobody looked (it was emptied, or restored from a copy) is told again at start.
      if (!liveRoundsNoted) await noteLiveRounds(fork());
      liveRoundsNoted = true;
      while ((await relayBatch(fork(), redis)) === BATCH);
    },
  });
}

const noteLiveRounds = (em: SqlEntityManager) =>
  em.execute(
    `insert into rounds.round_changes (round_id)
     select id from rounds.interview_rounds where status not in ('COMPLETED', 'CANCELLED', 'NO_SHOW')`,
  );

/** Relays up to BATCH notes and answers how many there were. */
function relayBatch(em: SqlEntityManager, redis: RedisConnection): Promise<number> {
  return em.transactional(async (tx) => {
    await tx.execute('select pg_advisory_xact_lock(?)', [RELAY_LOCK]);
    const notes = await tx.execute<{ id: string; round_id: string }[]>(
      'select id, round_id from rounds.round_changes order by id limit ?',
      [BATCH],
    );
    if (notes.length === 0) return 0;
    const rounds = await tx.find(
      Round,
      { id: { $in: [...new Set(notes.map((note) => note.round_id))] } },
      { populate: ['askedQuestions'] },
    );
    await announce(redis, rounds.map(stateOf));
    await tx.execute("delete from rounds.round_changes where id = any(string_to_array(?, ',')::bigint[])", [
      notes.map((note) => note.id).join(','),
    ]);
    return notes.length;
  });
}

async function announce(redis: RedisConnection, states: readonly RoundState[]): Promise<void> {
  const commands = redis.pipeline();
  for (const state of states) {
    const json = JSON.stringify(state);
    if (hasEnded(state.status)) commands.set(keys.round(state.id), json, 'EX', ENDED_STATE_SECONDS);
    else commands.set(keys.round(state.id), json);
    if (isAnalysed(state)) {
      commands.sadd(keys.analysedRounds, state.id);
      // A service that is down until the round has ended still finds it here.
      for (const service of AnalyserService.options) commands.sadd(keys.unfinishedRounds(service), state.id);
    } else commands.srem(keys.analysedRounds, state.id);
    commands.publish(channels.roundChanged, json);
  }
  for (const [error] of (await commands.exec()) ?? []) if (error) throw error;
}

function stateOf(round: Round): RoundState {
  return {
    id: round.id,
    version: round.version,
    companyId: round.companyId,
    candidateId: round.externalCandidateId,
    interviewerId: round.externalInterviewerId,
    status: round.status,
    mode: round.interviewMode,
    consentGiven: round.candidateConsentGiven,
    startedAtMs: round.startedAt?.getTime() ?? null,
    endedAtMs: round.endedAt?.getTime() ?? null,
    questions: round.askedQuestions.getItems().map((question) => ({
      id: question.id,
      text: question.text,
      askedAtMs: question.askedAt.getTime(),
    })),
  };
}
