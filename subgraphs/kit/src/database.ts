/**
 * A subgraph's database: its own PostgreSQL schema and login role in the one database of the product.
 *
 * `<NAME>_DATABASE_URL` names it directly. Else it is DATABASE_URL with the role `interview_<name>` and a
 * password derived from INTERNAL_API_KEY, which is how `infra/database` creates the role.
 */
import { createHmac } from 'node:crypto';
import { ReflectMetadataProvider } from '@mikro-orm/decorators/legacy';
import { type Migration, Migrator } from '@mikro-orm/migrations';
import { defineConfig, type EntityClass, MikroORM, type Options } from '@mikro-orm/postgresql';
import { releaseBrokenTransactions } from './broken-transactions.js';

export type SubgraphName = 'rounds' | 'resumes' | 'insights' | 'verdicts';

export const roleName = (subgraph: SubgraphName) => `interview_${subgraph}`;

export const rolePassword = (subgraph: SubgraphName, internalKey: string) =>
  createHmac('sha256', internalKey).update(`database:${subgraph}`).digest('hex');

/** The address under which a subgraph reaches its schema. */
export function databaseUrl(
  subgraph: SubgraphName,
  settings: { DATABASE_URL: string; INTERNAL_API_KEY: string },
  env: Record<string, string | undefined> = process.env,
): string {
  const own = env[`${subgraph.toUpperCase()}_DATABASE_URL`];
  if (own) return own;
  const url = new URL(settings.DATABASE_URL);
  url.username = roleName(subgraph);
  url.password = rolePassword(subgraph, settings.INTERNAL_API_KEY);
  return url.toString();
}

export interface SubgraphDatabase {
  name: SubgraphName;
  entities: EntityClass<object>[];
  /** In order; a name never changes once it has landed. */
  migrations: { name: string; class: new (...args: never[]) => Migration }[];
}

export function ormOptions(database: SubgraphDatabase, url: string): Options {
  return defineConfig({
    clientUrl: url,
    schema: database.name,
    entities: database.entities,
    metadataProvider: ReflectMetadataProvider,
    extensions: [Migrator],
    migrations: {
      // The driver's own type for a list of migration classes is looser than ours.
      migrationsList: database.migrations as unknown as NonNullable<Options['migrations']>['migrationsList'] & object,
      tableName: 'migrations',
      transactional: true,
      snapshot: false,
      // It would print on stdout, which belongs to what a person reads.
      silent: true,
      disableForeignKeys: false,
    },
    pool: { min: 1, max: 10 },
    driverOptions: { onPoolCreated: releaseBrokenTransactions },
    forceUtcTimezone: true,
  });
}

export function openDatabase(database: SubgraphDatabase, url: string): Promise<MikroORM> {
  return MikroORM.init(ormOptions(database, url));
}
