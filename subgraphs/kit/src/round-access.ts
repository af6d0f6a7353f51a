/**
 * Who may do what with a round. Every subgraph knows a round's company, people, status, mode and consent from
 * the one narrow view that rounds owns (`rounds.round_access`), and decides here, at every entry.
 *
 * Two refusals, never mixed up: a thing of another company does not exist for the viewer (null, NOT_FOUND);
 * a thing of the own company that is not the viewer's to see is ACCESS_DENIED.
 */

import { accessDenied, notFound } from '@interview/runtime/errors';
import type { Viewer } from '@interview/runtime/viewer';
import type { InterviewMode, RoundStatus } from '@interview/schema/enums';
import type { SqlEntityManager } from '@mikro-orm/postgresql';

export interface RoundAccess {
  id: string;
  companyId: string;
  candidateId: string;
  interviewerId: string | null;
  status: RoundStatus;
  mode: InterviewMode;
  consentGiven: boolean;
  startedAtMs: number | null;
}

/** STAFF: HR and ADMIN of the round's company. */
export type Relation = 'CANDIDATE' | 'INTERVIEWER' | 'STAFF' | 'OTHER';

export function relationTo(viewer: Viewer, round: RoundAccess): Relation {
  if (viewer.companyId !== round.companyId) return 'OTHER';
  if (viewer.role === 'HR' || viewer.role === 'ADMIN') return 'STAFF';
  if (viewer.role === 'EMPLOYEE' && viewer.id === round.interviewerId) return 'INTERVIEWER';
  if (viewer.role === 'CANDIDATE' && viewer.id === round.candidateId) return 'CANDIDATE';
  return 'OTHER';
}

/** What is measured and decided: for the assigned interviewer and staff, never for the candidate. */
export const EVALUATORS: readonly Relation[] = ['INTERVIEWER', 'STAFF'];
/** Everyone whom the round concerns. */
export const PARTICIPANTS: readonly Relation[] = ['CANDIDATE', 'INTERVIEWER', 'STAFF'];

/**
 * For reads: the round if the viewer may, null if it does not exist for them.
 * @throws AppError ACCESS_DENIED when it is of their company but not theirs to see.
 */
export function readable<R extends RoundAccess>(
  viewer: Viewer,
  round: R | null | undefined,
  who: readonly Relation[],
): R | null {
  if (!round || round.companyId !== viewer.companyId) return null;
  if (!who.includes(relationTo(viewer, round))) throw accessDenied('This is not yours to see.');
  return round;
}

/**
 * For changes and feeds, which must name a round that exists.
 * @throws AppError NOT_FOUND when it does not exist for the viewer, ACCESS_DENIED when it is not theirs.
 */
export function required<R extends RoundAccess>(
  viewer: Viewer,
  round: R | null | undefined,
  who: readonly Relation[],
): R {
  if (!round || round.companyId !== viewer.companyId) throw notFound('The round');
  if (!who.includes(relationTo(viewer, round))) throw accessDenied('This round is not yours to do that with.');
  return round;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** A malformed id is the id of nothing. */
export const isUuid = (id: string) => UUID.test(id);

interface AccessRow {
  id: string;
  company_id: string;
  candidate_id: string;
  interviewer_id: string | null;
  status: RoundStatus;
  mode: InterviewMode;
  consent_given: boolean;
  started_at_ms: string | number | null;
}

/** One statement for any number of rounds; in the order of `ids`, null where there is none. */
export async function loadRoundAccess(em: SqlEntityManager, ids: readonly string[]): Promise<(RoundAccess | null)[]> {
  const known = ids.filter(isUuid);
  const rows: AccessRow[] =
    known.length === 0
      ? []
      : await em.execute(
          "select id, company_id, candidate_id, interviewer_id, status, mode, consent_given, started_at_ms from rounds.round_access where id = any(string_to_array(?, ',')::uuid[])",
          [known.join(',')],
        );
  const byId = new Map(rows.map((row) => [row.id, fromRow(row)]));
  return ids.map((id) => byId.get(id.toLowerCase()) ?? null);
}

function fromRow(row: AccessRow): RoundAccess {
  return {
    id: row.id,
    companyId: row.company_id,
    candidateId: row.candidate_id,
    interviewerId: row.interviewer_id,
    status: row.status,
    mode: row.mode,
    consentGiven: row.consent_given,
    startedAtMs: row.started_at_ms === null ? null : Number(row.started_at_ms),
  };
}
