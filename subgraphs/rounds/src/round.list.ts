/** The list of rounds: who sees which, how they are ordered, filtered and paged. */
import { validationFailed } from '@interview/runtime/errors';
import type { Viewer } from '@interview/runtime/viewer';
import { type Connection, decodeCursor, encodeCursor, readPage, toConnection } from '@interview/subgraph-kit/paging';
import { isUuid } from '@interview/subgraph-kit/round-access';
import type { FilterQuery } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { Round } from './round.entity.js';
import type { RoundFilter } from './round.input.js';

/** Where a row stands in its list: the ordering instant (epoch ms, null where there is none) and the id. */
interface Place {
  atMs: number | null;
  id: string;
}

/** A list never shows what its item would refuse. */
function visibleTo(viewer: Viewer): FilterQuery<Round> {
  const company = { companyId: viewer.companyId, erasure: null };
  if (viewer.role === 'CANDIDATE') return { ...company, externalCandidateId: viewer.id };
  if (viewer.role === 'EMPLOYEE') return { ...company, externalInterviewerId: viewer.id };
  return company;
}

/** The columns that are compared as they are; an empty text is a text, which no round has. */
const EQUAL = ['externalInterviewId', 'externalCandidateId', 'externalInterviewerId', 'externalJobRoleId'] as const;

function matching(filter: RoundFilter): FilterQuery<Round>[] {
  const conditions: FilterQuery<Round>[] = [];
  for (const name of EQUAL) if (isGiven(filter[name])) conditions.push({ [name]: filter[name] });
  if (filter.status) conditions.push({ status: { $in: filter.status } });
  if (filter.scheduledFrom) conditions.push({ scheduledAt: { $gte: filter.scheduledFrom } });
  if (filter.scheduledTo) conditions.push({ scheduledAt: { $lte: filter.scheduledTo } });
  if (filter.updatedAfter) conditions.push({ updatedAt: { $gt: filter.updatedAfter } });
  return conditions;
}

const isGiven = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined;

const LISTS = {
  /** Newest scheduled first, rounds without a date last. */
  scheduled: {
    kind: 'rounds',
    orderBy: [{ scheduledAt: 'desc nulls last' }, { id: 'desc' }],
    placeOf: (round: Round): Place => ({ atMs: round.scheduledAt?.getTime() ?? null, id: round.id }),
    after: ({ atMs, id }: Place): FilterQuery<Round> =>
      atMs === null
        ? { scheduledAt: null, id: { $lt: id } }
        : {
            $or: [
              { scheduledAt: { $lt: new Date(atMs) } },
              { scheduledAt: new Date(atMs), id: { $lt: id } },
              { scheduledAt: null },
            ],
          },
  },
  /** For delta sync: the oldest change first. */
  updated: {
    kind: 'rounds-updated',
    orderBy: [{ updatedAt: 'asc' }, { id: 'asc' }],
    placeOf: (round: Round): Place => ({ atMs: round.updatedAt.getTime(), id: round.id }),
    after: ({ atMs, id }: Place): FilterQuery<Round> => ({
      $or: [{ updatedAt: { $gt: new Date(atMs ?? 0) } }, { updatedAt: new Date(atMs ?? 0), id: { $gt: id } }],
    }),
  },
} as const;

function readPlace(kind: string, cursor: string): Place | undefined {
  const parts = decodeCursor(kind, cursor);
  const [at, id] = parts ?? [];
  if (typeof id !== 'string' || !isUuid(id)) return undefined;
  if (at === '') return { atMs: null, id };
  return typeof at === 'number' && Number.isSafeInteger(at) ? { atMs: at, id } : undefined;
}

export async function listRounds(
  em: SqlEntityManager,
  viewer: Viewer,
  args: { filter?: RoundFilter | null; first?: number | null; after?: string | null },
): Promise<Connection<Round>> {
  const filter = args.filter ?? {};
  if (filter.scheduledFrom && filter.scheduledTo && filter.scheduledFrom > filter.scheduledTo) {
    throw validationFailed([{ path: 'filter.scheduledTo', message: 'must not lie before scheduledFrom' }]);
  }
  const list = filter.updatedAfter ? LISTS.updated : LISTS.scheduled;
  const page = readPage({ first: args.first ?? 20, after: args.after }, (cursor) => readPlace(list.kind, cursor));
  const where = [visibleTo(viewer), ...matching(filter)];
  const rows = await em.find(
    Round,
    { $and: page.after ? [...where, list.after(page.after)] : where },
    { orderBy: [...list.orderBy], limit: page.size + 1 },
  );
  const cursorOf = (round: Round) => {
    const { atMs, id } = list.placeOf(round);
    return encodeCursor(list.kind, [atMs ?? '', id]);
  };
  return toConnection(rows, page, cursorOf, () => em.count(Round, { $and: where }));
}
