import { userInfo } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../../shared/config.ts';
import { openDatabase } from '../../shared/db/client.ts';
import { prune, type PrunedTable } from '../../shared/db/prune.ts';
import { DAY_MS } from '../../shared/time.ts';
import { formatCount } from './format-number.ts';
import { formatTable } from './format-table.ts';
import { locateDatabase } from './servers.ts';

/** Health of the providers, estimates and streams of events look back on days, and a person on last month. */
const FEWEST_DAYS = 30;

function parseAge(text: string): number {
  const days = Number(/^(\d{1,5})d$/.exec(text)?.[1]);
  if (!(days >= FEWEST_DAYS))
    throw new InvalidArgumentError(`expected days, at least ${FEWEST_DAYS}d, such as 400d`);
  return days;
}

const MEBIBYTE = 2 ** 20;
const formatSize = (bytes: number): string => `${(bytes / MEBIBYTE).toFixed(1)} MiB`;

/** A table of what went or would go, and how to have the space back. */
export function formatPrune(tables: readonly PrunedTable[], isDryRun: boolean): string[] {
  const pruned = tables.filter(({ rows }) => rows > 0).map(({ table }) => table);
  const advice = [
    '',
    'New rows use the space once autovacuum has been there. To have it at once:',
    `  vacuum (analyze) ${pruned.join(', ')};`,
    'To give it back to the disk: pg_repack, or vacuum (full), which locks the table while it copies it.',
  ];
  return [
    ...formatTable<PrunedTable>(
      [
        { title: 'table', render: ({ table }) => table },
        { title: isDryRun ? 'would go' : 'gone', align: 'right', render: ({ rows }) => formatCount(rows) },
        { title: 'size', align: 'right', render: ({ bytes }) => formatSize(bytes) },
        { title: '', render: ({ kept }) => kept ?? '' },
      ],
      tables,
    ),
    ...(isDryRun || pruned.length === 0 ? [] : advice),
  ];
}

/** `macro prune`: removes old rows of the tables that only tell how something went. It needs the database, no service. */
export function createPruneCommand(
  report: (value: unknown, lines: () => readonly string[]) => void,
): Command {
  return new Command('prune')
    .description('remove old rows that nothing is computed from: requests, passed checks, events, …')
    .requiredOption('--older-than <days>', 'age of what goes, such as 400d', parseAge)
    .option('--dry-run', 'only tell what would go')
    .action(async ({ olderThan, dryRun }: { olderThan: number; dryRun?: boolean }) => {
      const isDryRun = dryRun === true;
      const now = Date.now();
      const retentionDays = loadConfig().PAYLOAD_RETENTION_DAYS;
      const database = openDatabase(locateDatabase(), { name: 'macro-prune', max: 1 });
      try {
        const before = now - olderThan * DAY_MS;
        const actor = userInfo().username;
        const tables = await prune({ db: database.db, before, retentionDays, now, isDryRun, actor });
        report(tables, () => formatPrune(tables, isDryRun));
      } finally {
        await database.close();
      }
    });
}
