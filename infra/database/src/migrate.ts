/** `node infra/database/dist/migrate.js`: migrates the database at DATABASE_URL and ends. */
import { createLog } from '@interview/runtime/log';
import { runMain } from '@interview/runtime/stop';
import { migrate, migrationSettings } from './migrations.js';

const log = createLog('database');
runMain(log, async () => {
  await migrate(migrationSettings());
  log.info('the database is up to date');
});
