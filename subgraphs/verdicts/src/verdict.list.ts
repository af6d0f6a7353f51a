/**
 * The company's verdicts for an ATS that syncs decisions: the oldest submission first, so that whoever goes on
 * after the last cursor, or after the last `submittedAt`, has seen all (see `nextInstant` in verdict.service.ts).
 */
import { accessDenied } from '@interview/runtime/errors';
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { type Connection, decodeCursor, encodeCursor, readPage, toConnection } from '@interview/subgraph-kit/paging';
import { isUuid } from '@interview/subgraph-kit/round-access';
import { Verdict } from './verdict.entity.js';

export interface VerdictListArguments {
  /** Strictly after this instant. */
  submittedAfter?: Date | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}

interface Place {
  submittedAt: Date;
  id: string;
}

const KIND = 'verdicts';

/** @throws AppError ACCESS_DENIED for all but HR and ADMIN, VALIDATION_FAILED naming each wrong argument. */
export async function listVerdicts(
  { em, viewer }: SubgraphContext,
  args: VerdictListArguments,
): Promise<Connection<Verdict>> {
  if (viewer.role !== 'HR' && viewer.role !== 'ADMIN') throw accessDenied('The list of verdicts is for HR and ADMIN.');
  const page = readPage({ first: args.first ?? 20, after: args.after }, readPlace);
  const { submittedAfter } = args;
  // A list never shows what its item would refuse: a round that rounds does not show has no verdict.
  const from = `from verdicts.interview_verdicts v
    join rounds.round_access r on r.id = v.round_id and r.company_id = v.company_id
    where v.company_id = ? ${submittedAfter ? 'and v.submitted_at > ?' : ''}`;
  const matching = [viewer.companyId, ...(submittedAfter ? [submittedAfter] : [])];
  const rows = await em.execute<Record<string, unknown>[]>(
    `select v.* ${from} ${page.after ? 'and (v.submitted_at, v.id) > (?, ?::uuid)' : ''}
     order by v.submitted_at, v.id limit ?`,
    [...matching, ...(page.after ? [page.after.submittedAt, page.after.id] : []), page.size + 1],
  );
  return toConnection(
    rows.map((row) => em.map(Verdict, row as never)),
    page,
    ({ submittedAt, id }) => encodeCursor(KIND, [submittedAt.getTime(), id]),
    async () => {
      const [total] = await em.execute<{ count: string }[]>(`select count(*) ${from}`, matching);
      return Number(total?.count ?? 0);
    },
  );
}

function readPlace(cursor: string): Place | undefined {
  const [atMs, id] = decodeCursor(KIND, cursor) ?? [];
  if (typeof atMs !== 'number' || typeof id !== 'string' || !isUuid(id)) return undefined;
  const submittedAt = new Date(atMs);
  return Number.isNaN(submittedAt.getTime()) ? undefined : { submittedAt, id };
}
