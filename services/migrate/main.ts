import { migrate } from '../../shared/db/migrate.ts';
import { runService } from '../../shared/process.ts';
import { waitForDatabase } from './wait-for-database.ts';

// Ends by itself, exit code 0 when the schema is up to date.
await runService('migrate', async ({ config, log }) => {
  await waitForDatabase(config.DATABASE_URL, log);
  await migrate(config.DATABASE_URL);
  log.info('the schema is up to date');
});
