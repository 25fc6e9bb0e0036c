import { migrate, ownerUrl } from '../../shared/db/migrate.ts';
import { runService } from '../../shared/process.ts';
import { waitForDatabase } from './wait-for-database.ts';

// Ends by itself, exit code 0 when the schema is up to date.
await runService('migrate', async ({ config, log }) => {
  const url = ownerUrl(config);
  await waitForDatabase(url, log);
  for (const warning of await migrate(url, config.DATABASE_URL)) log.warn(warning);
  log.info('the schema is up to date');
});
