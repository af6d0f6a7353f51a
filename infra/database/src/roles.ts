/**
 * The schema and the login role of each subgraph, and the audit log that all of them append to. A role owns its
 * own schema and has no right beyond it but those on the audit log and what another subgraph's migrations grant.
 */
import { auditSchema } from '@interview/subgraph-kit/audit/audit-schema';
import { roleName, rolePassword, type SubgraphName } from '@interview/subgraph-kit/database';
import pg from 'pg';
import type { DatabaseSettings } from './migrations.js';

/** Roles belong to the whole server, so the lock is taken where every caller looks: in the database `postgres`. */
const ROLES_LOCK = 0x726f6c65;
/** Two migrations of one database follow each other: "migrate" in ASCII, cut. */
const MIGRATION_LOCK = 0x6d696772;

/** Runs `work` while no other process migrates this database. */
export function aloneIn(databaseUrl: string, work: () => Promise<void>): Promise<void> {
  return withClient(databaseUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await work();
  });
}

export async function createSchemasAndRoles(
  settings: DatabaseSettings,
  subgraphs: readonly SubgraphName[],
): Promise<void> {
  const server = new URL(settings.DATABASE_URL);
  server.pathname = '/postgres';
  await withClient(server.toString(), async (client) => {
    await client.query('select pg_advisory_lock($1)', [ROLES_LOCK]);
    for (const subgraph of subgraphs) {
      const role = roleName(subgraph);
      const password = rolePassword(subgraph, settings.INTERNAL_API_KEY);
      const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role]);
      const verb = rowCount ? 'alter' : 'create';
      await client.query(
        `${verb} role ${client.escapeIdentifier(role)} login password ${client.escapeLiteral(password)}`,
      );
    }
  });
  await withClient(settings.DATABASE_URL, async (client) => {
    await client.query('select pg_advisory_lock($1)', [ROLES_LOCK]);
    await client.query('revoke create on schema public from public');
    for (const subgraph of subgraphs) {
      const [schema, role] = [client.escapeIdentifier(subgraph), client.escapeIdentifier(roleName(subgraph))];
      // An owner that is no superuser may hand a schema over only to a role that it is a member of.
      await client.query(`grant ${role} to current_user`);
      await client.query(`create schema if not exists ${schema} authorization ${role}`);
    }
    const roles = { writers: subgraphs.map(roleName), readers: [roleName('rounds')] };
    for (const statement of auditSchema(roles)) await client.query(statement);
  });
}

async function withClient(url: string, use: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}
