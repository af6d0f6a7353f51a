/**
 * Brings a database to the present state: each subgraph's schema and login role, then each one's migrations,
 * rounds first because the others refer to it. Safe to run again and from several places at once.
 */

// Decorators of every entity record their types through it, so it comes before them.
import 'reflect-metadata';
import { insightsDatabase } from '@interview/insights/database';
import { resumesDatabase } from '@interview/resumes/database';
import { roundsDatabase } from '@interview/rounds/database';
import { loadSettings } from '@interview/runtime/settings';
import { databaseUrl, openDatabase, type SubgraphDatabase } from '@interview/subgraph-kit/database';
import { verdictsDatabase } from '@interview/verdicts/database';
import { aloneIn, createSchemasAndRoles } from './roles.js';

/** In order of reference. */
const DATABASES: readonly SubgraphDatabase[] = [roundsDatabase, resumesDatabase, insightsDatabase, verdictsDatabase];

export interface DatabaseSettings {
  /** Of an owner that may create schemas and roles. */
  DATABASE_URL: string;
  INTERNAL_API_KEY: string;
}

export function migrate(settings: DatabaseSettings): Promise<void> {
  return aloneIn(settings.DATABASE_URL, async () => {
    await createSchemasAndRoles(
      settings,
      DATABASES.map((database) => database.name),
    );
    for (const database of DATABASES) {
      const orm = await openDatabase(database, databaseUrl(database.name, settings));
      try {
        await orm.migrator.up();
      } finally {
        await orm.close(true);
      }
    }
  });
}

export const migrationSettings = (): DatabaseSettings => loadSettings(['DATABASE_URL', 'INTERNAL_API_KEY']);
