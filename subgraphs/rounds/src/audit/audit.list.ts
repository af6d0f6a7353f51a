/** The audit log as a list: the newest entry first, in the order of the company's chain. */
import { accessDenied } from '@interview/runtime/errors';
import type { Viewer } from '@interview/runtime/viewer';
import { type Connection, decodeCursor, encodeCursor, readPage, toConnection } from '@interview/subgraph-kit/paging';
import { isUuid } from '@interview/subgraph-kit/round-access';
import type { FilterQuery } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { AuditEvent } from './audit-event.entity.js';

const CURSOR = 'audit';

export interface AuditArguments {
  roundId?: string | null | undefined;
  action?: string | null | undefined;
  /** Strictly after this instant. */
  since?: Date | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}

/** @throws AppError ACCESS_DENIED for all but HR and ADMIN, VALIDATION_FAILED. */
export async function listAuditEvents(
  em: SqlEntityManager,
  viewer: Viewer,
  { roundId, action, since, first, after }: AuditArguments,
): Promise<Connection<AuditEvent>> {
  if (viewer.role !== 'HR' && viewer.role !== 'ADMIN') throw accessDenied('Only HR and ADMIN may read the audit log.');
  const page = readPage({ first: first ?? 50, after }, readSequence);
  const where: FilterQuery<AuditEvent>[] = [{ companyId: viewer.companyId }];
  if (typeof roundId === 'string') {
    if (!isUuid(roundId)) return toConnection<AuditEvent>([], page, String, async () => 0);
    where.push({ roundId });
  }
  if (typeof action === 'string') where.push({ action });
  if (since) where.push({ at: { $gt: since } });
  const rows = await em.find(
    AuditEvent,
    { $and: page.after === undefined ? where : [...where, { sequence: { $lt: page.after } }] },
    { orderBy: { sequence: 'desc' }, limit: page.size + 1, disableIdentityMap: true },
  );
  const cursorOf = (event: AuditEvent) => encodeCursor(CURSOR, [event.sequence]);
  return toConnection(rows, page, cursorOf, () => em.count(AuditEvent, { $and: where }));
}

function readSequence(cursor: string): number | undefined {
  const [sequence] = decodeCursor(CURSOR, cursor) ?? [];
  return typeof sequence === 'number' && Number.isSafeInteger(sequence) ? sequence : undefined;
}
