/** The audit log in the graph. */
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { connectionOf } from '@interview/subgraph-kit/paging';
import { DateTime } from '@interview/subgraph-kit/scalars';
import { Arg, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import { listAuditEvents } from './audit.list.js';
import { AuditEvent } from './audit-event.entity.js';

const { ConnectionType: AuditEventConnection } = connectionOf('AuditEvent', AuditEvent);
type AuditEventConnection = InstanceType<typeof AuditEventConnection>;

@Resolver()
export class AuditResolver {
  @Query(() => AuditEventConnection, { nullable: true, description: 'HR, ADMIN. The newest entry first.' })
  async auditEvents(
    @Ctx() { em, viewer }: SubgraphContext,
    @Arg('roundId', () => ID, { nullable: true }) roundId?: string | null,
    @Arg('action', () => String, { nullable: true }) action?: string | null,
    @Arg('since', () => DateTime, { nullable: true }) since?: Date | null,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first?: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<AuditEventConnection> {
    return AuditEventConnection.of(await listAuditEvents(em, viewer, { roundId, action, since, first, after }));
  }
}
