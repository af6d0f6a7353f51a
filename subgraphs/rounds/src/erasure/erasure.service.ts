/** Orders the erasure of a candidate and tells how far it is. `erasure.job.ts` brings it to its end. */
import { randomUUID } from 'node:crypto';
import { accessDenied, validationFailed } from '@interview/runtime/errors';
import type { Viewer } from '@interview/runtime/viewer';
import { recordAudit } from '@interview/subgraph-kit/audit/audit';
import { isUuid } from '@interview/subgraph-kit/round-access';
import { LockMode } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { saveChange, snapshot } from '../round.change.js';
import { Round } from '../round.entity.js';
import { hasEnded } from '../round.lifecycle.js';
import { Erasure } from './erasure.entity.js';

const MAX_ID = 255;

export interface ErasureService {
  /**
   * Orders it; while one of this candidate is under way, answers that one. From the commit on, the candidate's
   * rounds exist for nobody, and what was in progress is cancelled.
   * @throws AppError ACCESS_DENIED for all but HR and ADMIN, VALIDATION_FAILED.
   */
  order(em: SqlEntityManager, viewer: Viewer, externalCandidateId: string): Promise<Erasure>;
  /** Null where there is none in the viewer's company. @throws AppError ACCESS_DENIED */
  byId(em: SqlEntityManager, viewer: Viewer, id: string): Promise<Erasure | null>;
  /** The subgraphs that have not confirmed. */
  pending(em: SqlEntityManager, erasure: Erasure): Promise<string[]>;
}

/** `ordered` is called after the commit. */
export function createErasureService(ordered: () => Promise<void>, now: () => Date = () => new Date()): ErasureService {
  return {
    async order(em, viewer, externalCandidateId) {
      requireStaff(viewer);
      checkCandidate(externalCandidateId);
      const erasure = await em.transactional((tx) => write(tx as SqlEntityManager, viewer, externalCandidateId, now()));
      await ordered();
      return erasure;
    },
    async byId(em, viewer, id) {
      requireStaff(viewer);
      return isUuid(id) ? em.findOne(Erasure, { id, companyId: viewer.companyId }) : null;
    },
    async pending(em, { id }) {
      const rows = await em.execute<{ subgraph: string }[]>(
        'select subgraph from rounds.erasure_steps where erasure_id = ? and done_at is null order by subgraph',
        [id],
      );
      return rows.map((row) => row.subgraph);
    },
  };
}

async function write(tx: SqlEntityManager, viewer: Viewer, candidateId: string, at: Date): Promise<Erasure> {
  const { companyId } = viewer;
  await tx.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`erasure:${companyId}:${candidateId}`]);
  const underWay = await tx.findOne(Erasure, { companyId, externalCandidateId: candidateId, completedAt: null });
  if (underWay) return underWay;

  const id = randomUUID();
  const erasure = tx.create(Erasure, {
    ...{ id, companyId, externalCandidateId: candidateId, requestedAt: at, completedAt: null },
  });
  await tx.flush();
  await tx.execute(
    `insert into rounds.erasure_steps (erasure_id, subgraph)
     select ?::uuid, unnest(array['rounds', 'resumes', 'insights', 'verdicts'])`,
    [id],
  );
  const rounds = await tx.find(
    Round,
    { companyId, externalCandidateId: candidateId, erasure: null },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } },
  );
  const changes = rounds.map((round) => ({ round, before: snapshot(round), actor: viewer, at }));
  for (const round of rounds) {
    round.erasure = id;
    if (!hasEnded(round.status)) round.moveTo('CANCELLED', at);
  }
  await saveChange(tx, ...changes);
  await recordAudit(tx, {
    ...{ companyId, actor: viewer, action: 'ERASURE_REQUESTED', roundId: null },
    detail: { erasureId: id, rounds: rounds.length },
  });
  return erasure;
}

function requireStaff(viewer: Viewer): void {
  if (viewer.role !== 'HR' && viewer.role !== 'ADMIN') throw accessDenied('Only HR and ADMIN may erase a candidate.');
}

function checkCandidate(id: string): void {
  const refuse = (message: string) => validationFailed([{ path: 'externalCandidateId', message }]);
  if (id.trim() === '') throw refuse('must not be empty');
  if (id.length > MAX_ID) throw refuse(`must have at most ${MAX_ID} characters`);
  if (id.includes('\0')) throw refuse('must not contain a NUL character');
}
